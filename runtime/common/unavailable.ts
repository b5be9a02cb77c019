/**
 * Stands for an API that Electron has and this runtime has not: it can be named, as `const { dialog } = require('electron')`
 * does, and says so when it is used.
 * @param offer what the runtime does not do, for the error text
 */
export function unavailable(name: string, offer = 'offer it'): unknown {
  const fail = (): never => {
    throw new Error(`electron.${name}: the stock runtime does not ${offer}. Run the app on the fork.`);
  };
  return new Proxy(class {}, { get: fail, set: fail, apply: fail, construct: fail });
}
