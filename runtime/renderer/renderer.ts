// Injected into every document of a window that has a preload script or Node integration: into an isolated world with
// context isolation, into the page's own without. Not into frames inside the page.

import { getProcessMemoryInfo } from '@electron/internal/renderer/process-memory';
import { installTransferredFile } from '@electron/internal/renderer/transferred-file';

import { expectPreload } from './preload';
import { process } from './process';
import { createRequire, timers } from './require';

import type { PreloadModules, RendererConfig } from '../common/renderer-config';

/** Around this script when it is injected. */
declare const config: RendererConfig;
declare const bufferModule: PreloadModules['buffer'];
declare const urlModule: PreloadModules['url'];

Object.assign(process, { getProcessMemoryInfo });
const require = createRequire(config, { buffer: bufferModule, url: urlModule });
if (config.nodeIntegration && !config.contextIsolation) Object.assign(globalThis, { require, process });
// Where no page is surprised by them.
if (config.nodeIntegration || config.contextIsolation) {
  const { setImmediate, clearImmediate } = timers;
  Object.assign(globalThis, { setImmediate, clearImmediate, global: globalThis });
}
installTransferredFile();
const onDone = () => process.emit('loaded');
if (config.preloadPath === undefined) onDone();
else expectPreload(config, { require, process, buffer: bufferModule }, onDone);
