// Electron's own settings lack it.
/// <reference lib="dom.asynciterable" />

/** Waits, for script cannot be told, until enough has been read that there is room for a chunk. */
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
  // Without a place for one chunk there would be room for none, not even while a reader waits for it.
  return new TransformStream(transformer, undefined, { highWaterMark: 1 });
}
