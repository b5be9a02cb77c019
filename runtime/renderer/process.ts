import { EventEmitter } from 'events';

import { addUnavailableMethods } from '../common/unavailable';
import { internalChannel, ipc } from './document-ipc';

import type { RendererConfig } from '../common/renderer-config';

declare const config: RendererConfig;

const bindings: Record<string, unknown> = {
  electron_renderer_internal_channel: internalChannel,
  // As in Electron, page script that shares this realm can say what `ipcRenderer` never would.
  electron_renderer_ipc: { createForRenderFrame: () => ipc }
};

const unavailableMethods = [
  'cwd',
  'getBlinkMemoryInfo',
  'getCPUUsage',
  'getCreationTime',
  'getHeapStatistics',
  'getSystemMemoryInfo',
  'getSystemVersion',
  'hrtime',
  'memoryUsage'
];

/** What a renderer's `process` has here: where lib/ finds its bindings, and the few facts that scripts ask for. */
export const process = Object.assign(new EventEmitter(), {
  type: 'renderer',
  platform: config.platform,
  arch: config.arch,
  version: `v${config.versions.node}`,
  versions: Object.freeze({ ...config.versions }),
  env: config.env,
  argv: config.additionalArguments,
  contextIsolated: config.contextIsolation,
  sandboxed: config.sandbox,
  isMainFrame: window === top,
  uptime: () => performance.now() / 1000,
  nextTick: (task: (...args: unknown[]) => void, ...args: unknown[]) => queueMicrotask(() => task(...args))
});
addUnavailableMethods(process, 'process', unavailableMethods, 'offer it to a renderer');

// A preload script that exposes `process` over the context bridge does not expose these.
for (const key of ['_events', '_eventsCount', '_maxListeners']) {
  Object.defineProperty(process, key, { enumerable: false });
}
Object.defineProperty(process, '_linkedBinding', {
  value(name: string): unknown {
    if (!Object.hasOwn(bindings, name)) throw new Error(`No such binding was linked: ${name}`);
    return bindings[name];
  }
});
