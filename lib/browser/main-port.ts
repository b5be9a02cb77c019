import type { PortLike, PortListener } from '@electron/internal/common/port-like';

/** A port of the main process that script of the app never sees. */
export class MainPort implements PortLike {
  #port: Electron.MessagePortMain;

  constructor(port: Electron.MessagePortMain) {
    this.#port = port;
  }

  listen(listener: PortListener) {
    // Electron's own typings of ports, which the fork has, know no `messageerror`.
    const emitter: NodeJS.EventEmitter = this.#port;
    emitter.on('message', ({ data }: { data: unknown }) => listener.message(data));
    emitter.on('messageerror', () => listener.messageerror('it holds what this process cannot read'));
    emitter.on('close', () => listener.close());
    this.#port.start();
  }

  post(message: unknown) {
    this.#port.postMessage(message);
  }

  close() {
    this.#port.close();
  }
}
