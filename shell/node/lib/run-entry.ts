import { existsSync, readFileSync } from 'fs';
import { dirname, extname, join, resolve } from 'path';
import { pathToFileURL } from 'url';

// What esbuild leaves alone: the require() that Node gives to its own modules.
declare const __non_webpack_require__: (id: string) => any;
declare const internalBinding: (name: string) => any;

/** Node's own module of modules, which an import would give as constants. */
const Module = __non_webpack_require__('module');

interface Loader {
  import(url: string, parent: undefined, attributes: object): Promise<unknown>;
}

/** Whether Node.js takes the file for an ES module. */
function isModule(file: string): boolean {
  if (extname(file) !== '.js') return extname(file) === '.mjs';
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const path = join(folder, 'package.json');
    if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')).type === 'module';
    if (folder === dirname(folder)) return false;
  }
}

/** Runs a script, or the main one of a folder, as Electron runs an app's or a utility process's: by Node's loaders. */
export function runEntry(script: string) {
  try {
    load(script);
  } catch (error) {
    internalBinding('errors').triggerUncaughtException(error);
  }
}

function load(script: string) {
  const path: string = Module._resolveFilename(resolve(script), null, true);
  if (isModule(path)) {
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
