import { streamWatch } from './stream-watch';
import { pump } from './streams';

import type { HubPort } from './hub-port';
import type { StreamSide } from './streams';

interface IdleSide {
  side: StreamSide;
  by: HubPort;
}

/**
 * The streams of one client. A side that came from a renderer is kept as it came until the client uses it, so that one
 * that is only sent on takes nothing on its way; from then on it is a port to the client, and nothing of it is kept here.
 */
export class HubStreams {
  #idle = new Map<number, IdleSide>();

  /** @param by the port that the side came by */
  add(number: number, side: StreamSide, by: HubPort) {
    this.#idle.set(number, { side, by });
  }

  /** The numbers of the sides that are not used. */
  idle(): Iterable<number> {
    return this.#idle.keys();
  }

  /** Takes a side that is not used, to be sent on; undefined if there is none of that number. */
  take(number: number): StreamSide | undefined {
    const idle = this.#idle.get(number);
    this.#idle.delete(number);
    return idle?.side;
  }

  /** The port by which the client uses a side; undefined if there is none of that number that is not used. */
  use(number: number): MessagePort | undefined {
    const idle = this.#idle.get(number);
    if (!idle) return undefined;
    this.#idle.delete(number);
    const { port1, port2 } = new MessageChannel();
    streamWatch.add(pump(idle.side, port2), idle.by);
    return port1;
  }
}
