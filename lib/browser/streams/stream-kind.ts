import { ReadableStream, TransformStream, WritableStream } from 'node:stream/web';

export type Stream = ReadableStream | WritableStream | TransformStream;
export type StreamKind = ElectronInternal.StreamKind;

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
