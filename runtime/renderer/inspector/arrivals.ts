import {
  apply,
  defineProperty,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  Known,
  listen,
  NativeMessagePort,
  unlisten
} from './natives';

interface Port {
  /** What the page has set as `onmessage` and is wrapped. */
  handler?: Function;
  /** Whether the page has ever added a listener. */
  hasListeners: boolean;
}

const prototype = NativeMessagePort.prototype;
const onmessage = getOwnPropertyDescriptor(prototype, 'onmessage')!;

/**
 * Sees each message that a port reads, before script of the page does. Not by a listener where there is another way: a
 * second one takes Blink longer than all else that is done for a message. Most ports have an `onmessage` alone, and it is
 * wrapped.
 */
export class Arrivals {
  #ports = new Known<MessagePort, Port>();
  #onMessage: (event: Event) => void;

  /**
   * @param onMessage is given what arrives at a port that is watched
   * @param onHandler is told that the page sets `onmessage`, and before it does
   */
  constructor(onMessage: (event: Event) => void, onHandler: (port: MessagePort) => void) {
    this.#onMessage = onMessage;
    const arrivals = this;
    defineProperty(prototype, 'onmessage', {
      ...onmessage,
      get() {
        return arrivals.#ports.of(this)?.handler ?? apply(onmessage.get!, this, []);
      },
      set(value) {
        onHandler(this);
        arrivals.#handle(this, value);
      }
    });
    const inherited = getPrototypeOf(prototype) as EventTarget;
    defineProperty(prototype, 'addEventListener', {
      ...getOwnPropertyDescriptor(inherited, 'addEventListener'),
      value: {
        addEventListener(this: MessagePort, type: unknown, _listener: unknown) {
          if (typeof type !== 'string' || type === 'message') arrivals.#listenAhead(this);
          // The page may have put another in its place.
          return apply(inherited.addEventListener, this, arguments);
        }
      }.addEventListener
    });
  }

  watch(port: MessagePort) {
    // One that is seen already, by a listener or in its handler, would be seen twice.
    if (this.#ports.of(port)) return;
    this.#ports.set(port, { hasListeners: false });
    listen(port, 'message', this.#onMessage);
  }

  #handle(port: MessagePort, value: unknown) {
    const known = this.#ports.of(port);
    if (!known || known.hasListeners || typeof value !== 'function') {
      apply(onmessage.set!, port, [value]);
      if (!known) return;
      known.handler = undefined;
      listen(port, 'message', this.#onMessage);
      return;
    }
    const onMessage = this.#onMessage;
    const wrapped = function (this: unknown, event: Event) {
      onMessage(event);
      return apply(value, this, arguments);
    };
    apply(onmessage.set!, port, [wrapped]);
    known.handler = value;
    unlisten(port, 'message', onMessage);
  }

  /** The page is about to add a listener, which may come before its `onmessage` or keep the event from it. */
  #listenAhead(port: MessagePort) {
    const known = this.#ports.of(port);
    if (!known || known.hasListeners) return;
    known.hasListeners = true;
    const { handler } = known;
    if (!handler) return;
    // Once more, so that it comes behind the listener.
    apply(onmessage.set!, port, [null]);
    listen(port, 'message', this.#onMessage);
    apply(onmessage.set!, port, [handler]);
    known.handler = undefined;
  }
}
