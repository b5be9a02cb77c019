import type { PortLike } from '@electron/internal/common/port-like';
import {
  otherEndGone,
  postOrFail,
  sendError,
  readMessage,
  StreamMessageType,
  unreadableChunk
} from '@electron/internal/common/streams/protocol';
import type { CrossRealmStream } from '@electron/internal/common/streams/protocol';

/**
 * "SetUpCrossRealmTransformReadable": the readable half of a transferred stream, fed by what arrives at `port`. It asks for
 * one chunk at a time, and only when it is read: this is what holds the producer at the other end. Beyond the standard
 * it also fails when the other end goes away.
 */
export function crossRealmReadable(port: PortLike): CrossRealmStream<ReadableStream> {
  let controller!: ReadableStreamDefaultController;
  let isOpen = true;
  /** How many chunks have been asked for that have not come. */
  let asked = 0;

  const disentangle = () => {
    isOpen = false;
    port.close();
  };
  const fail = (reason: unknown) => {
    if (!isOpen) return;
    sendError(port, reason);
    disentangle();
    controller.error(reason);
  };

  const stream = new ReadableStream(
    {
      start(given) {
        controller = given;
      },
      pull() {
        if (!isOpen) return;
        asked++;
        port.post({ t: StreamMessageType.Pull });
      },
      cancel(reason) {
        if (!isOpen) return;
        try {
          postOrFail(port, { t: StreamMessageType.Error, v: reason });
        } finally {
          disentangle();
        }
      }
    },
    { highWaterMark: 0 }
  );

  port.listen({
    message(message) {
      if (!isOpen) return;
      const { t, v } = readMessage(message);
      switch (t) {
        case StreamMessageType.Chunk:
          // A writer sends one for each Pull. Of one that was taken over, this process would keep what nobody reads.
          if (asked === 0) return fail(unreadableChunk('it was not asked for'));
          asked--;
          controller.enqueue(v);
          break;
        case StreamMessageType.Close:
          disentangle();
          controller.close();
          break;
        case StreamMessageType.Error:
          disentangle();
          controller.error(v);
      }
    },
    messageerror: (reason) => fail(unreadableChunk(reason)),
    close() {
      if (!isOpen) return;
      isOpen = false;
      controller.error(otherEndGone());
    }
  });
  return { stream, fail, isOpen: () => isOpen };
}
