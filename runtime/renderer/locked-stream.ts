const isReadableLocked = Object.getOwnPropertyDescriptor(ReadableStream.prototype, 'locked')!.get!;
const isWritableLocked = Object.getOwnPropertyDescriptor(WritableStream.prototype, 'locked')!.get!;
const readableOf = Object.getOwnPropertyDescriptor(TransformStream.prototype, 'readable')!.get!;
const writableOf = Object.getOwnPropertyDescriptor(TransformStream.prototype, 'writable')!.get!;
const { apply } = Reflect;

/** The kind of a stream that cannot be transferred because it is locked; undefined for any other object. */
export function lockedStreamKind(object: object): string | undefined {
  const isLocked: [kind: string, isLocked: () => boolean][] = [
    ['ReadableStream', () => apply(isReadableLocked, object, [])],
    ['WritableStream', () => apply(isWritableLocked, object, [])],
    [
      'TransformStream',
      () =>
        apply(isReadableLocked, apply(readableOf, object, []), []) ||
        apply(isWritableLocked, apply(writableOf, object, []), [])
    ]
  ];
  return isLocked.find(([, is]) => holds(is))?.[0];
}

/** An accessor throws for an object of another kind. */
function holds(is: () => boolean): boolean {
  try {
    return is();
  } catch {
    return false;
  }
}
