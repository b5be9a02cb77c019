// Page script may share this realm and redefine all of these. Taken at document start.
const { apply } = Reflect;
const { getOwnPropertyDescriptor, keys } = Object;
const { isArray } = Array;
const { forEach: mapForEach } = Map.prototype;
const { forEach: setForEach, has, add } = Set.prototype;
const NativeSet = Set;
const NativeMap = Map;
const NativeError = Error;

/** An array with more holes is looked at by its keys: its length may be four billion. */
const maximumMissing = 1000;

/**
 * Whether more than `limit` objects are inside each other, in the order in which a clone comes by them. Asks no getter:
 * what is behind one may be deeper still.
 */
export function isNestedDeeper(value: unknown, limit: number): boolean {
  const seen = new NativeSet<object>();

  function visit(each: unknown, depth: number): boolean {
    if (typeof each !== 'object' || each === null || apply(has, seen, [each])) return false;
    if (depth > limit) return true;
    apply(add, seen, [each]);
    if (isArray(each)) {
      let missing = 0;
      for (let i = 0; i < each.length && missing < maximumMissing; i++) {
        const item: unknown = each[i];
        if (item === undefined) missing++;
        else if (typeof item === 'object' && visit(item, depth + 1)) return true;
      }
      if (missing < maximumMissing) return false;
    }
    let isDeep = false;
    const visitNext = (next: unknown) => {
      isDeep ||= visit(next, depth + 1);
    };
    if (each instanceof NativeMap) {
      apply(mapForEach, each, [
        (item: unknown, key: unknown) => {
          visitNext(key);
          visitNext(item);
        }
      ]);
    } else if (each instanceof NativeSet) {
      apply(setForEach, each, [visitNext]);
    } else if (each instanceof NativeError) {
      visitNext(getOwnPropertyDescriptor(each, 'cause')?.value);
    } else if (!ArrayBuffer.isView(each)) {
      const names = keys(each);
      for (let i = 0; i < names.length; i++) visitNext(getOwnPropertyDescriptor(each, names[i])?.value);
    }
    return isDeep;
  }

  try {
    return visit(value, 1);
  } catch {
    // A Proxy's: Blink refuses those, and says so.
    return false;
  }
}
