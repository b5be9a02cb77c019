import { discard, Endpoint } from './endpoint';
import { PortHandle } from './port-handle';
import { deserialize, serialize } from './serialize';
import { TransferList } from './transfer-list';
import { workerPorts } from './worker-ports';

import type { EndpointOwner, Message } from './endpoint';
import type { MessagePort as NodePort } from 'node:worker_threads';

let dispatch: ElectronInternal.PortEventDispatcher = () => {};

/**
 * The main process's port as script holds it: the checks of every call, and the way between values and messages. What
 * travels is its endpoint; its event API is lib/'s business.
 */
export class MessagePortMain extends PortHandle {
  #closed = false;
  // The endpoint refers to it weakly, so it has to be held for as long as the port is.
  #owner: EndpointOwner = {
    receive: (message) => this.#receive(message),
    fail: () => this.#dispatch('messageerror'),
    disconnect: () => {
      // close() has its own event, which the port keeps though it may be transferred before.
      if (this.#closed) return;
      this.#closed = true;
      this.#dispatch('close');
    }
  };

  constructor(endpoint: Endpoint) {
    super(endpoint);
    endpoint.adopt(this.#owner);
  }

  get #endpoint(): Endpoint | undefined {
    return PortHandle.endpointOf(this);
  }

  get closed(): boolean {
    if (!this.#closed) this.#endpoint?.watch();
    return this.#closed;
  }

  postMessage(message?: unknown, transfer?: ElectronInternal.TransferArgument): void {
    const isOpen = () => this.#endpoint && !this.#closed;
    if (!isOpen()) return;
    // To WebIDL null is an empty dictionary.
    const list = new TransferList(transfer ?? undefined, this);
    const body = serialize(message, list, 'message');
    // A getter of the message may have closed or transferred this port, or what is in the list.
    if (!isOpen()) return;
    list.check();
    this.#endpoint!.post({ body, ...list.detach() });
  }

  start(): void {
    if (!this.#endpoint) return;
    PortHandle.keep(this);
    this.#endpoint.start();
  }

  close(): void {
    if (this.#closed || !this.#endpoint) return;
    this.#closed = true;
    PortHandle.keep(this);
    this.#endpoint.close();
    setImmediate(() => this.#dispatch('close'));
  }

  /**
   * Turns the port into one of Node's, for a worker thread. What is sent to it from now on goes to the thread that has
   * that port, and does not pass this one. This port is neutered.
   * @throws DataCloneError when the port was transferred before
   * @throws Error before the app is ready
   */
  toWorkerPort(): NodePort {
    const ports = workerPorts();
    if (!this.#endpoint) throw new DOMException('The port is already neutered.', 'DataCloneError');
    return ports.toWorkerPort(PortHandle.disentangle(this));
  }

  #receive(message: Message) {
    const ports = message.endpoints.map((endpoint) => new MessagePortMain(endpoint));
    let data: unknown;
    try {
      data = deserialize(message, ports);
    } catch {
      discard(message);
      this.#dispatch('messageerror');
      return;
    }
    this.#dispatch('message', data, ports);
  }

  #dispatch(type: ElectronInternal.PortEventType, data?: unknown, ports: MessagePortMain[] = []) {
    dispatch(asElectron(this), type, data, ports.map(asElectron));
  }
}

Object.defineProperty(MessagePortMain.prototype, Symbol.toStringTag, { value: 'MessagePortMain', configurable: true });

/** The event API, which the public type has, is put on the prototype by lib/. */
export function asElectron(port: MessagePortMain): Electron.MessagePortMain {
  return port as unknown as Electron.MessagePortMain;
}

/** The binding `electron_browser_message_port`. */
export const messagePortBinding: ElectronInternal.MessagePortBinding = {
  MessagePortMain: MessagePortMain as unknown as ElectronInternal.MessagePortBinding['MessagePortMain'],
  createPair() {
    const [port1, port2] = Endpoint.createPair().map((endpoint) => asElectron(new MessagePortMain(endpoint)));
    return { port1, port2 };
  },
  setEventDispatcher(dispatcher) {
    dispatch = dispatcher;
  },
  watchForClose(port) {
    MessagePortMain.endpointOf(port as unknown as MessagePortMain)?.watch();
  }
};
