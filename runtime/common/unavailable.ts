const notOffered = (name: string, offer: string) =>
  new Error(`${name}: the stock runtime does not ${offer}. Run the app on the fork.`);

/**
 * Stands for an API that Electron has and this runtime has not: it can be named, as `const { dialog } = require('electron')`
 * does, and says so when it is used.
 * @param name what error texts call it
 * @param offer what the runtime does not do, for the error text
 */
export function unavailable(name: string, offer = 'offer it'): unknown {
  const fail = (): never => {
    throw notOffered(name, offer);
  };
  return new Proxy(class {}, { get: fail, set: fail, apply: fail, construct: fail });
}

/**
 * Has the methods that an object of Electron's has and this runtime's has not say so when they are called.
 * @param name what error texts call the object
 */
export function addUnavailableMethods(object: object, name: string, methods: readonly string[], offer = 'offer it') {
  for (const method of methods) {
    const value = () => {
      throw notOffered(`${name}.${method}`, offer);
    };
    Object.defineProperty(object, method, { value, writable: true, configurable: true });
  }
}
