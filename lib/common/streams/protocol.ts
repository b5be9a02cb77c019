// What the two ends of a transferred stream say to each other: the messages of the Streams standard's cross-realm
// transform (section 8.2 of https://streams.spec.whatwg.org/), which Blink speaks, too.

import type { PortLike } from '@electron/internal/common/port-like';

export const enum StreamMessageType {
  /** The reader has room for a chunk. */
  Pull,
  Chunk,
  Close,
  /** Of a reader that cancels, and of a writer that aborts or fails. */
  Error
}

export interface StreamMessage {
  t: StreamMessageType;
  v?: unknown;
}

/** What arrived at a stream's channel: nothing that is known, when the other end was taken over and sent nonsense. */
export function readMessage(message: unknown): Partial<StreamMessage> {
  return typeof message === 'object' && message !== null ? (message as StreamMessage) : {};
}

export interface CrossRealmStream<Stream> {
  stream: Stream;
  /** Ends both halves with an error, for a caller that learns in another way that the stream's far user is gone. */
  fail(reason: DOMException): void;
  /** Whether it has not ended yet. */
  isOpen(): boolean;
}

/** What a stream fails with when its other end went away without ending it. */
export function otherEndGone(): DOMException {
  return new DOMException('The other end of the stream is gone.', 'NetworkError');
}

/** "CrossRealmTransformSendError": tells the other end, as far as it can be told. */
export function sendError(port: PortLike, reason: unknown) {
  try {
    port.post({ t: StreamMessageType.Error, v: reason });
  } catch {
    // The reason cannot be cloned; that is all there is to say, and it goes without one.
    port.post({ t: StreamMessageType.Error });
  }
}

/** "PackAndPostMessageHandlingError": what cannot be cloned is told to the other end and thrown here. */
export function postOrFail(port: PortLike, message: StreamMessage) {
  try {
    port.post(message);
  } catch (error) {
    const reason = explain(error);
    sendError(port, reason);
    throw reason;
  }
}

/** Error texts speak of what the app gave, not of the message around it. */
function explain(error: unknown): unknown {
  if (!(error instanceof DOMException)) return error;
  const text = error.message.replace(': message.v', ': chunk');
  return text === error.message ? error : new DOMException(text, error.name);
}

/** The error for a message that arrived and cannot be read. */
export function unreadableChunk(reason: string): DOMException {
  return new DOMException(`A chunk of the stream could not be read: ${reason}`, 'DataCloneError');
}
