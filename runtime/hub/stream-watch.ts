import { otherEndGone } from '@electron/internal/common/streams/protocol';
import type { CrossRealmStream } from '@electron/internal/common/streams/protocol';

import type { Ends, StreamCarrier } from './channel-ends';

/** Such a port, and who is believed to hold its other end. */
export interface LocatedCarrier extends StreamCarrier {
  readonly ends: Ends;
}

interface Watched {
  stream: CrossRealmStream<unknown>;
  by: LocatedCarrier;
}

/**
 * Fails the streams whose users in a renderer are gone. Blink does not: the channel inside one of its streams can close
 * without anybody being told. So a stream counts as forsaken when the document that it was exchanged with is gone, and with
 * it the other end of the port that carried it. A port that only was closed leaves its streams alone.
 */
class StreamWatch {
  #watched = new Set<Watched>();

  add(stream: CrossRealmStream<unknown>, by: LocatedCarrier) {
    this.#watched.add({ stream, by });
    this.check();
  }

  /** To be called when a port has closed. */
  check() {
    for (const each of this.#watched) {
      const { stream, by } = each;
      const isForsaken = by.ends.far.document?.closed && (by.closed || !by.watched);
      if (isForsaken) stream.fail(otherEndGone());
      if (isForsaken || !stream.isOpen()) this.#watched.delete(each);
    }
  }
}

/** One for all clients, as the document of a stream may be known to another client than the one that has the stream. */
export const streamWatch = new StreamWatch();
