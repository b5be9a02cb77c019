const isReadableLocked = Object.getOwnPropertyDescriptor(ReadableStream.prototype, 'locked')!.get!;
const isWritableLocked = Object.getOwnPropertyDescriptor(WritableStream.prototype, 'locked')!.get!;
const readableOf = Object.getOwnPropertyDescriptor(TransformStream.prototype, 'readable')!.get!;
const writableOf = Object.getOwnPropertyDescriptor(TransformStream.prototype, 'writable')!.get!;
const { apply } = Reflect;

interface Stream {
  kind: string;
  isLocked: boolean;
  /** What goes with it: itself, or both sides of a TransformStream. */
  sides: object[];
}

/** Undefined for an object that is no stream. */
export function readStream(object: object): Stream | undefined {
  const readers: (() => Stream)[] = [
    () => ({ kind: 'ReadableStream', isLocked: apply(isReadableLocked, object, []), sides: [object] }),
    () => ({ kind: 'WritableStream', isLocked: apply(isWritableLocked, object, []), sides: [object] }),
    () => {
      const [readable, writable] = [apply(readableOf, object, []), apply(writableOf, object, [])];
      const isLocked = apply(isReadableLocked, readable, []) || apply(isWritableLocked, writable, []);
      return { kind: 'TransformStream', isLocked, sides: [readable, writable] };
    }
  ];
  for (const read of readers) {
    try {
      return read();
    } catch {
      // An accessor throws for an object of another kind.
    }
  }
  return undefined;
}
