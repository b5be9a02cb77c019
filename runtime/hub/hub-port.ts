import { Fifo } from '@electron/internal/common/fifo';

import { Backlog } from './backlog';

import type { Ends } from './channel-ends';
import type { UnarrivedPorts } from './unarrived-ports';

/** A Blink port on behalf of a client. */
export interface HubPort {
  port: MessagePort;
  /**
   * Messages that went to the client and have not reached the app there. A port can be sent on while there are some, and
   * then they have to come first; and what is in them is closed with it.
   */
  unread: Fifo<UnreadMessage>;
  /** Of a document's link: what it has not said to have arrived. */
  unarrived: UnarrivedPorts | undefined;
  /** How many messages have been dropped from the front of `unread`. */
  consumed: number;
  /** How much the messages are that the client has not read. A document's link has it, too. */
  readonly backlog: Backlog;
  /** Set when the client gave the port up: what arrives from now on is for the next owner. */
  returned: boolean;
  /** Set when the other end went away, or this one was closed. */
  closed: boolean;
  /** Whether this client would learn of the other end's going away. */
  watched: boolean;
  /** What is known of where both ends are. */
  ends: Ends;
  /** Settles when everything has been posted that had to wait for the bytes of a Blob. Never rejects. */
  posting: Promise<void> | undefined;
}

export interface UnreadMessage {
  data: unknown;
  ports: readonly number[];
  extras: readonly number[];
  /** The large ones in the data. */
  buffers: readonly ArrayBuffer[];
}

/** Frees the bytes of a message that will not be read here, without waiting for a collection. */
export function freeBuffers({ buffers }: Pick<UnreadMessage, 'buffers'>) {
  for (const buffer of buffers) buffer.transfer(0);
}

export function createHubPort(port: MessagePort, ends: Ends): HubPort {
  return {
    port,
    unread: new Fifo(),
    unarrived: undefined,
    consumed: 0,
    backlog: new Backlog(),
    returned: false,
    closed: false,
    watched: false,
    ends,
    posting: undefined
  };
}

export function closedPort(): MessagePort {
  const { port1, port2 } = new MessageChannel();
  port2.close();
  return port1;
}

/** Does something with a port after everything that was posted from it before, and could be. */
export function afterPosting({ posting }: HubPort, action: () => void) {
  if (posting) posting.then(action, action);
  else action();
}
