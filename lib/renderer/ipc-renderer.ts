import { EventEmitter } from 'events';

const ipc = process._linkedBinding('electron_renderer_ipc').createForRenderFrame();
const internal = false;

/** The document's way to the main process. Deliberately keeps nothing: the pipe has the messages, in their order. */
class IpcRenderer extends EventEmitter {
  send(channel: string, ...args: unknown[]) {
    return ipc.send(internal, channel, args);
  }

  async invoke(channel: string, ...args: unknown[]) {
    const { error, result } = await ipc.invoke(internal, channel, args);
    if (error) throw new Error(`Error invoking remote method '${channel}': ${error}`);
    return result;
  }

  postMessage(...args: [channel: string, message: unknown, transfer?: unknown]) {
    return ipc.postMessage(...args);
  }
}

export const ipcRenderer = new IpcRenderer();
