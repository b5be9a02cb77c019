import { platformClassOf, withArticle } from './clone';

import type { ValueReader, ValueWriter } from './clone';

// What stands behind V8's host object tag, and where the things themselves travel: beside the bytes, as the message's
// ports and, after these, its extras: the channels of its streams, its blobs, and what only a renderer can hold.

/** The tags are Blink's own where it has one. What follows differs: Blink's blobs are known by UUIDs, ours by index. */
const enum HostTag {
  /** `M`, then the port's index among the message's ports. */
  MessagePort = 0x4d,
  /** `r`, `w`: the index of the stream's channel among the extras. */
  ReadableStream = 0x72,
  WritableStream = 0x77,
  /** `m`: the index of the readable side's channel; the writable side's is the next. */
  TransformStream = 0x6d,
  /** `b`: the index among the extras, and the part of that blob that is meant: start, end, type. */
  Blob = 0x62,
  /** `f`: the same, then name and time of last modification. */
  File = 0x66,
  /** `x`: name, message, stack. */
  DOMException = 0x78,
  /** `*`, which Blink does not use: an index among the extras, the name of its class, and whether it is transferred. */
  Opaque = 0x2a,
  /** `+`, which Blink does not use, either: the index of the file's channel, or of the file itself, among the extras. */
  FileHandle = 0x2b,
  /** `-`: the index of the file's port among the message's ports. */
  TransferredFile = 0x2d
}

/** A part of a blob. */
export interface BlobRange {
  start: number;
  end: number;
  type: string;
}

/** Makes a receiver's objects of what travelled beside a message. Every method throws for an index that is not there. */
export interface HostObjectSource {
  port(index: number): object;
  readable(index: number): object;
  writable(index: number): object;
  transform(index: number): object;
  blob(index: number, range: BlobRange): object;
  file(index: number, range: BlobRange, name: string, lastModified: number): object;
  opaque(index: number, className: string, isTransferred: boolean): object;
  fileHandle(index: number): object;
  transferredFile(index: number): object;
}

export type StreamKind = ElectronInternal.StreamKind;

const streamTags: Record<StreamKind, HostTag> = {
  ReadableStream: HostTag.ReadableStream,
  WritableStream: HostTag.WritableStream,
  TransformStream: HostTag.TransformStream
};

/** The cheapest check first, for a delegate is asked about every object there is. */
export function isPlainObject(object: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(object);
  return prototype === Object.prototype || prototype === null;
}

export const classNameOf = (object: object) => platformClassOf(Object.getPrototypeOf(object) ?? Object.prototype);

function writeIndexed(writer: ValueWriter, tag: HostTag, index: number) {
  writer.writeUint32(tag);
  writer.writeUint32(index);
}

/** Writes a port as its place in `ports`. */
export function writePort<Port>(port: Port, ports: readonly Port[], writer: ValueWriter) {
  const index = ports.indexOf(port);
  if (index === -1) throw writer.refuse('a port that is not in the transfer list');
  writeIndexed(writer, HostTag.MessagePort, index);
}

/** @param index undefined for a stream that is not in the transfer list */
export function writeStream(kind: StreamKind, index: number | undefined, writer: ValueWriter) {
  if (index === undefined) throw writer.refuse(`${withArticle(kind)} that is not in the transfer list`);
  writeIndexed(writer, streamTags[kind], index);
}

/** @param file of a File, its name and time */
export function writeBlob(
  index: number,
  { start, end, type }: BlobRange,
  file: { name: string; lastModified: number } | undefined,
  writer: ValueWriter
) {
  writeIndexed(writer, file ? HostTag.File : HostTag.Blob, index);
  writer.writeUint64(start);
  writer.writeUint64(end);
  writer.writeString(type);
  if (!file) return;
  writer.writeString(file.name);
  writer.writeDouble(file.lastModified);
}

export function writeException({ name, message, stack }: DOMException, writer: ValueWriter) {
  writer.writeUint32(HostTag.DOMException);
  writer.writeString(name);
  writer.writeString(message);
  writer.writeString(stack ?? '');
}

export function writeOpaque(index: number, className: string, isTransferred: boolean, writer: ValueWriter) {
  writeIndexed(writer, HostTag.Opaque, index);
  writer.writeString(className);
  writer.writeUint32(Number(isTransferred));
}

/** @param index undefined for a FileHandle that is not in the transfer list */
export function writeFileHandle(index: number | undefined, writer: ValueWriter) {
  if (index === undefined) throw writer.refuse('a FileHandle that is not in the transfer list');
  writeIndexed(writer, HostTag.FileHandle, index);
}

/** Writes what stands in a message for a FileHandle, by the place of its port in `ports`. */
export function writeTransferredFile<Port>(port: Port, ports: readonly Port[], writer: ValueWriter) {
  writeIndexed(writer, HostTag.TransferredFile, ports.indexOf(port));
}

/** @throws Error for any tag that this side does not know: the whole message cannot be read, then */
export function readHostObject(reader: ValueReader, source: HostObjectSource): object {
  const tag = reader.readUint32();
  switch (tag) {
    case HostTag.MessagePort:
      return source.port(reader.readUint32());
    case HostTag.ReadableStream:
      return source.readable(reader.readUint32());
    case HostTag.WritableStream:
      return source.writable(reader.readUint32());
    case HostTag.TransformStream:
      return source.transform(reader.readUint32());
    case HostTag.Blob:
      return source.blob(reader.readUint32(), readRange(reader));
    case HostTag.File:
      return source.file(reader.readUint32(), readRange(reader), reader.readString(), reader.readDouble());
    case HostTag.DOMException:
      return readException(reader);
    case HostTag.Opaque:
      return source.opaque(reader.readUint32(), reader.readString(), reader.readUint32() === 1);
    case HostTag.FileHandle:
      return source.fileHandle(reader.readUint32());
    case HostTag.TransferredFile:
      return source.transferredFile(reader.readUint32());
    default:
      throw new Error(`Unknown host object tag ${tag}`);
  }
}

function readRange(reader: ValueReader): BlobRange {
  return { start: reader.readUint64(), end: reader.readUint64(), type: reader.readString() };
}

function readException(reader: ValueReader): DOMException {
  const name = reader.readString();
  const exception = new DOMException(reader.readString(), name);
  const stack = reader.readString();
  Object.defineProperty(exception, 'stack', { value: stack, writable: true, configurable: true });
  return exception;
}
