import type { PortLike } from '@electron/internal/common/port-like';

import type { ValueWriter } from '../../common/clone';
import type { WireKind } from '../../common/kinds/wire-kind';
import type { Endpoint, Extra, Message } from '../message-port/endpoint';
import type { FileHandle } from 'node:fs/promises';

/** An endpoint as what speaks over it uses it. */
export type OpenPort = (endpoint: Endpoint) => PortLike;

/** What travels beside a message's bytes, to be referred to by index. */
export interface Enclosures {
  readonly ports: readonly object[];
  readonly buffers: readonly ArrayBuffer[];
  /** Where an object's first extra is; undefined for one that is not to be transferred. */
  indexOf(object: object): number | undefined;
  /** Adds what goes along without being transferred. @returns its place among the extras */
  hold(extra: Extra): number;
}

/** What arrived beside a message's bytes. */
export interface Arrival {
  readonly ports: readonly (object | undefined)[];
  readonly extras: readonly Extra[];
  readonly openPort: OpenPort;
}

/** The same for a message that goes on to a worker thread. */
export interface WorkerArrival extends Arrival {
  /** Adds an object to those that have to be listed beside ports and buffers. */
  list<T extends object>(object: T): T;
  /** What was fetched for the object that is being read. */
  fetched(): object;
}

/** What the objects of a list are checked against. */
export interface ListCheck {
  /** Every object that was looked at before, and what goes with it. */
  readonly seen: Set<object>;
  /** The endpoint of the port that posts, when it is one. */
  readonly source: Endpoint | undefined;
}

/** How objects of a kind are transferred. Nothing is taken before everything was checked. */
export interface Transfer<T extends object = object> {
  /** What error texts say that a list may hold. */
  readonly expected: string;
  /** What error texts call an object; undefined for one that cannot be transferred after all. */
  nameOf(object: T): string | undefined;
  /** For such an object: what it is instead. */
  describe?(object: T): string;
  /** What keeps it from being transferred, as in `is locked.` */
  problemOf(object: T, check: ListCheck): string | undefined;
  /** Where it travels. */
  readonly place: 'ports' | 'buffers' | 'extras';
  /** How many extras it is. */
  extras(object: T): number;
  /** Whether only Node.js can take it: what takes its place is made by Node.js, too. */
  isNodes(object: T): boolean;
  /** Whether it has to be in the message: otherwise nothing could ever close it. */
  readonly isInMessage?: boolean;
  /** Takes it from its owner. @param moved what Node.js made of it, if it is Node's */
  take(object: T, moved: object | undefined, openPort: OpenPort): readonly Extra[];
}

/** What a message for a worker thread needs, where it is not what this process would get. */
export interface WorkerReading<Fields = unknown> {
  /** How many bytes it takes, once it is fetched; 0 without. */
  sizeOf?(fields: Fields): number;
  /** Gets what has to be there before the message can go on. @throws when it cannot be had */
  fetch?(fields: Fields, message: Message, by: Fetcher): Promise<object>;
  /** The port that fetching uses up. */
  usesPort?(fields: Fields): number;
  /** Frees what was fetched, when the message does not go on after all. */
  discard?(fetched: object): void;
  /** Makes what the thread is sent. */
  open(fields: Fields, arrival: WorkerArrival): object;
}

export interface Fetcher {
  readonly openPort: OpenPort;
  /** The file itself whose channel has come to this thread. */
  claim(channel: Endpoint): Promise<FileHandle>;
}

/** What a Node.js side makes of one kind of thing that travels. */
export interface NodeKind<T extends object = object, Fields = unknown> {
  readonly wire: WireKind<Fields>;
  /** Whether an object is of this kind, and does not only have the prototype of one. */
  is(value: object): value is T;
  /** For what can be in a transfer list. */
  readonly transfer?: Transfer<T>;
  /**
   * Writes an object. Without it, the kind is never found in a message of this side, or V8's format has it.
   * @returns false for one that goes as an object of script
   */
  write?(object: T, enclosures: Enclosures, writer: ValueWriter, openPort: OpenPort): void | false;
  /** Makes the receiver's object. @throws when what it needs has not come along */
  open?(fields: Fields, arrival: Arrival): object;
  readonly worker?: WorkerReading<Fields>;
}
