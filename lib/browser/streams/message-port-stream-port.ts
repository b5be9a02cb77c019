import type { StreamMessage, StreamPort, StreamPortListener } from '@electron/internal/common/streams/protocol';

/** A stream's channel whose end is a port of the main process. Script of the app never sees that port. */
export class MessagePortStreamPort implements StreamPort {
  #port: Electron.MessagePortMain;

  constructor(port: Electron.MessagePortMain) {
    this.#port = port;
  }

  listen(listener: StreamPortListener) {
    this.#port.on('message', ({ data }) => listener.message(data as StreamMessage));
    this.#port.on('messageerror', () => listener.messageerror('it holds what this process cannot read'));
    this.#port.on('close', () => listener.close());
    this.#port.start();
  }

  post(message: StreamMessage) {
    this.#port.postMessage(message);
  }

  close() {
    this.#port.close();
  }
}
