import { EventEmitter } from 'node:events';

const { createParentPort } = process._linkedBinding('electron_utility_parent_port');

/**
 * `process.parentPort`: a utility process's way to the main process. Not a MessagePortMain, since it has no `start()`:
 * it starts with the first listener for messages, as a worker thread's parent port does.
 */
export class ParentPort extends EventEmitter {
  #port = createParentPort();

  constructor() {
    super();
    for (const type of ['message', 'messageerror', 'close'] as const) {
      this.#port.on(type, (event: Electron.MessagePortMainEvent) => this.emit(type, event));
    }
    this.on('newListener', (type) => {
      // After the listener is there.
      if (type === 'message') queueMicrotask(() => this.#port.start());
    });
  }

  /** As a port's own `postMessage`, with the same errors. */
  postMessage(message: unknown, transfer?: ElectronInternal.TransferArgument) {
    this.#port.postMessage(message, transfer as Electron.TransferableMain[]);
  }
}
