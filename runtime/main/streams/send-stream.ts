import { ReadableStream, TransformStream, WritableStream } from 'node:stream/web';

import { crossRealmReadable } from '../../common/streams/cross-realm-readable';
import { crossRealmWritable } from '../../common/streams/cross-realm-writable';
import { Endpoint } from '../message-port/endpoint';
import { EndpointStreamPort } from './endpoint-stream-port';

import type { StreamKind } from '../../common/host-objects';

export type Stream = ReadableStream | WritableStream | TransformStream;

type Getter = (this: unknown) => unknown;
const getterOf = (prototype: object, name: string): Getter => Object.getOwnPropertyDescriptor(prototype, name)!.get!;

/** An accessor that throws for whatever is not a stream of that kind, whatever its prototype is. */
const brands: [kind: StreamKind, constructor: abstract new () => unknown, getter: Getter][] = [
  ['ReadableStream', ReadableStream, getterOf(ReadableStream.prototype, 'locked')],
  ['WritableStream', WritableStream, getterOf(WritableStream.prototype, 'locked')],
  ['TransformStream', TransformStream, getterOf(TransformStream.prototype, 'readable')]
];

/** The kind of a web stream of Node's; undefined for anything else, Node's own older streams included. */
export function streamKindOf(value: unknown): StreamKind | undefined {
  for (const [kind, constructor, getter] of brands) {
    if (!(value instanceof constructor)) continue;
    try {
      getter.call(value);
      return kind;
    } catch {
      return undefined;
    }
  }
  return undefined;
}

export function isLocked(stream: Stream): boolean {
  return 'readable' in stream ? stream.readable.locked || stream.writable.locked : stream.locked;
}

/** What a stream is made of: the two sides of a TransformStream, else the stream alone. */
export function sidesOf(stream: Stream): (ReadableStream | WritableStream)[] {
  return 'readable' in stream ? [stream.readable, stream.writable] : [stream];
}

// Whoever transfers a stream is not told how the transfer ends; both sides learn it from the stream itself.
const ignore = () => {};

/** "ReadableStream transfer steps". */
export function sendReadableTo(channel: Endpoint, stream: ReadableStream) {
  const { stream: writable } = crossRealmWritable(new EndpointStreamPort(channel));
  stream.pipeTo(writable as WritableStream).catch(ignore);
}

/** "WritableStream transfer steps". */
function sendWritableTo(channel: Endpoint, stream: WritableStream) {
  const { stream: readable } = crossRealmReadable(new EndpointStreamPort(channel));
  (readable as ReadableStream).pipeTo(stream).catch(ignore);
}

/**
 * Locks a stream that is not locked and sends it on its way.
 * @returns the channels that travel, one for each of its sides
 */
export function sendStream(stream: Stream): Endpoint[] {
  return sidesOf(stream).map((side) => {
    const [near, far] = Endpoint.createPair();
    if (side instanceof ReadableStream) sendReadableTo(near, side);
    else sendWritableTo(near, side);
    return far;
  });
}
