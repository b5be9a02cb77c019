// What the page gets, as JSON. docs/inspector.md describes the fields, as they are in an export, too.

import type { ValueTree } from '@electron/internal/common/value-tree';

export type HolderKind = 'main' | 'utility' | 'frame' | 'worker' | 'worker-threads';

/** Who can hold ends: something that runs script. */
export interface HolderState {
  id: string;
  kind: HolderKind;
  /** A URL, a path. */
  name: string;
  /** Those of one process are drawn together. */
  process: string;
  pid: number;
  /** Why it is gone, if so. */
  gone?: string;
}

/** Why a channel is closed. */
export interface ClosedState {
  /** Who closed it; undefined while that is not known. */
  holder?: string;
  end?: 0 | 1;
  why: string;
  stack: string;
  time: number;
}

export interface TransferState {
  time: number;
  from: string;
  /** Undefined while it is on its way. */
  to?: string;
}

export interface EndState {
  /** Undefined where it is not known, as for an end in a process that is not watched. */
  holder?: string;
  /** It is in a message that nobody has read yet. */
  isOnItsWay: boolean;
  isStarted: boolean;
  /** `unwatched`: its holder does not report, and all that is known is where it went. */
  state: 'open' | 'left' | 'closed' | 'lost' | 'unwatched';
  sent: number;
  sentBytes: number;
  received: number;
  /** Sent by the other end and not read by this one. */
  queue: number;
  /** When the oldest of them was sent. */
  oldestUnread?: number;
  /** In the last second: messages and bytes that it sent. */
  messagesPerSecond: number;
  bytesPerSecond: number;
  transfers: TransferState[];
  /** Script still has the object of an end that is closed. Only known after leaks were looked for. */
  isHeld: boolean;
  /** Script has no way to it, and it is open. The same. */
  isUnreachable: boolean;
}

/** How messages go from one end to the other. */
export type PathState = 'process' | 'direct' | 'hub' | 'unknown';

export interface ChannelState {
  id: string;
  /** Whether the runtime made it for itself. */
  by: 'app' | 'runtime';
  /** A document's way to the main process, by which IPC goes. */
  isLink: boolean;
  time: number;
  holder: string;
  /** Where it was made, one place a line, the nearest first; where it was first used, if it was there before. */
  stack: string;
  wasFound: boolean;
  path: PathState;
  /** Why its messages make a detour, if so. */
  relayed?: string;
  closed?: ClosedState;
  ends: [EndState, EndState];
}

export type LeakKind = 'never-started' | 'never-read' | 'closed-held' | 'unreachable';

export interface LeakState {
  kind: LeakKind;
  channel: string;
  end: 0 | 1;
  text: string;
  since: number;
}

export interface LogState {
  number: number;
  channel: string;
  /** The end that sent it. */
  end: 0 | 1;
  from?: string;
  to?: string;
  time: number;
  readTime?: number;
  bytes: number;
  value: ValueTree;
}

/** What changed since the last time. The first one has everything. */
export interface Update {
  type: 'update';
  time: number;
  holders: HolderState[];
  channels: ChannelState[];
  /** Channels that are not known any more. */
  forgotten: string[];
  leaks: LeakState[];
  log: LogState[];
  isLogging: boolean;
  /** When leaks were last looked for; 0 for never. */
  searched: number;
  isSearching: boolean;
  /** How many events and messages there is nothing of, because there were too many. */
  dropped: number;
}

/** What the page asks for. */
export type Command = { type: 'log'; on: boolean } | { type: 'find-leaks' };
