import { Fifo } from '@electron/internal/common/fifo';

/** What the bytes refer to by index, beside ports and buffers: a stream's channel, a blob, an object of a renderer, a file. */
export interface Extra {
  /** Moves it to the carrier, or gives it a number there that is good until it was posted. */
  moveTo(carrier: PortCarrier): number;
  /** The message that it went with has been posted. */
  posted?(carrier: PortCarrier, number: number): void;
  /** One more message has it. */
  retain?(): void;
  /** A message that had it will not be read by anybody. */
  discard?(): void;
}

/** A message on its way: bytes, and what travels beside them. */
export interface Message {
  body: Uint8Array;
  buffers: readonly ArrayBuffer[];
  /** The ports of the transfer list, in its order. */
  endpoints: readonly Endpoint[];
  extras: readonly Extra[];
  /** Why it cannot be read here, if so. It takes its turn nevertheless, and may be read where the port is sent on to. */
  unreadable?: string;
  /** Where it comes among all that were posted to ends of this process. */
  order?: number;
}

/** Who is told what happens at an endpoint: the handle that script holds. */
export interface EndpointOwner {
  /** @returns what resolves when the message has gone on, for an owner that may keep it: until then it waits on the port */
  receive(message: Message): Promise<void> | void;
  fail(reason: string): void;
  disconnect(): void;
}

/** The Blink ports that stand for endpoints whose other end is in a renderer. Implemented by the hub's connection. */
export interface PortCarrier {
  /** Makes a channel between two new numbers. */
  createChannel(): [number, number];
  /** From now on what arrives at `port` is delivered to `endpoint`. */
  bind(port: number, endpoint: Endpoint): void;
  unbind(port: number): void;
  post(port: number, message: Message): void;
  /** Makes a Blob of what comes by a stream over the port `channel`. @returns the object's number */
  addBlob(channel: number): number;
  /** The object is not needed any more, beside the messages that have it. */
  release(object: number): void;
  start(port: number): void;
  consumed(port: number, count: number): void;
  return(port: number, count: number): void;
  /** @param count how many of the messages that arrived at `port` have been read; what is in the others is closed, too */
  close(port: number, count: number): void;
}

/** Who is told what happens at every endpoint of this thread, before it happens: the port inspector's part of it. */
export interface EndpointObserver {
  made(one: Endpoint, other: Endpoint): void;
  /** `owner` lives for as long as the port that script holds. */
  adopted(endpoint: Endpoint, owner: object): void;
  started(endpoint: Endpoint): void;
  posted(endpoint: Endpoint, message: Message, bytes: number): void;
  /** Its owner is about to get the message. */
  read(endpoint: Endpoint, message: Message): void;
  closed(endpoint: Endpoint, why: 'close' | 'collected' | 'unread'): void;
  /** The other end is gone, and everything was read. */
  lost(endpoint: Endpoint): void;
  /** It is the Blink port of that number now, which its carrier will send on. */
  moved(endpoint: Endpoint, port: number): void;
  /** A new channel: one end is an endpoint, the other is still a number. */
  carried(endpoint: Endpoint, port: number): void;
  /** The Blink port of that number goes to another thread or process, which knows the token. */
  handedOver(port: number, token: string): void;
  /** And this is it, or a document's link. */
  arrived(endpoint: Endpoint, token: string): void;
  /** The Blink port of that number was sent on with messages that had been taken out of it: it stays behind a relay. */
  relayed(port: number): void;
}

/** Undefined unless ports are inspected. */
export let endpointObserver: EndpointObserver | undefined;

export function observeEndpoints(observer: EndpointObserver) {
  endpointObserver = observer;
}

/** The other end is wherever the Blink port `port` leads. */
interface CarrierPeer {
  at: 'carrier';
  carrier: PortCarrier;
  port: number;
}

type Peer =
  /** The other end is in this process. */
  | { at: 'here'; endpoint: Endpoint }
  | CarrierPeer
  /** There is no other end, or no more. */
  | { at: 'nowhere' };

const nowhere: Peer = { at: 'nowhere' };
let postCount = 0;
// Blink's side keeps messages until they are known to have been read. The news may come in lots of so many messages or
// bytes, whichever is reached first.
const consumedLot = 32;
const consumedBytesLot = 1 << 20;

/** Closes and frees what travels beside a message that will not be read. */
export function discard(message: Message) {
  for (const endpoint of releaseExtras(message)) endpoint.close('unread');
}

/** Frees what travels beside a message, all but the endpoints, which it returns. */
function releaseExtras(message: Message): Endpoint[] {
  for (const extra of message.extras) extra.discard?.();
  return endpointsOf(message);
}

/** Its ports, and the channels of its streams and files. */
export function endpointsOf({ endpoints, extras }: Message): Endpoint[] {
  return [...endpoints, ...extras.filter((extra) => extra instanceof Endpoint)];
}

/** As `push(...items)`, for which 100,000 items are too many. */
function append<T>(list: T[], items: readonly T[]) {
  for (const item of items) list.push(item);
}

function forget(message: Message) {
  for (const each of endpointsOf(message)) each.forget();
}

function sizeOf(message: Message): number {
  return message.buffers.reduce((sum, { byteLength }) => sum + byteLength, message.body.length);
}

/**
 * One end of a channel: what can travel, apart from the handle that script holds (MessagePortMain). It keeps the unread
 * messages, and hands them to its owner one per task, once started. It deliberately knows nothing of script values.
 */
export class Endpoint implements Extra {
  #peer: Peer = nowhere;
  #queue = new Fifo<Message>();
  /** The other end is gone. What it sent before is still to be read, and travels with this end until it is. */
  #lost = false;
  #started = false;
  /** Someone wants to know of the other end's going away before the port is started. */
  #watched = false;
  /** The carrier was told to deliver. */
  #delivering = false;
  /** How many messages have been taken from the carrier. */
  #consumed = 0;
  /** How many of them nobody keeps any more. */
  #done = 0;
  #unacknowledged = 0;
  #unacknowledgedBytes = 0;
  /** Whether the owner was, or is going to be, told that the channel is closed. */
  #closing = false;
  // A started, entangled port lives without references (HTML, 9.4.6); any other only as long as script holds it.
  #owner: EndpointOwner | undefined;
  #weakOwner: WeakRef<EndpointOwner> | undefined;

  static createPair(): [Endpoint, Endpoint] {
    const [one, other] = [new Endpoint(), new Endpoint()];
    one.#peer = { at: 'here', endpoint: other };
    other.#peer = { at: 'here', endpoint: one };
    endpointObserver?.made(one, other);
    return [one, other];
  }

  /** The endpoint of a Blink port that came from a renderer. */
  static forCarrier(carrier: PortCarrier, port: number): Endpoint {
    const endpoint = new Endpoint();
    endpoint.#peer = { at: 'carrier', carrier, port };
    carrier.bind(port, endpoint);
    return endpoint;
  }

  isPeerOf(other: Endpoint) {
    return this.#peer.at === 'here' && this.#peer.endpoint === other;
  }

  adopt(owner: EndpointOwner) {
    endpointObserver?.adopted(this, owner);
    this.#weakOwner = new WeakRef(owner);
    this.#closing = false;
    this.#endIfDone();
  }

  /** Takes the endpoint from its owner, so that it can travel. Unread messages travel along. */
  release() {
    this.#owner = this.#weakOwner = undefined;
    this.#started = this.#watched = this.#closing = false;
  }

  post(message: Message) {
    if (this.#peer !== nowhere) endpointObserver?.posted(this, message, sizeOf(message));
    if (this.#peer.at === 'here') {
      message.order = ++postCount;
      this.#peer.endpoint.deliver(message);
    } else if (this.#peer.at === 'carrier' && !this.#lost) {
      this.#peer.carrier.post(this.#peer.port, message);
    } else {
      discard(message);
    }
  }

  start() {
    if (this.#started) return;
    this.#started = true;
    endpointObserver?.started(this);
    this.#owner = this.#weakOwner?.deref();
    for (let count = this.#queue.length; count > 0; count--) this.#schedule();
    this.#deliverFromCarrier();
  }

  /** Learns of the other end's going away without starting. */
  watch() {
    this.#watched = true;
    this.#deliverFromCarrier();
  }

  /** @param why for who observes: 'close' when its owner wants it */
  close(why: 'close' | 'collected' | 'unread' = 'close') {
    // A loop, as there is no limit to how deep ports can be inside messages of ports inside messages.
    const closing: Endpoint[] = [this];
    for (let endpoint; (endpoint = closing.pop()); ) {
      endpointObserver?.closed(endpoint, endpoint === this ? why : 'unread');
      for (const message of endpoint.#queue.takeAll()) append(closing, releaseExtras(message));
      endpoint.#disentangle();
      endpoint.#announceClose();
    }
  }

  #disentangle() {
    const peer = this.#peer;
    this.#peer = nowhere;
    if (peer.at === 'here') {
      peer.endpoint.lose();
    } else if (peer.at === 'carrier') {
      peer.carrier.unbind(peer.port);
      peer.carrier.close(peer.port, this.#consumed);
    }
  }

  /** A message arrived from the other end. */
  deliver(message: Message) {
    this.#queue.push(message);
    if (this.#started) this.#schedule();
  }

  /** The other end went away. */
  lose() {
    this.#lost = true;
    if (this.#peer.at === 'here') this.#peer = nowhere;
    this.#endIfDone();
  }

  /** Ends the channel once nothing more will arrive and everything that did was read. */
  #endIfDone() {
    if (this.#queue.length > 0 || !(this.#lost || this.#peer === nowhere)) return;
    endpointObserver?.lost(this);
    this.#disentangle();
    this.#announceClose();
  }

  /**
   * Moves this end to the carrier, with everything unread, and gives the number of the Blink port that it now is.
   * The endpoint itself is spent.
   */
  moveTo(carrier: PortCarrier): number {
    const peer = this.#peer.at === 'carrier' ? this.#peer : this.#enter(carrier);
    this.#peer = nowhere;
    peer.carrier.unbind(peer.port);
    endpointObserver?.moved(this, peer.port);
    if (this.#delivering) peer.carrier.return(peer.port, this.#consumed);
    // The carrier still has what was delivered and not read.
    for (const message of this.#queue.takeAll()) forget(message);
    return peer.port;
  }

  /**
   * Has the carrier take over this channel, and those of all the ends inside its unread messages. All of these are posted
   * once more, in the order in which they were posted first: an end inside may be the other end of one that is on its way
   * itself, and what was posted from it has to be posted before it goes.
   */
  #enter(carrier: PortCarrier): CarrierPeer {
    const unread: { port: number; message: Message }[] = [];
    const staying: Endpoint[] = [];
    const forsaken: number[] = [];
    const entering: Endpoint[] = [this];
    for (let endpoint; (endpoint = entering.pop()); ) {
      const peer = endpoint.#peer;
      if (peer.at === 'carrier') continue;
      const [near, far] = carrier.createChannel();
      endpoint.#continueOn(carrier, far);
      if (peer.at === 'here') peer.endpoint.#continueOn(carrier, near);
      const messages = endpoint.#queue.takeAll().map((message) => ({ port: near, message }));
      if (peer.at === 'here') {
        staying.push(peer.endpoint);
        // What the other end has not read goes through the pipe, too: then it travels with it, wherever that goes.
        for (const message of peer.endpoint.#queue.takeAll()) messages.push({ port: far, message });
      } else {
        forsaken.push(near);
      }
      append(unread, messages);
      for (const { message } of messages) append(entering, endpointsOf(message));
    }
    unread.sort((one, other) => one.message.order! - other.message.order!);
    const peer = this.#peer as CarrierPeer;
    for (const { port, message } of unread) carrier.post(port, message);
    for (const port of forsaken) carrier.close(port, 0);
    for (const endpoint of staying) endpoint.#deliverFromCarrier();
    return peer;
  }

  #continueOn(carrier: PortCarrier, port: number) {
    this.#peer = { at: 'carrier', carrier, port };
    // What was read so far did not come by this way.
    this.#consumed = this.#done = this.#unacknowledged = this.#unacknowledgedBytes = 0;
    carrier.bind(port, this);
  }

  /** What the endpoint stood for has another owner again. */
  forget() {
    if (this.#peer.at === 'carrier') this.#peer.carrier.unbind(this.#peer.port);
    this.#peer = nowhere;
  }

  #deliverFromCarrier() {
    if (this.#peer.at !== 'carrier' || this.#delivering || !(this.#started || this.#watched)) return;
    this.#delivering = true;
    this.#peer.carrier.start(this.#peer.port);
  }

  // One task per message, as in HTML's port message queue: between two messages every promise job gets its turn.
  #schedule() {
    setImmediate(() => this.#dispatch());
  }

  #dispatch() {
    if (!this.#started || this.#queue.length === 0) return;
    const message = this.#queue.shift();
    this.#consumed++;
    const peer = this.#peer;
    // Measured now: who receives it may pass its buffers on. What else it brings takes memory in Chromium that cannot be
    // told from here.
    const bytes = sizeOf(message);
    const bringsThings = message.extras.length > 0 || message.endpoints.length > 0;
    const acknowledge = () => this.#acknowledge(bytes, bringsThings, peer);
    // Before the owner sees the message: it may send the port on.
    this.#endIfDone();
    endpointObserver?.read(this, message);
    const owner = this.#weakOwner?.deref();
    if (message.unreadable !== undefined) {
      discard(message);
      acknowledge();
      owner?.fail(message.unreadable);
      return;
    }
    let keeping: Promise<void> | void = undefined;
    try {
      keeping = owner?.receive(message);
    } finally {
      // Whatever the app's listeners throw.
      if (!keeping) acknowledge();
    }
    void keeping?.then(acknowledge);
  }

  #acknowledge(bytes: number, bringsThings: boolean, from: Peer) {
    // Unless the port was sent on, or entered a carrier: then it has been told already.
    if (this.#peer !== from || from.at !== 'carrier') return;
    this.#done++;
    this.#unacknowledged++;
    this.#unacknowledgedBytes += bytes;
    if (!bringsThings && this.#unacknowledged < consumedLot && this.#unacknowledgedBytes < consumedBytesLot) return;
    this.#unacknowledged = this.#unacknowledgedBytes = 0;
    from.carrier.consumed(from.port, this.#done);
  }

  #announceClose() {
    if (this.#closing) return;
    this.#closing = true;
    const owner = this.#owner ?? this.#weakOwner?.deref();
    this.#owner = undefined;
    setImmediate(() => {
      // Not when the port was sent on meanwhile: then its next owner is told.
      if (this.#closing && owner === this.#weakOwner?.deref()) owner?.disconnect();
    });
  }
}
