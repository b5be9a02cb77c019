import type { ChannelEnd, Ends } from './channel-ends';

/**
 * The ports that were posted to a document over its link, until the document says that they have arrived. When it goes before
 * that, Chromium may keep such a port for ever, and its other end never hears `close`: it takes what it sends in two parts, and
 * holds the first for a receiver that is gone when the second comes.
 */
export class UnarrivedPorts {
  /** By the numbers of their messages: the ends that stay. */
  #ends = new Map<number, readonly ChannelEnd[]>();

  get isEmpty() {
    return this.#ends.size === 0;
  }

  post(number: number, ports: readonly Ends[]) {
    if (ports.length > 0) {
      this.#ends.set(
        number,
        ports.map(({ far }) => far)
      );
    }
  }

  /** @param number anything: a page can have sent it */
  arrive(number: unknown) {
    for (const each of this.#ends.keys()) {
      if (typeof number !== 'number' || each > number) break;
      this.#ends.delete(each);
    }
  }

  /** The document is gone: no port that has not arrived does any more. */
  lose() {
    for (const end of [...this.#ends.values()].flat()) end.onOtherLost();
    this.#ends.clear();
  }
}
