import type { CrossRealmStream } from '@electron/internal/common/streams/protocol';

import type { ValueWriter } from '../../common/clone';
import type { WireKind } from '../../common/kinds/wire-kind';

/** What goes to a client beside a message's bytes. */
export interface Outgoing {
  /** Where each of its ports is in the list. */
  readonly places: ReadonlyMap<unknown, number>;
  /** Adds extras. @returns the place of the first */
  hold(...objects: object[]): number;
  /** Adds what has to be listed when the message is posted again. */
  list(object: Transferable): void;
}

/** What came from a client, to be posted to a renderer. */
export interface Incoming {
  readonly ports: readonly MessagePort[];
  /** @throws Error when the extra is missing, or of another class */
  extra<T extends object>(index: number, Class: abstract new (...args: never[]) => T): T;
  readonly extras: readonly (object | undefined)[];
  /** Adds an object to those that have to be listed beside the ports. */
  list<T extends Transferable>(object: T): T;
  /** Adds a stream whose other end is the client's. */
  opened<T>(stream: CrossRealmStream<T>): T;
}

/** What the hub makes of one kind of thing that travels: Blink deserialized it here, or will serialize it. */
export interface HubKind<T extends object = object, Fields = unknown> {
  readonly wire: WireKind<Fields>;
  /** Whether its objects are plain ones. */
  readonly isPlain?: boolean;
  is(object: object, outgoing: Outgoing): object is T;
  write?(object: T, outgoing: Outgoing, writer: ValueWriter): void;
  open(fields: Fields, incoming: Incoming): object;
}
