/** What is told of what arrives at a port. */
export interface PortListener {
  message(message: unknown): void;
  /** A message arrived that cannot be read. */
  messageerror(reason: string): void;
  /** The other end is gone. Comes after the last message. */
  close(): void;
}

/**
 * One end of a channel, whatever port it is. Streams, internal channels and files are written once over it. Its adapters:
 * DomPort, MainPort for a MessagePortMain, and the stock runtime's EndpointPort for what travels in a message.
 */
export interface PortLike {
  /** @throws DataCloneError */
  post(message: unknown): void;
  /** Starts the delivery. Called once. */
  listen(listener: PortListener): void;
  /** What was posted before arrives. */
  close(): void;
}
