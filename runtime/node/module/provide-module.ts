import Module, { register } from 'node:module';
import { pathToFileURL } from 'node:url';

/** Whatever the process: all but the first are there for TypeScript. */
const names = ['electron', 'electron/main', 'electron/renderer', 'electron/common', 'electron/utility'];

/** What Vite and others make of the name where the package is installed: its file, which gives the path of a binary. */
const packageFile = /[\\/]node_modules[\\/]electron[\\/]index\.js$/;

/** The parts of Node's loader that are used here and have no types. */
interface Loader {
  _resolveFilename(request: string, ...rest: unknown[]): string;
  _cache: Record<string, NodeModule>;
}

/**
 * Makes `require('electron')`, `import ... from 'electron'` and the same with `electron/main` and its like give `exports`, wherever
 * the app's files are, and whatever package of that name is installed there.
 */
export function provideModule(exports: Record<string, unknown>) {
  const loader = Module as unknown as Loader;
  const resolve = loader._resolveFilename;
  loader._resolveFilename = function (request, ...rest) {
    return names.includes(request) || packageFile.test(request) ? 'electron' : resolve.call(this, request, ...rest);
  };
  loader._cache.electron = Object.assign(new Module('electron'), { exports, loaded: true }) as unknown as NodeModule;

  // An ES module's names are fixed when it is compiled, and the hooks run in a thread of their own.
  const source = `
    import { createRequire } from 'node:module';
    const electron = createRequire(${JSON.stringify(pathToFileURL(__filename).href)})('electron');
    export default electron;
    export const { ${Object.keys(exports).join(', ')} } = electron;`;
  const hooks = `
    const source = ${JSON.stringify(source)};
    const names = ${JSON.stringify(names)};
    const packageFile = ${packageFile};
    export const resolve = (specifier, context, next) =>
      names.includes(specifier) || packageFile.test(specifier) ? { url: 'electron:main', shortCircuit: true } : next(specifier, context);
    export const load = (url, context, next) =>
      url === 'electron:main' ? { format: 'module', source, shortCircuit: true } : next(url, context);`;
  register(`data:text/javascript,${encodeURIComponent(hooks)}`);
}
