/** Waits, for script cannot be told, until enough has been read that there is room for a chunk, or none is read any more. */
async function room(controller: TransformStreamDefaultController, isOver: () => boolean): Promise<void> {
  const isFull = () => controller.desiredSize !== null && controller.desiredSize <= 0;
  for (let delay = 1; isFull() && !isOver(); delay = Math.min(2 * delay, 64)) {
    await new Promise((resolve) => setTimeout(resolve, delay));
  }
}

/**
 * A TransformStream of two sides that were made apart, as script can make one: what is written to it goes to `writable`,
 * and what comes from `readable` can be read from it.
 */
export function joinSides(readable: ReadableStream, writable: WritableStream): TransformStream {
  const writer = writable.getWriter();
  const reader = readable.getReader();
  let ended: Promise<void>;
  let isOver = false;
  const transformer = {
    start(controller: TransformStreamDefaultController) {
      const carry = async () => {
        for (;;) {
          const { done, value } = await reader.read();
          if (done) return;
          await room(controller, () => isOver);
          if (isOver) return;
          controller.enqueue(value);
        }
      };
      ended = carry();
      ended.catch((reason) => controller.error(reason));
      // It takes no more. What it has given can still be read, as with `controller.terminate()`.
      writer.closed.catch(() =>
        ended.then(
          () => isOver || controller.terminate(),
          () => {}
        )
      );
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
      isOver = true;
      await Promise.allSettled([writer.abort(reason), reader.cancel(reason)]);
    }
  };
  // Without a place for one chunk there would be room for none, not even while a reader waits for it.
  return new TransformStream(transformer, undefined, { highWaterMark: 1 });
}
