import type { CrossRealmStream } from '@electron/internal/common/streams/protocol';

import { isPlainObject, readValue, writeValue } from '../common/clone';
import { checkSize } from '../common/message-size';
import { kindsByTag, writtenKindOf } from './kinds';

import type { ValueReader, ValueWriter } from '../common/clone';
import type { Packet } from '../common/packet';
import type { Incoming, Outgoing } from './kinds/hub-kind';

/** A message as a client reads it, and what it refers to. */
export interface EncodedMessage {
  body: Uint8Array;
  buffers: readonly ArrayBuffer[];
  /** The sides of its streams, its blobs, and what no client can hold, in the order of their indices. */
  extras: readonly object[];
  /** What has to be listed when the message is posted again. */
  transfer: readonly Transferable[];
}

/**
 * The bytes that a client reads for a message that Blink deserialized here.
 * @throws DataCloneError for what is larger than a message may be, or is no platform object and cannot be cloned either
 */
export function encodeMessage(data: unknown, ports: readonly MessagePort[]): EncodedMessage {
  const buffers: ArrayBuffer[] = [];
  const extras: object[] = [];
  const transfer: Transferable[] = [];
  const outgoing: Outgoing = {
    places: new Map(ports.map((port, index) => [port, index])),
    hold: (...objects) => extras.push(...objects) - objects.length,
    list: (object) => transfer.push(object)
  };
  const writeHostObject = (object: object, writer: ValueWriter): boolean => {
    const kind = writtenKindOf(object, isPlainObject(object), outgoing);
    kind?.write!(object, outgoing, writer);
    return kind !== undefined;
  };
  const body = writeValue(data, { name: 'message', large: buffers, delegate: { writeHostObject } });
  checkSize({ body, buffers });
  return { body, buffers, extras, transfer };
}

/** A message to post for a client. */
export interface DecodedMessage {
  data: unknown;
  /** What has to be listed beside the ports. */
  transfer: Transferable[];
  /** The streams made for it, whose other ends are the client's. */
  streams: CrossRealmStream<unknown>[];
}

/**
 * @param ports the Blink ports that go along
 * @param extras what the message refers to besides: the channels of the client's streams, and objects held here
 * @throws when the bytes cannot be read, or what they refer to is not there
 */
export function decodeMessage(
  { body, buffers }: Packet,
  ports: readonly MessagePort[],
  extras: readonly (object | undefined)[]
): DecodedMessage {
  const transfer: Transferable[] = [...buffers];
  const streams: CrossRealmStream<unknown>[] = [];
  const incoming: Incoming = {
    ports,
    extras,
    extra(index, Class) {
      const object = extras[index];
      if (!(object instanceof Class)) throw new Error(`A ${Class.name} is missing from the message`);
      return object;
    },
    list(object) {
      transfer.push(object);
      return object;
    },
    opened(opened) {
      streams.push(opened);
      return opened.stream;
    }
  };
  const readHostObject = (reader: ValueReader) => {
    const tag = reader.readUint32();
    const kind = kindsByTag.find(tag);
    return kind.open(kind.wire.read(tag, reader), incoming);
  };
  const data = readValue(body, { transferred: buffers, delegate: { readHostObject } });
  return { data, transfer, streams };
}
