import { EventEmitter } from 'events';

import { ipc } from './document-ipc';

let onListener = () => {};

/** Has `callback` called after each listener that is added, whatever it listens for. */
export function watchListeners(callback: () => void) {
  onListener = callback;
}

type Listener = (...args: any[]) => void;

/** The document's way to the main process. Deliberately keeps nothing: the pipe has the messages, in their order. */
class IpcRenderer extends EventEmitter {
  // once() calls on(), and prependOnceListener() calls prependListener().
  override on(channel: string | symbol, listener: Listener) {
    super.on(channel, listener);
    onListener();
    return this;
  }

  override addListener(channel: string | symbol, listener: Listener) {
    return this.on(channel, listener);
  }

  override prependListener(channel: string | symbol, listener: Listener) {
    super.prependListener(channel, listener);
    onListener();
    return this;
  }

  send(channel: string, ...args: unknown[]) {
    return ipc.send(channel, args);
  }

  async invoke(channel: string, ...args: unknown[]) {
    const { error, result } = await ipc.invoke(channel, args);
    if (error) throw new Error(`Error invoking remote method '${channel}': ${error}`);
    return result;
  }

  postMessage(...args: [channel: string, message: unknown, transfer?: unknown]) {
    return ipc.postMessage(...args);
  }
}

export const ipcRenderer = new IpcRenderer();

// A preload that exposes it over the context bridge exposes its own enumerable properties: there are to be none.
for (const key of Object.keys(ipcRenderer)) Object.defineProperty(ipcRenderer, key, { enumerable: false });
