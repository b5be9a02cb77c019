import type { ClosedState } from './state';

/** Who reports of a port. */
export interface PortHolder {
  /** The realm's. */
  readonly id: string;
  readonly holder: string;
  /** Ports that go by windows and workers, and not by ports, stay in it. */
  readonly group: string;
}

/** A port object of a realm. An end that is sent on is another one from then on. */
export class Port {
  readonly realm: PortHolder;
  readonly id: number;
  /** Undefined while it is not known which end it is: who sent it has not reported yet. */
  end: End | undefined;
  sent = 0;
  sentBytes = 0;
  received = 0;
  /** What the end's earlier ports had sent and read when it became this one. */
  before = { sent: 0, bytes: 0, received: 0 };
  isStarted = false;
  state: 'open' | 'left' | 'closed' | 'lost' = 'open';
  isCollected = false;
  isUnreachable = false;
  /** It was there before anybody watched, and of which channel it is will not be known. */
  wasFound = false;
  /** Who has it, once it went to where nobody watches; 'unknown' where that is not known either. */
  unwatched: string | undefined;
  /** How it was closed, for when it is known which end it is. */
  closed: { why: string; stack: string; time: number } | undefined;
  /** What it became when it was sent on. */
  next: Port | undefined;
  /** The same port of the same document, as another world of it sees it. */
  readonly twins: Port[] = [];
  /** The ports in the messages that it sent and read, by number, while its end is not known. */
  readonly waiting: { isSent: boolean; number: number; ports: readonly Port[] }[] = [];
  time = 0;
  /** Where it was first used, if it was there before. */
  stack = '';

  constructor(realm: PortHolder, id: number) {
    this.realm = realm;
    this.id = id;
  }

  get holder(): string {
    return this.unwatched ?? this.realm.holder;
  }

  /** As the document has it, whichever world of it did something. */
  get whole(): { state: Port['state']; isStarted: boolean; isCollected: boolean } {
    let { state, isStarted, isCollected } = this;
    for (const twin of this.twins) {
      if (state === 'open') state = twin.state;
      isStarted ||= twin.isStarted;
      isCollected &&= twin.isCollected;
    }
    return { state, isStarted, isCollected };
  }

  get all(): { sent: number; bytes: number; received: number } {
    let { sent, sentBytes: bytes, received } = this;
    for (const twin of this.twins) {
      sent += twin.sent;
      bytes += twin.sentBytes;
      received = Math.max(received, twin.received);
    }
    const { before } = this;
    return { sent: before.sent + sent, bytes: before.bytes + bytes, received: before.received + received };
  }
}

export interface TransferNote {
  time: number;
  from: string;
  to: string | undefined;
}

const maximumSamples = 128;
const maximumTransfers = 50;
const maximumNotes = 1000;

/** One end of a channel, whoever holds it. */
export class End {
  readonly channel: Channel;
  readonly index: 0 | 1;
  port: Port | undefined;
  readonly transfers: TransferNote[] = [];
  /** By number of the message that this end sent: the ports that went with it, until who read it has reported. */
  readonly #sent = new Map<number, readonly Port[]>();
  /** And the ports that came with a message that this end sent, until its sender has reported. */
  readonly #read = new Map<number, readonly Port[]>();
  /** How much had been sent when, for as long as some of it is unread. */
  #samples: { sent: number; time: number }[] = [];
  /** At the last reckoning. */
  last = { sent: 0, bytes: 0, time: 0 };
  messagesPerSecond = 0;
  bytesPerSecond = 0;

  constructor(channel: Channel, index: 0 | 1) {
    this.channel = channel;
    this.index = index;
  }

  get other(): End {
    return this.channel.ends[1 - this.index];
  }

  get sent() {
    return this.port?.all.sent ?? 0;
  }

  get bytes() {
    return this.port?.all.bytes ?? 0;
  }

  get received() {
    return this.port?.all.received ?? 0;
  }

  get queue() {
    return Math.max(0, this.other.sent - this.received);
  }

  /** Notes that more was sent. */
  sample(time: number) {
    const { sent } = this;
    if (sent <= (this.#samples.at(-1)?.sent ?? 0)) return;
    this.#samples.push({ sent, time });
    // In the middle it is missed least.
    if (this.#samples.length > maximumSamples) this.#samples.splice(maximumSamples >> 1, 1);
  }

  /** When the first of what the other end has not read was sent. */
  get oldestUnread(): number | undefined {
    const { received } = this.other;
    while (this.#samples.length > 0 && this.#samples[0].sent <= received) this.#samples.shift();
    return this.#samples[0]?.time;
  }

  noteTransfer(note: TransferNote) {
    this.transfers.push(note);
    if (this.transfers.length > maximumTransfers) this.transfers.shift();
  }

  /** The ports that went with message `number`. @returns those that have come with it, if that is known */
  notedSent(number: number, ports: readonly Port[]): readonly Port[] | undefined {
    return meet(this.#read, this.#sent, number, ports);
  }

  /** The ports that came with message `number` of this end. @returns those that went with it, if that is known */
  notedRead(number: number, ports: readonly Port[]): readonly Port[] | undefined {
    return meet(this.#sent, this.#read, number, ports);
  }
}

function meet(
  others: Map<number, readonly Port[]>,
  own: Map<number, readonly Port[]>,
  number: number,
  ports: readonly Port[]
): readonly Port[] | undefined {
  const found = others.get(number);
  if (found) {
    others.delete(number);
    return found;
  }
  own.set(number, ports);
  if (own.size > maximumNotes) own.delete(own.keys().next().value!);
  return undefined;
}

/** Two ends that are entangled, or were. */
export class Channel {
  readonly id: string;
  readonly time: number;
  readonly holder: string;
  readonly by: 'app' | 'runtime';
  readonly stack: string;
  readonly ends: readonly [End, End] = [new End(this, 0), new End(this, 1)];
  wasFound = false;
  isLink = false;
  /** An end was where nobody counts: messages have no numbers any more that both ends know. */
  hasGap = false;
  relayed: string | undefined;
  closed: ClosedState | undefined;
  /** Grows with every change. */
  version = 0;

  constructor(id: string, realm: PortHolder, made: { time: number; by: 'app' | 'runtime'; stack: string }) {
    this.id = id;
    this.holder = realm.holder;
    this.time = made.time;
    this.by = made.by;
    this.stack = made.stack;
  }
}
