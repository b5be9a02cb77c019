import ipcRenderer from '@electron/internal/renderer/api/ipc-renderer';

import { EventEmitter } from 'node:events';

import { contextIsolationRequired, createContextBridge } from './context-bridge/isolated-world';

import type { RendererConfig } from '../common/renderer-config';

/** An API that Electron has and this runtime has not: it can be named, and says so when it is used. */
function unavailable(name: string): unknown {
  const fail = () => {
    throw new Error(`electron.${name}: the stock runtime does not offer it to a renderer. Run the app on the fork.`);
  };
  return new Proxy(class {}, { get: fail, set: fail, apply: fail, construct: fail });
}

function createElectron({ bridgeSecret, contextIsolation }: RendererConfig): object {
  const contextBridge = contextIsolation
    ? createContextBridge(bridgeSecret)
    : {
        exposeInMainWorld() {
          throw new Error(contextIsolationRequired);
        }
      };
  const electron: Record<string, unknown> = { contextBridge, ipcRenderer };
  for (const name of ['clipboard', 'crashReporter', 'nativeImage', 'webFrame', 'webUtils']) {
    electron[name] = unavailable(name);
  }
  return electron;
}

/** The `require` of preload scripts and of pages with Node integration. */
export function createRequire(config: RendererConfig): (name: string) => unknown {
  const electron = createElectron(config);
  return (name) => {
    switch (name) {
      case 'electron':
      case 'electron/renderer':
        return electron;
      case 'events':
      case 'node:events':
        return EventEmitter;
      default:
        throw new Error(
          `require('${name}'): the stock runtime has no Node.js in its renderers; it offers 'electron' and 'events'. Do this in the main process, or run the app on the fork.`
        );
    }
  };
}
