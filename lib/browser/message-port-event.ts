import { inspect } from 'util';

/** What a listener of a MessagePortMain gets: an Event that was dispatched to the port. Nothing bubbles, nothing can be prevented. */
export class MessagePortEvent extends Event {
  /** The message, deserialized. */
  readonly data: any;
  /** The ports that came with the message, in transfer order. Frozen. */
  readonly ports: readonly Electron.MessagePortMain[];
  #target: object;
  #isStopped = false;

  constructor(target: object, type: string, data: unknown, ports: Electron.MessagePortMain[]) {
    super(type);
    this.data = data;
    this.ports = Object.freeze(ports);
    this.#target = target;
  }

  /** The port that the event happened on, or what stands for it. */
  override get target(): any {
    return this.#target;
  }

  override get currentTarget(): any {
    return this.#target;
  }

  // What the web's MessageEvent has besides, as a port's messages have it there: HTML, 9.4.4, "message port post message steps".
  get origin(): string {
    return '';
  }

  get lastEventId(): string {
    return '';
  }

  get source(): null {
    return null;
  }

  /** As there, it does nothing to an event that is being dispatched. */
  initMessageEvent() {}

  override stopImmediatePropagation() {
    this.#isStopped = true;
    super.stopImmediatePropagation();
  }

  /** Node's own for an Event shows what every event has, and not the message. */
  [inspect.custom](depth: number, options: object, print: typeof inspect): string {
    const { type, data, ports } = this;
    return depth < 0 ? '[MessagePortEvent]' : `MessagePortEvent ${print({ type, data, ports }, { ...options, depth })}`;
  }

  /** Whether no further listener is to be called. */
  static isStopped(event: object): boolean {
    return #isStopped in event && event.#isStopped;
  }
}
