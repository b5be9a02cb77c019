import { otherEndGone } from '@electron/internal/common/streams/protocol';
import type { CrossRealmStream } from '@electron/internal/common/streams/protocol';

/** A port that streams came or went by, as far as it tells whether their far users are still there. */
export interface StreamCarrier {
  /** Whether its other end is known to be gone. */
  readonly closed: boolean;
  /** Whether a close of its other end would be noticed. */
  readonly watched: boolean;
}

interface Watched {
  stream: CrossRealmStream<unknown>;
  by: StreamCarrier;
  document: StreamCarrier;
}

/**
 * Fails the streams whose users in a renderer are gone. Blink does not: the channel inside one of its streams can close
 * without anybody being told. So a stream counts as forsaken when the document that it was exchanged with is gone, and with
 * it the other end of the port that carried it. A port that only was closed leaves its streams alone.
 */
export class StreamWatch {
  #watched = new Set<Watched>();

  /** @param document the link of the document that is believed to hold the port's other end; undefined if nobody knows */
  add(stream: CrossRealmStream<unknown>, by: StreamCarrier, document: StreamCarrier | undefined) {
    if (!document) return;
    this.#watched.add({ stream, by, document });
    this.check();
  }

  /** To be called when a port has closed. */
  check() {
    for (const each of this.#watched) {
      const { stream, by, document } = each;
      const isForsaken = document.closed && (by.closed || !by.watched);
      if (isForsaken) stream.fail(otherEndGone());
      if (isForsaken || !stream.isOpen()) this.#watched.delete(each);
    }
  }
}
