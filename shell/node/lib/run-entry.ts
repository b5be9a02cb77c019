import { extname, resolve } from 'path';
import { pathToFileURL } from 'url';

// What esbuild leaves alone: the require() that Node gives to its own modules.
declare const __non_webpack_require__: (id: string) => any;
declare const internalBinding: (name: string) => any;

/** Node's own module of modules, which an import would give as constants. */
const Module = __non_webpack_require__('module');

interface Loader {
  import(url: string, parent: undefined, attributes: object): Promise<unknown>;
}

/** Makes `require('electron')` and its aliases answer with `electron`. Electron's common/init sends them all to one name. */
export function provideElectron(electron: object) {
  const load = Module._load;
  Module._load = (request: string, ...rest: unknown[]) =>
    /^electron(\/(main|common|utility))?$/.test(request) ? electron : load(request, ...rest);
}

/** Runs a script as Electron runs an app's or a utility process's: by Node's loader of modules. */
export function runEntry(script: string) {
  const path = resolve(script);
  if (extname(path) === '.mjs') {
    const { runEntryPointWithESMLoader } = __non_webpack_require__('internal/modules/run_main');
    runEntryPointWithESMLoader(async (loader: Loader) => {
      try {
        await loader.import(pathToFileURL(path).href, undefined, Object.create(null));
      } catch (error) {
        internalBinding('errors').triggerUncaughtException(error);
      }
    });
  } else {
    Module._load(path, null, true);
  }
}
