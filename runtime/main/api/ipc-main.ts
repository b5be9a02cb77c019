import { EventEmitter } from 'node:events';

type Handler = (event: Electron.IpcMainInvokeEvent, ...args: any[]) => unknown;

/** The messages of renderers, by channel: `ipcMain`, and the `ipc` of every WebContents and WebFrameMain. */
export class IpcMain extends EventEmitter {
  #handlers = new Map<string, Handler>();

  constructor() {
    super();
    // A channel may be called 'error': it must not throw for want of a listener.
    this.on('error', () => {});
  }

  handle(channel: string, handler: Handler) {
    if (this.#handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`);
    if (typeof handler !== 'function') {
      throw new TypeError(`Expected handler to be a function, but found type '${typeof handler}'`);
    }
    this.#handlers.set(channel, handler);
  }

  handleOnce(channel: string, handler: Handler) {
    this.handle(channel, (event, ...args) => {
      this.removeHandler(channel);
      return handler(event, ...args);
    });
  }

  removeHandler(channel: string) {
    this.#handlers.delete(channel);
  }

  /** The handler that `ipcRenderer.invoke` calls, if there is one. */
  static handlerOf(ipc: IpcMain, channel: string): Handler | undefined {
    return ipc.#handlers.get(channel);
  }
}

export const ipcMain = new IpcMain();
