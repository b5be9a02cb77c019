import type { ChannelPort } from '@electron/internal/common/internal-channel';

// Page script may share this realm (without context isolation), and then redefine all of these. Taken at document start.
const { apply } = Reflect;
const { postMessage, close } = MessagePort.prototype;
const accessor = (prototype: object, name: string) => Object.getOwnPropertyDescriptor(prototype, name)!;
const setOnMessage = accessor(MessagePort.prototype, 'onmessage').set!;
const setOnClose = accessor(MessagePort.prototype, 'onclose').set!;
const getData = accessor(MessageEvent.prototype, 'data').get!;
const getPorts = accessor(MessageEvent.prototype, 'ports').get!;
const nativeScheduler = scheduler;
const { postTask } = nativeScheduler;
const nothing: Transferable[] = [];
// Without a prototype that page script could give an option of its own to.
const options = Object.assign(Object.create(null), { priority: 'user-blocking' });

/** In a task of its own: see PrivatePort. */
function inTask(task: () => void) {
  apply(postTask, nativeScheduler, [task, options]);
}

/**
 * A DOM port that no page script can get hold of, not even in the same realm.
 *
 * While an event is handled, and in the microtasks after it, `window.event.target` is the port that it happened on, in
 * every world. So nothing but this file's code runs then: what has arrived is handed on in a task of its own.
 */
export class PrivatePort implements ChannelPort {
  #port: MessagePort;

  constructor(port: MessagePort) {
    this.#port = port;
  }

  /** @throws DataCloneError */
  post(message: unknown, transfer = nothing) {
    apply(postMessage, this.#port, [message, transfer]);
  }

  listen(onmessage: (message: unknown, ports: MessagePort[]) => void, onclose: () => void) {
    apply(setOnClose, this.#port, [() => inTask(onclose)]);
    apply(setOnMessage, this.#port, [
      (event: MessageEvent) => {
        const data = apply(getData, event, []);
        const ports = apply(getPorts, event, []);
        inTask(() => onmessage(data, ports));
      }
    ]);
  }

  close() {
    apply(close, this.#port, []);
  }
}
