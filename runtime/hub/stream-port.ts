import { DomPort } from '@electron/internal/common/dom-port';
import type { StreamMessage } from '@electron/internal/common/streams/protocol';

/** A stream's channel, as far as it ends in the hub. */
export class StreamPort extends DomPort {
  override post(message: unknown) {
    // A chunk was deserialized here and is not shared: moving its bytes spares a copy that would wait for collection.
    const { v: chunk } = message as StreamMessage;
    const buffer = ArrayBuffer.isView(chunk) ? chunk.buffer : chunk;
    super.post(message, buffer instanceof ArrayBuffer ? [buffer] : []);
  }
}
