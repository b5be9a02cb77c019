// What the two ends of a transferred stream say to each other: the messages of the Streams standard's cross-realm
// transform (section 8.2 of https://streams.spec.whatwg.org/), which Blink speaks, too.

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

export interface StreamPortListener {
  message(message: StreamMessage): void;
  /** A message arrived that cannot be read. */
  messageerror(reason: string): void;
  /** The other end is gone. After a Close or an Error that is no news. */
  close(): void;
}

/** The end of a channel that one half of a transferred stream speaks over. */
export interface StreamPort {
  /** Starts delivery. Called once. */
  listen(listener: StreamPortListener): void;
  /** @throws DataCloneError for a chunk or a reason that cannot be cloned */
  post(message: StreamMessage): void;
  /** What was posted before arrives. */
  close(): void;
}

export interface CrossRealmStream<Stream> {
  stream: Stream;
  /** Ends both halves with an error, for whoever learns by other ways that the stream's far user is gone. */
  fail(reason: DOMException): void;
  /** Whether it has not ended yet. */
  isOpen(): boolean;
}

/** What a stream fails with when its other end went away without ending it. */
export function otherEndGone(): DOMException {
  return new DOMException('The other end of the stream is gone.', 'NetworkError');
}

/** "CrossRealmTransformSendError": tells the other end, as far as it can be told. */
export function sendError(port: StreamPort, reason: unknown) {
  try {
    port.post({ t: StreamMessageType.Error, v: reason });
  } catch {
    // The reason cannot be cloned; that is all there is to say, and it goes without one.
    port.post({ t: StreamMessageType.Error });
  }
}

/** "PackAndPostMessageHandlingError": what cannot be cloned is told to the other end and thrown here. */
export function postOrFail(port: StreamPort, message: StreamMessage) {
  try {
    port.post(message);
  } catch (error) {
    sendError(port, error);
    throw error;
  }
}

/** The error for a message that arrived and cannot be read. */
export function unreadableChunk(reason: string): DOMException {
  return new DOMException(`A chunk of the stream could not be read: ${reason}`, 'DataCloneError');
}
