import { ReadableStream, TransformStream, WritableStream } from 'stream/web';

export type Stream = ReadableStream | WritableStream | TransformStream;
export type StreamKind = ElectronInternal.StreamKind;

// Taken before an app can change them: no script of the app is to run in the middle of a postMessage().
type Getter<T> = (this: unknown) => T;
const getterOf = <T>(prototype: object, name: string): Getter<T> =>
  Object.getOwnPropertyDescriptor(prototype, name)!.get as Getter<T>;
const { isPrototypeOf } = Object.prototype;
const isReadableLocked = getterOf<boolean>(ReadableStream.prototype, 'locked');
const isWritableLocked = getterOf<boolean>(WritableStream.prototype, 'locked');
const readableOf = getterOf<ReadableStream>(TransformStream.prototype, 'readable');
const writableOf = getterOf<WritableStream>(TransformStream.prototype, 'writable');

/** An accessor that throws for whatever is not a stream of that kind, whatever its prototype is. */
const brands: [kind: StreamKind, prototype: object, getter: Getter<unknown>][] = [
  ['ReadableStream', ReadableStream.prototype, isReadableLocked],
  ['WritableStream', WritableStream.prototype, isWritableLocked],
  ['TransformStream', TransformStream.prototype, readableOf]
];

/** What every web stream has among its prototypes. */
export const streamPrototypes: readonly object[] = brands.map(([, prototype]) => prototype);

/** The kind of a web stream of Node's; undefined for anything else, Node's own older streams included. */
export function streamKindOf(value: unknown): StreamKind | undefined {
  for (const [kind, prototype, getter] of brands) {
    if (!isPrototypeOf.call(prototype, value as object)) continue;
    try {
      getter.call(value);
      return kind;
    } catch {
      return undefined;
    }
  }
  return undefined;
}

/**
 * A TransformStream of two sides that were made apart. As Node.js makes one that arrives over its own ports: by its state,
 * so that it is transferred on as what it shows.
 */
export function ofSides(readable: object, writable: object) {
  const stream = new TransformStream();
  const key = Object.getOwnPropertySymbols(stream).find(({ description }) => description === 'kState')!;
  const state = Reflect.get(stream, key) as object;
  Object.assign(state, { readable, writable });
  return stream;
}

function isSideLocked(side: ReadableStream | WritableStream): boolean {
  return streamKindOf(side) === 'ReadableStream' ? isReadableLocked.call(side) : isWritableLocked.call(side);
}

export function isLocked(stream: Stream): boolean {
  return sidesOf(stream).some(isSideLocked);
}

/** What a stream is made of: the two sides of a TransformStream, else the stream alone. */
export function sidesOf(stream: Stream): (ReadableStream | WritableStream)[] {
  if (streamKindOf(stream) !== 'TransformStream') return [stream as ReadableStream | WritableStream];
  return [readableOf.call(stream), writableOf.call(stream)];
}
