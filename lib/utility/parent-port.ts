import '@electron/internal/browser/message-port-main';
import { Fifo } from '@electron/internal/common/fifo';

import { EventEmitter } from 'events';

const { createParentPort } = process._linkedBinding('electron_utility_parent_port');

/**
 * `process.parentPort`: a utility process's way to the main process. Not a MessagePortMain, since it has no `start()`:
 * it starts with the first listener for messages, and waits while there is none, as a worker thread's parent port does.
 */
export class ParentPort extends EventEmitter {
  #port = createParentPort();
  /** What came while nothing listened for messages, and what came after that. */
  #waiting = new Fifo<[type: string, event: unknown]>();

  constructor() {
    super();
    for (const type of ['message', 'messageerror', 'close'] as const) {
      this.#port.on(type, (event: unknown) => {
        this.#waiting.push([type, event]);
        this.#emitNext();
      });
    }
    this.on('newListener', (type) => {
      if (type !== 'message') return;
      // After the listener is there.
      queueMicrotask(() => {
        this.#port.start();
        this.#emitNext();
      });
    });
  }

  #emitNext() {
    const next = this.#waiting.first;
    if (!next || (next[0] === 'message' && this.listenerCount('message') === 0)) return;
    this.#waiting.shift();
    // First, so that a listener that throws holds nothing up.
    if (this.#waiting.length > 0) queueMicrotask(() => this.#emitNext());
    this.emit(...next);
  }

  /** As a port's own `postMessage`, with the same errors. */
  postMessage(message: unknown, transfer?: ElectronInternal.TransferArgument) {
    this.#port.postMessage(message, transfer as Electron.MessagePortMain[]);
  }
}
