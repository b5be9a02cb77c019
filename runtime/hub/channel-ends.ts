/** A port that streams came or went by, as far as it tells whether their far users are still there. */
export interface StreamCarrier {
  /** Whether its other end is known to be gone. */
  readonly closed: boolean;
  /** Whether a close of its other end would be noticed. */
  readonly watched: boolean;
}

/** What is known of where one end of a channel is. It follows the end from client to client. */
export class ChannelEnd {
  /** The link of the document that is believed to hold it. */
  document: StreamCarrier | undefined;
  /** Whether a client of the hub holds it: what is posted to it does not leave this page. */
  isHere: boolean;
  sent = 0;
  received = 0;
  /** Called when the other end is gone, and Chromium does not tell. Set by who holds this one. */
  onOtherLost: () => void = () => {};
  /** The ends of the ports of messages that have not arrived here yet, by the messages' numbers. */
  #arriving = new Map<number, readonly Ends[]>();

  constructor({ document, isHere }: { document: StreamCarrier | undefined; isHere: boolean }) {
    this.document = document;
    this.isHere = isHere;
  }

  /** Says what will be known of the ports of message `number`: Blink makes new objects of them. */
  expect(number: number, ports: readonly Ends[]) {
    if (this.isHere && ports.length > 0) this.#arriving.set(number, ports);
  }

  /** From now on other messages are posted to it than those that were counted. */
  lose() {
    this.isHere = false;
    this.#arriving.clear();
  }

  /** @returns what is known of the ports of the message that has just arrived; undefined for nothing */
  receive(): readonly Ends[] | undefined {
    const ports = this.#arriving.get(++this.received);
    this.#arriving.delete(this.received);
    return ports;
  }
}

/** A port's own end, and the other one. */
export interface Ends {
  near: ChannelEnd;
  far: ChannelEnd;
}

/** Of a port that came from `document`, or from an unknown place. */
export function endsFrom(document: StreamCarrier | undefined): Ends {
  return {
    near: new ChannelEnd({ document: undefined, isHere: true }),
    far: new ChannelEnd({ document, isHere: false })
  };
}

/** Of the two ports of a channel that was made here. */
export function endsOfChannel(): [Ends, Ends] {
  const [near, far] = [endsFrom(undefined).near, endsFrom(undefined).near];
  return [
    { near, far },
    { near: far, far: near }
  ];
}
