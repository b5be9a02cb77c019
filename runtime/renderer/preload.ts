import type { PreloadModules, PreloadScript, RendererConfig } from '../common/renderer-config';

interface Surroundings {
  require: (name: string) => unknown;
  process: object;
  buffer: PreloadModules['buffer'];
}

/**
 * Leaves a function for the scripts that are injected next: with the preload script it is called by the first of them, if V8
 * takes it, and without by the last, to run it.
 * @param onDone called when it has run or failed. Its failure is reported and does not keep the page from loading
 */
export function expectPreload(config: RendererConfig, surroundings: Surroundings, onDone: () => void) {
  const { preloadName, preloadPath, preloadError } = config;
  let preload: PreloadScript | undefined;
  let refusal = new Error(preloadError);
  // V8 tells why, and where, in an event, which no script of the page is there to see.
  const onError = (event: ErrorEvent) => {
    refusal = event.error ?? new Error(event.message);
    refusal.stack += `\n    at ${preloadPath}:${event.lineno}:${event.colno}`;
    event.preventDefault();
  };
  const receive = (given?: PreloadScript) => {
    preload ??= given;
    if (given) return;
    Reflect.deleteProperty(globalThis, preloadName);
    removeEventListener('error', onError);
    try {
      if (!preload) throw refusal;
      run(preload, config, surroundings);
    } catch (error) {
      console.error(`Unable to load preload script: ${preloadPath}`);
      console.error(error);
    }
    onDone();
  };
  addEventListener('error', onError);
  Object.defineProperty(globalThis, preloadName, { value: receive, configurable: true });
}

/** As a CommonJS module. */
function run(
  preload: PreloadScript,
  { preloadPath = '', sandbox }: RendererConfig,
  { require, process, buffer }: Surroundings
) {
  const module = { exports: {} };
  const folder = preloadPath.replace(/[\\/][^\\/]*$/, '');
  // Sandboxed scripts have the window for `this`, as in Electron.
  const self = sandbox ? undefined : module.exports;
  preload(process, buffer?.Buffer, preloadPath, folder).call(self, require, module, module.exports);
}
