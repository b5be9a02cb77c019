import type { CrossRealmStream } from '@electron/internal/common/streams/protocol';

import { readValue, writeValue } from '../common/clone';
import {
  classNameOf,
  isPlainObject,
  readHostObject,
  writeBlob,
  writeException,
  writeOpaque,
  writePort,
  writeStream,
  writeTransferredFile
} from '../common/host-objects';
import { joinSides } from '../common/join-sides';
import { checkSize } from '../common/message-size';
import { isTransferOnly } from '../common/transferable-classes';
import { openReadable, openWritable } from './streams';

import type { ValueWriter } from '../common/clone';
import type { BlobRange, HostObjectSource } from '../common/host-objects';
import type { Packet } from '../common/packet';

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
  const hold = (...objects: object[]) => extras.push(...objects) - objects.length;

  const writeHostObject = (object: object, writer: ValueWriter): boolean => {
    if (isPlainObject(object)) {
      const file = ports.length > 0 && filePortOf(object);
      if (!file || !ports.includes(file)) return false;
      writeTransferredFile(file, ports, writer);
    } else if (object instanceof MessagePort) {
      writePort(object, ports, writer);
    } else if (object instanceof ReadableStream) {
      transfer.push(object);
      writeStream('ReadableStream', hold(object), writer);
    } else if (object instanceof WritableStream) {
      transfer.push(object);
      writeStream('WritableStream', hold(object), writer);
    } else if (object instanceof TransformStream) {
      transfer.push(object);
      writeStream('TransformStream', hold(object.readable, object.writable), writer);
    } else if (object instanceof Blob) {
      const range = { start: 0, end: object.size, type: object.type };
      writeBlob(hold(object), range, object instanceof File ? object : undefined, writer);
    } else if (object instanceof DOMException) {
      writeException(object, writer);
    } else {
      const className = classNameOf(object);
      if (className === null) return false;
      if (isTransferOnly(className)) transfer.push(object as Transferable);
      writeOpaque(hold(object), className, false, writer);
    }
    return true;
  };

  const body = writeValue(data, { name: 'message', large: buffers, delegate: { writeHostObject } });
  checkSize({ body, buffers });
  return { body, buffers, extras, transfer };
}

/** The port of what stands in a message for a FileHandle. */
function filePortOf(object: object): MessagePort | undefined {
  const keys = Object.keys(object);
  const port: unknown = keys.length === 1 && keys[0] === 'transferredFile' && Object.values(object)[0];
  return port instanceof MessagePort ? port : undefined;
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

  const extra = <T extends object>(index: number, Class: abstract new (...args: never[]) => T): T => {
    const object = extras[index];
    if (!(object instanceof Class)) throw new Error(`A ${Class.name} is missing from the message`);
    return object;
  };
  // A stream that no client has begun to use is still the one that came.
  const readable = (index: number): ReadableStream => {
    const object = extras[index];
    if (object instanceof ReadableStream) return object;
    const opened = openReadable(extra(index, MessagePort));
    streams.push(opened);
    return opened.stream;
  };
  const writable = (index: number): WritableStream => {
    const object = extras[index];
    if (object instanceof WritableStream) return object;
    const opened = openWritable(extra(index, MessagePort));
    streams.push(opened);
    return opened.stream;
  };
  const listed = <T extends Transferable>(object: T): T => {
    transfer.push(object);
    return object;
  };
  const part = (index: number, { start, end, type }: BlobRange) => extra(index, Blob).slice(start, end, type);

  const source: HostObjectSource = {
    port(index) {
      if (!ports[index]) throw new Error('A port is missing from the message');
      return ports[index];
    },
    readable: (index) => listed(readable(index)),
    writable: (index) => listed(writable(index)),
    transform: (index) => listed(joinSides(readable(index), writable(index + 1))),
    blob: part,
    file: (index, range, name, lastModified) =>
      new File([part(index, range)], name, { type: range.type, lastModified }),
    opaque(index, _className, isTransferred) {
      const object = extra(index, Object);
      return isTransferred ? listed(object as Transferable) : object;
    },
    // Blink carries no methods: the renderer makes a TransferredFile of it.
    fileHandle: (index) => ({ transferredFile: listed(extra(index, MessagePort)) }),
    transferredFile() {
      throw new Error('A client sends files by their handles');
    }
  };
  const data = readValue(body, {
    transferred: buffers,
    delegate: { readHostObject: (reader) => readHostObject(reader, source) }
  });
  return { data, transfer, streams };
}
