import { controlOf } from '@electron/internal/browser/inspector/utility-control';
import '@electron/internal/browser/message-port-main';
import type { MessagePortEvent } from '@electron/internal/browser/message-port-event';
import { Fifo } from '@electron/internal/common/fifo';
import { reportPorts } from '@electron/internal/utility/inspect';

import { EventEmitter } from 'events';

// The stock runtime's utility processes are told by a pipe, and anybody could send such a message to them.
const isInspectedByPort = process._linkedBinding('electron_browser_message_port').portName !== undefined;
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
        if (type === 'message' && isInspectedByPort && this.#isControl(event as MessagePortEvent)) return;
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

  /** Whether it is what the port inspector says, which is done then. */
  #isControl({ data, ports: [port] }: MessagePortEvent): boolean {
    const options = controlOf(data);
    if (!options || !port) return false;
    reportPorts(options, this.#port, port);
    return true;
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
