import type { PreloadFunction, PreloadModules, RendererConfig } from '../common/renderer-config';

/** Runs the preload script as a CommonJS module. Its failure is reported and does not keep the page from loading. */
export function runPreload(
  { preloadPath, preloadError }: RendererConfig,
  preload: PreloadFunction | undefined,
  require: (name: string) => unknown,
  process: object,
  bufferModule: PreloadModules['buffer']
) {
  if (!preloadPath) return;
  try {
    if (!preload) throw new Error(preloadError);
    const module = { exports: {} };
    const folder = preloadPath.replace(/[\\/][^\\/]*$/, '');
    preload(require, module, module.exports, process, preloadPath, folder, bufferModule?.Buffer);
  } catch (error) {
    console.error(`Unable to load preload script: ${preloadPath}`);
    console.error(error);
  }
}
