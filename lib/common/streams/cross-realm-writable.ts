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
 * "SetUpCrossRealmTransformWritable": the writable half of a transferred stream. What is written goes to `port`, each chunk
 * only after the other end has asked for it. Beyond the standard it also fails when the other end goes away.
 */
export function crossRealmWritable(port: PortLike): CrossRealmStream<WritableStream> {
  let controller!: WritableStreamDefaultController;
  let isOpen = true;
  /** Whether the other end has asked for a chunk that it has not got yet. */
  let isAsked = false;
  let asked = () => {};

  const disentangle = () => {
    isOpen = false;
    port.close();
    // A write that waits to be asked would wait forever, and so would an abort of the stream.
    asked();
  };
  const fail = (reason: unknown) => {
    if (!isOpen) return;
    sendError(port, reason);
    disentangle();
    controller.error(reason);
  };

  const stream = new WritableStream({
    start(given) {
      controller = given;
    },
    async write(chunk) {
      if (!isAsked && isOpen) await new Promise<void>((resolve) => (asked = resolve));
      isAsked = false;
      if (!isOpen) return;
      try {
        postOrFail(port, { t: StreamMessageType.Chunk, v: chunk });
      } catch (error) {
        disentangle();
        throw error;
      }
    },
    close() {
      if (!isOpen) return;
      port.post({ t: StreamMessageType.Close });
      disentangle();
    },
    abort(reason) {
      if (!isOpen) return;
      try {
        postOrFail(port, { t: StreamMessageType.Error, v: reason });
      } finally {
        disentangle();
      }
    }
  });

  port.listen({
    message(message) {
      if (!isOpen) return;
      const { t, v } = readMessage(message);
      if (t === StreamMessageType.Pull) {
        isAsked = true;
        asked();
      } else if (t === StreamMessageType.Error) {
        disentangle();
        controller.error(v);
      }
    },
    messageerror: (reason) => fail(unreadableChunk(reason)),
    close() {
      if (!isOpen) return;
      isOpen = false;
      controller.error(otherEndGone());
      asked();
    }
  });
  return { stream, fail, isOpen: () => isOpen };
}
