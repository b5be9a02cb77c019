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

// What a reader rejects with is told to the other end.
const ignore = () => {};

/**
 * Sends the chunks of a stream, each when it is asked for and read only then. A pipe would read one ahead, and the renderer's
 * own half of the transfer reads one ahead already.
 */
export function pumpReadable(stream: ReadableStream, port: PortLike): CrossRealmStream<ReadableStream> {
  const reader = stream.getReader();
  let isOpen = true;

  const disentangle = () => {
    isOpen = false;
    port.close();
  };
  const cancel = (reason: unknown) => {
    reader.cancel(reason).catch(ignore);
  };
  const fail = (reason: unknown) => {
    if (!isOpen) return;
    sendError(port, reason);
    disentangle();
    cancel(reason);
  };

  /** Settled once the chunk that was read last has gone: the end comes after it. */
  let sending = Promise.resolve();
  const send = async () => {
    try {
      const { done, value } = await reader.read();
      // How it ended is told below.
      if (!isOpen || done) return;
      // What cannot be sent the other end is told of, and the stream by being cancelled.
      try {
        postOrFail(port, { t: StreamMessageType.Chunk, v: value });
      } catch (error) {
        disentangle();
        cancel(error);
      }
    } catch {}
  };
  const end = async (tell: () => void) => {
    await sending;
    if (!isOpen) return;
    tell();
    disentangle();
  };
  // Also while nothing asks, as from a pipe.
  reader.closed.then(
    () => end(() => port.post({ t: StreamMessageType.Close })),
    (error) => end(() => sendError(port, error))
  );

  port.listen({
    message(message) {
      if (!isOpen) return;
      const { t, v } = readMessage(message);
      if (t === StreamMessageType.Pull) {
        sending = send();
      } else if (t === StreamMessageType.Error) {
        disentangle();
        cancel(v);
      }
    },
    messageerror: (reason) => fail(unreadableChunk(reason)),
    close() {
      if (!isOpen) return;
      isOpen = false;
      cancel(otherEndGone());
    }
  });
  return { stream, fail, isOpen: () => isOpen };
}
