import type { StreamMessage, StreamPort, StreamPortListener } from '@electron/internal/common/streams/protocol';

/** A stream's channel whose end is a port of the main process. Script of the app never sees that port. */
export class MessagePortStreamPort implements StreamPort {
  #port: Electron.MessagePortMain;

  constructor(port: Electron.MessagePortMain) {
    this.#port = port;
  }

  listen(listener: StreamPortListener) {
    // Electron's own typings of ports, which the fork has, know no `messageerror`.
    const emitter: NodeJS.EventEmitter = this.#port;
    emitter.on('message', ({ data }: { data: StreamMessage }) => listener.message(data));
    emitter.on('messageerror', () => listener.messageerror('it holds what this process cannot read'));
    emitter.on('close', () => listener.close());
    this.#port.start();
  }

  post(message: StreamMessage) {
    this.#port.postMessage(message);
  }

  close() {
    this.#port.close();
  }
}
