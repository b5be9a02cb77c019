import { crossRealmReadable } from '@electron/internal/common/streams/cross-realm-readable';
import { crossRealmWritable } from '@electron/internal/common/streams/cross-realm-writable';
import type { CrossRealmStream } from '@electron/internal/common/streams/protocol';

import { BlinkStreamPort } from './blink-stream-port';

export type StreamSide = ReadableStream | WritableStream;

// How a stream ends is told at both its ends; nobody waits for the pipe between them.
const ignore = () => {};

/** Joins a stream of a renderer with the channel of a client. */
export function pump(side: StreamSide, channel: MessagePort): CrossRealmStream<StreamSide> {
  const port = new BlinkStreamPort(channel);
  if (side instanceof ReadableStream) {
    const writable = crossRealmWritable(port);
    side.pipeTo(writable.stream).catch(ignore);
    return writable;
  }
  const readable = crossRealmReadable(port);
  readable.stream.pipeTo(side).catch(ignore);
  return readable;
}

/** The stream of a client's channel, to be transferred to a renderer. */
export const openReadable = (channel: MessagePort) => crossRealmReadable(new BlinkStreamPort(channel));
export const openWritable = (channel: MessagePort) => crossRealmWritable(new BlinkStreamPort(channel));

/** Waits, for script cannot be told, until somebody has read so much that there is room for a chunk. */
async function room(controller: TransformStreamDefaultController): Promise<void> {
  for (let delay = 1; controller.desiredSize !== null && controller.desiredSize <= 0; delay = Math.min(2 * delay, 64)) {
    await new Promise((resolve) => setTimeout(resolve, delay));
  }
}

/**
 * A TransformStream of two sides that were made apart, as script can make one: what is written to it goes to `writable`,
 * and what comes from `readable` can be read from it.
 */
export function joinSides(readable: ReadableStream, writable: WritableStream): TransformStream {
  const writer = writable.getWriter();
  let ended: Promise<void>;
  const transformer = {
    start(controller: TransformStreamDefaultController) {
      const carry = async () => {
        for await (const chunk of readable) {
          await room(controller);
          controller.enqueue(chunk);
        }
      };
      ended = carry();
      ended.catch((reason) => controller.error(reason));
      writer.closed.catch((reason) => controller.error(reason));
    },
    async transform(chunk: unknown) {
      await writer.ready;
      await writer.write(chunk);
    },
    async flush() {
      await writer.close();
      await ended;
    },
    async cancel(reason: unknown) {
      await Promise.allSettled([writer.abort(reason), readable.cancel(reason)]);
    }
  };
  // Without a place for one chunk there would be room for none, not even while somebody waits for it.
  return new TransformStream(transformer, undefined, { highWaterMark: 1 });
}
