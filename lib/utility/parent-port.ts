import { controlOf } from '@electron/internal/browser/inspector/utility-control';
import '@electron/internal/browser/message-port-main';
import { MessagePortEvent } from '@electron/internal/browser/message-port-event';
import { Fifo } from '@electron/internal/common/fifo';
import { reportPorts } from '@electron/internal/utility/inspect';

import { EventEmitter } from 'events';

// The stock runtime's utility processes are told by a pipe, and anybody could send such a message to them.
const isInspectedByPort = process._linkedBinding('electron_browser_message_port').portName !== undefined;
const { createParentPort, setListening } = process._linkedBinding('electron_utility_parent_port');

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
      this.#port.on(type, (event: any) => {
        if (type === 'message' && isInspectedByPort && this.#isControl(event)) return;
        // The port itself is nobody's to close.
        this.#waiting.push([type, new MessagePortEvent(this, type, event.data, event.ports)]);
        this.#emitNext();
      });
    }
  }

  static {
    // Not by events of listeners, which removeAllListeners() takes, too. once() calls on(), and prependOnceListener() calls
    // prependListener().
    for (const name of [
      'on',
      'addListener',
      'prependListener',
      'off',
      'removeListener',
      'removeAllListeners'
    ] as const) {
      const change = EventEmitter.prototype[name] as (...args: unknown[]) => unknown;
      const value = function (this: ParentPort, ...args: unknown[]) {
        change.apply(this, args);
        this.#onListenersChanged();
        return this;
      };
      Object.defineProperty(ParentPort.prototype, name, { value, writable: true, configurable: true });
    }
  }

  #onListenersChanged() {
    const isListening = this.listenerCount('message') > 0;
    setListening?.(isListening);
    if (!isListening) return;
    // What is added in the same go hears all, too.
    queueMicrotask(() => {
      this.#port.start();
      this.#emitNext();
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
