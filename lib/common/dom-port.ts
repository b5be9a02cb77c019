import type { PortLike } from '@electron/internal/common/port-like';

// Page script may share this realm (without context isolation), and then redefine all of these. Taken at document start.
const { apply } = Reflect;
const { postMessage, close } = MessagePort.prototype;
const accessor = (prototype: object, name: string) => Object.getOwnPropertyDescriptor(prototype, name)!;
const setOnMessage = accessor(MessagePort.prototype, 'onmessage').set!;
const setOnMessageError = accessor(MessagePort.prototype, 'onmessageerror').set!;
const setOnClose = accessor(MessagePort.prototype, 'onclose').set!;
const getData = accessor(MessageEvent.prototype, 'data').get!;
const getPorts = accessor(MessageEvent.prototype, 'ports').get!;
const nothing: Transferable[] = [];

/** The same as of every port, and the ports that came with a message. */
export interface DomPortListener {
  message(message: unknown, ports: MessagePort[]): void;
  messageerror(reason: string): void;
  close(): void;
}

/** Blink's own port. Deliberately no EventTarget: it has one listener, which no page script can see. */
export class DomPort implements PortLike {
  #port: MessagePort;
  #handle: (task: () => void) => void;
  #listener: DomPortListener | undefined;

  /** @param handle runs what an event leads to; at once by default */
  constructor(port: MessagePort, handle = (task: () => void) => task()) {
    this.#port = port;
    this.#handle = handle;
  }

  /** @throws DataCloneError */
  post(message: unknown, transfer = nothing) {
    apply(postMessage, this.#port, [message, transfer]);
  }

  listen(listener: DomPortListener) {
    this.#listener = listener;
    apply(setOnClose, this.#port, [() => this.#handle(() => listener.close())]);
    apply(setOnMessageError, this.#port, [
      () => this.#handle(() => listener.messageerror('it could not be deserialized'))
    ]);
    apply(setOnMessage, this.#port, [
      (event: MessageEvent) => {
        const data = apply(getData, event, []);
        const ports = apply(getPorts, event, []);
        this.#handle(() => listener.message(data, ports));
      }
    ]);
  }

  close() {
    apply(close, this.#port, []);
  }

  /** As by script that holds the port, of which Blink says nothing at this end. */
  closeByScript() {
    this.close();
    this.#listener?.close();
  }
}
