const { apply, ownKeys } = Reflect;
const { getOwnPropertyDescriptor } = Object;
const { forEach: forEachEntry } = Map.prototype;
const { forEach: forEachMember } = Set.prototype;
const { has, add } = Set.prototype;
const { isArray } = Array;
const { isView } = ArrayBuffer;
const NativeMap = Map;
const NativeSet = Set;

/**
 * What stands in a message for files: objects that have nothing but a property `transferredFile`, with a port that came with
 * it. The message has just been deserialized, so that no script runs.
 */
export function filesIn(message: unknown, ports: readonly MessagePort[]): object[] {
  const files: object[] = [];
  const seen = new NativeSet<object>();
  // Not by recursion: a message is as deep as its sender likes.
  const left: unknown[] = [message];
  const visit = (value: unknown) => {
    left[left.length] = value;
  };
  while (left.length > 0) {
    const value = left[left.length - 1];
    left.length--;
    if (typeof value !== 'object' || value === null || isView(value) || apply(has, seen, [value])) continue;
    apply(add, seen, [value]);
    if (value instanceof NativeMap) {
      apply(forEachEntry, value, [
        (each: unknown, key: unknown) => {
          visit(key);
          visit(each);
        }
      ]);
    } else if (value instanceof NativeSet) {
      apply(forEachMember, value, [visit]);
    }
    const keys = ownKeys(value);
    let isFile = false;
    for (let i = 0; i < keys.length; i++) {
      const each = getOwnPropertyDescriptor(value, keys[i])!.value as unknown;
      isFile = keys.length === 1 && keys[i] === 'transferredFile' && isOneOf(each, ports);
      if (!isFile) visit(each);
    }
    if (isFile && !isArray(value)) files[files.length] = value;
  }
  return files;
}

function isOneOf(value: unknown, ports: readonly MessagePort[]): boolean {
  for (let i = 0; i < ports.length; i++) {
    if (ports[i] === value) return true;
  }
  return false;
}
