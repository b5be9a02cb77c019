import { streamKindOf } from '@electron/internal/browser/streams/stream-kind';
import type { Stream } from '@electron/internal/browser/streams/stream-kind';
import { openFile } from '@electron/internal/browser/transferred-file';

import { Blob, File } from 'node:buffer';
import { types } from 'node:util';

import { readValue, withArticle, writeValue } from '../../common/clone';
import {
  isPlainObject,
  readHostObject,
  writeBlob,
  writeException,
  writeFileHandle,
  writeOpaque,
  writePort,
  writeStream
} from '../../common/host-objects';
import { checkSize } from '../../common/message-size';
import { isFileHandle, MovedFile } from '../file/moved-file';
import { HubObject } from '../held/hub-object';
import { OpaqueHandle } from '../held/opaque-handle';
import { createRemoteBlob, createRemoteFile, remotePartOf } from '../held/remote-blob';
import { receiveReadable, receiveTransform, receiveWritable } from '../streams/receive-stream';
import { Endpoint } from './endpoint';
import { asElectron, MessagePortMain } from './message-port-main';
import { isAnyPort } from './transfer-list';

import type { ValueWriter } from '../../common/clone';
import type { BlobRange, HostObjectSource } from '../../common/host-objects';
import type { Extra, Message } from './endpoint';
import type { AnyPort } from './transfer-list';
import type { FileHandle } from 'node:fs/promises';

/** What travels beside a message's bytes, to be referred to by index. Implemented by the transfer list. */
export interface Enclosures {
  readonly ports: readonly AnyPort[];
  readonly buffers: readonly ArrayBuffer[];
  /** Where a stream's channels begin among the extras; undefined for one that is not to be transferred. */
  indexOfStream(stream: Stream): number | undefined;
  /** Where the object of a handle is among the extras; undefined for one that is not to be transferred. */
  indexOfHandle(handle: OpaqueHandle): number | undefined;
  /** Where a file is among the extras; undefined for one that is not to be transferred. */
  indexOfFile(handle: FileHandle): number | undefined;
  /** Adds what goes along without being transferred. @returns its place among the extras */
  hold(held: Blob | HubObject): number;
}

/**
 * @param name what error texts call the value
 * @throws DataCloneError `An object could not be cloned: ...`; whatever a getter of the value throws
 */
export function serialize(value: unknown, list: Enclosures, name: string): Uint8Array {
  const body = writeValue(value, {
    name,
    transfer: list.buffers,
    isProxy: types.isProxy,
    delegate: { writeHostObject: (object, writer) => writeHostObject(object, list, writer) }
  });
  checkSize({ body, buffers: list.buffers });
  return body;
}

function writeHostObject(object: object, list: Enclosures, writer: ValueWriter): boolean {
  if (isPlainObject(object)) return false;
  const stream = streamKindOf(object);
  if (isAnyPort(object)) writePort(object, list.ports, writer);
  else if (stream) writeStream(stream, list.indexOfStream(object as Stream), writer);
  else if (OpaqueHandle.isHandle(object)) writeHandle(object, list, writer);
  else if (object instanceof Blob) writeNodeBlob(object, list, writer);
  else if (isFileHandle(object)) writeFileHandle(list.indexOfFile(object), writer);
  else if (object instanceof DOMException) writeException(object, writer);
  else return false;
  return true;
}

function writeHandle(handle: OpaqueHandle, list: Enclosures, writer: ValueWriter) {
  const object = OpaqueHandle.objectOf(handle);
  if (!object) throw writer.refuse(`${withArticle(handle.type)} that is closed or was transferred`);
  const index = list.indexOfHandle(handle);
  if (index === undefined && !OpaqueHandle.isCloneable(handle)) {
    throw writer.refuse(`${withArticle(handle.type)} that is not in the transfer list`);
  }
  writeOpaque(index ?? list.hold(object), handle.type, index !== undefined, writer);
}

function writeNodeBlob(blob: Blob, list: Enclosures, writer: ValueWriter) {
  const remote = remotePartOf(blob);
  const range = remote ?? { start: 0, end: sizeOf(blob, writer), type: blob.type };
  writeBlob(list.hold(remote ? remote.object : blob), range, blob instanceof File ? blob : undefined, writer);
}

function sizeOf(blob: Blob, writer: ValueWriter): number {
  try {
    return blob.size;
  } catch {
    // Its prototype is that of Blob, and that is all.
    throw writer.refuse('an object that only looks like a Blob');
  }
}

/** @throws when the bytes cannot be read: the receiver gets `messageerror` */
export function deserialize(message: Message, ports: readonly AnyPort[]): unknown {
  return deserializeFrom(message, new MessageSource(ports, message.extras));
}

/** The same for a receiver that makes something else of what travelled beside the bytes. */
export function deserializeFrom({ body, buffers }: Message, source: HostObjectSource): unknown {
  return readValue(body, {
    transferred: buffers,
    delegate: { readHostObject: (reader) => readHostObject(reader, source) }
  });
}

/** Makes what a message of the main process holds of what travelled beside it. */
export class MessageSource implements HostObjectSource {
  #ports: readonly AnyPort[];
  #extras: readonly Extra[];

  constructor(ports: readonly AnyPort[], extras: readonly Extra[]) {
    this.#ports = ports;
    this.#extras = extras;
  }

  port(index: number) {
    const port = this.#ports[index];
    if (!port) throw new Error('A port is missing from the message');
    return port;
  }

  readable(index: number) {
    return receiveReadable(this.#channel(index));
  }

  writable(index: number) {
    return receiveWritable(this.#channel(index));
  }

  transform(index: number) {
    return receiveTransform(this.#channel(index), this.#channel(index + 1));
  }

  blob(index: number, range: BlobRange) {
    const blob = this.#blob(index);
    return blob instanceof HubObject ? createRemoteBlob(blob, range) : blob.slice(range.start, range.end, range.type);
  }

  file(index: number, range: BlobRange, name: string, lastModified: number) {
    const blob = this.#blob(index);
    if (blob instanceof HubObject) return createRemoteFile(blob, range, name, lastModified);
    return new File([blob], name, { type: range.type, lastModified });
  }

  opaque(index: number, className: string) {
    const object = this.#extras[index];
    if (!(object instanceof HubObject)) throw new Error(`An object of class ${className} is missing from the message`);
    return new OpaqueHandle(object, className);
  }

  /** From this very process it is the file itself. */
  fileHandle(index: number) {
    const file = this.#extras[index];
    if (!(file instanceof MovedFile)) throw new Error('A file is missing from the message');
    return file.handle;
  }

  transferredFile(index: number): object {
    const port = this.port(index);
    if (!MessagePortMain.isPort(port)) throw new Error('The port of a file is missing from the message');
    return openFile(asElectron(port));
  }

  #channel(index: number): Endpoint {
    const channel = this.#extras[index];
    if (!(channel instanceof Endpoint)) throw new Error('The channel of a stream is missing from the message');
    return channel;
  }

  #blob(index: number): Blob | HubObject {
    const blob = this.#extras[index];
    if (!blob || blob instanceof Endpoint || blob instanceof MovedFile) {
      throw new Error('A blob is missing from the message');
    }
    return blob;
  }
}
