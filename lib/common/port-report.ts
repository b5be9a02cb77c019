import type { ValueTree } from '@electron/internal/common/value-tree';

/** Why the end that a realm holds was closed there. */
export type CloseReason =
  /** Script called `close()`. */
  | 'close'
  /** It was never started, and script has no way to it any more. */
  | 'collected'
  /** It was in a message that nobody can read any more. */
  | 'unread';

/** Something that happened to a port, beside messages: those are counted. `port` is the realm's own number for it. */
export type PortEvent = { time: number } & (
  | { what: 'made'; ports: [number, number]; by: 'app' | 'runtime'; stack: string }
  /** It was there before anybody observed. */
  | { what: 'found'; port: number; stack: string }
  /**
   * The port's message of that number, counted from 1, took these along. Port 0 stands for what is no port: a window, a
   * worker. Where ports have names, which they keep wherever they go, these are told, too.
   */
  | { what: 'sent'; port: number; number: number; ports: number[]; names?: string[] }
  /** The same at the receiver, where they are new. With port 0 the number is the event's `timeStamp`. */
  | { what: 'came'; port: number; number: number; ports: number[]; names?: string[] }
  /** It goes to whoever knows the key. `to` is who has it then, where nobody watches. */
  | { what: 'left'; port: number; key: string; to?: { id: string; name: string } }
  | { what: 'entered'; port: number; key: string }
  | { what: 'started'; port: number }
  /** What was read before it was sent on stays behind a relay. */
  | { what: 'relayed'; port: number }
  | { what: 'closed'; port: number; why: CloseReason; stack: string }
  /** The other end is gone. */
  | { what: 'lost'; port: number }
  /** The ports that script has no way to, as a search found, and which are open. */
  | { what: 'unreachable'; ports: number[] }
  /** Its object is no more. */
  | { what: 'collected'; port: number }
);

/** How much was sent and read by a port in all. */
export type PortCounts = [port: number, sent: number, sentBytes: number, received: number];

/** One message, at its sender, with its value; or, without, at its reader. */
export interface LoggedMessage {
  port: number;
  number: number;
  time: number;
  sent?: { bytes: number; value: ValueTree };
}

/** What a realm (a thread of Node.js, a world of a document, a worker) says of its ports since the last time. */
export interface PortReport {
  events: PortEvent[];
  /** Of each port that sent or read something, as it is after the events. */
  counts: PortCounts[];
  log: LoggedMessage[];
  /** How many events and messages there is nothing of, because there were too many. */
  dropped: number;
}

/** What a realm that reports can be told. */
export interface ReporterOptions {
  /** Whether it is to report each message. */
  log: boolean;
  /** How often it is to have collected what nothing refers to, so that what is left is held. */
  collections: number;
}
