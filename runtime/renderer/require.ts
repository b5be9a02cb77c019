import { EventEmitter } from 'node:events';

import './ipc-delivery';
import { addUnavailableMethods, unavailable } from '../common/unavailable';
import { contextIsolationRequired, createContextBridge } from './context-bridge/isolated-world';
import { ipcRenderer } from './ipc-renderer';

import type { PreloadModules, RendererConfig } from '../common/renderer-config';
import type { ContextBridge } from './context-bridge/isolated-world';

function contextBridgeOf(secret: string): ContextBridge {
  try {
    return createContextBridge(secret);
  } catch {
    // A sandbox forbids the page's own script, and there is nobody to expose anything to.
    return { exposeInMainWorld() {} };
  }
}

const toRenderer = 'offer it to a renderer';

function createElectron({ bridgeSecret, contextIsolation }: RendererConfig): object {
  const contextBridge = contextIsolation
    ? contextBridgeOf(bridgeSecret)
    : {
        exposeInMainWorld() {
          throw new Error(contextIsolationRequired);
        }
      };
  const electron: Record<string, unknown> = { contextBridge, ipcRenderer };
  for (const name of ['clipboard', 'crashReporter', 'nativeImage', 'webFrame', 'webUtils']) {
    electron[name] = unavailable(`electron.${name}`, toRenderer);
  }
  const bridgeMethods = ['exposeInIsolatedWorld', 'executeInMainWorld'];
  addUnavailableMethods(contextBridge, 'contextBridge', bridgeMethods, toRenderer);
  addUnavailableMethods(ipcRenderer, 'ipcRenderer', ['sendSync', 'sendToHost'], toRenderer);
  return electron;
}

// Called by name, with whatever `this`.
export const timers = {
  setTimeout: setTimeout.bind(globalThis),
  clearTimeout: clearTimeout.bind(globalThis),
  setInterval: setInterval.bind(globalThis),
  clearInterval: clearInterval.bind(globalThis),
  setImmediate: (callback: (...args: unknown[]) => void, ...args: unknown[]) =>
    globalThis.setTimeout(callback, 0, ...args),
  clearImmediate: clearTimeout.bind(globalThis)
};

/** The `require` of preload scripts and of pages with Node integration. */
export function createRequire(config: RendererConfig, { buffer, url }: PreloadModules): (name: string) => unknown {
  const electron = createElectron(config);
  return (name) => {
    switch (name) {
      case 'electron':
      case 'electron/common':
      case 'electron/renderer':
        return electron;
      case 'buffer':
      case 'node:buffer':
        if (buffer) return buffer;
        break;
      case 'events':
      case 'node:events':
        return EventEmitter;
      case 'timers':
      case 'node:timers':
        return timers;
      case 'url':
      case 'node:url':
        // Node's has the classes.
        return config.sandbox ? url : { ...url, URL, URLSearchParams };
    }
    throw new Error(
      `require('${name}'): the stock runtime has no Node.js in its renderers; it offers 'electron', 'events', 'timers' and 'url', and to preload scripts 'buffer'. Do this in the main process, or run the app on the fork.`
    );
  };
}
