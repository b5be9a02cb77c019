/** A value as it can be shown: a primitive's text, or an object's type and what is in it. */
export type ValueTree = string | { type: string; entries?: [key: string, value: ValueTree][]; more?: number };

const maximumNodes = 500;
const maximumDepth = 12;
const maximumLength = 1000;
/** Of all its texts. */
const maximumCharacters = 4000;

// Page script may redefine all of these. Taken when this is loaded.
const { apply, ownKeys, getOwnPropertyDescriptor } = Reflect;
const { toString } = Object.prototype;
const { forEach: forEachEntry } = Map.prototype;
const { forEach: forEachMember } = Set.prototype;
const { toISOString } = Date.prototype;
const { source } = Object.getOwnPropertyDescriptors(RegExp.prototype);
const { isArray } = Array;
const { isView } = ArrayBuffer;
const { stringify } = JSON;
const { slice } = String.prototype;
const { min, max } = Math;
const makeString = String;

function shortened(text: string, length: number): string {
  return text.length > length
    ? `${stringify(apply(slice, text, [0, length]))} and ${text.length - length} more characters`
    : stringify(text);
}

function primitive(value: unknown, length = maximumLength): string {
  if (typeof value === 'string') return shortened(value, length);
  if (typeof value === 'bigint') return `${makeString(value)}n`;
  return Object.is(value, -0) ? '-0' : makeString(value);
}

class Walk {
  #left = maximumNodes;
  #characters = maximumCharacters;
  #nameOf: (object: object) => string | undefined;

  constructor(nameOf: (object: object) => string | undefined) {
    this.#nameOf = nameOf;
  }

  tree(value: unknown, depth = 0): ValueTree {
    this.#left--;
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return this.#primitive(value);
    const name = this.#nameOf(value);
    if (name !== undefined) return { type: name };
    const type = apply(slice, apply(toString, value, []), ['[object '.length, -1]);
    try {
      return this.#object(value, type, depth);
    } catch {
      // It only says that it is of this type.
      return { type };
    }
  }

  #primitive(value: unknown): string {
    const text = primitive(value, max(0, min(maximumLength, this.#characters)));
    this.#characters -= text.length;
    return text;
  }

  #object(value: object, type: string, depth: number): ValueTree {
    if (isView(value) || type === 'ArrayBuffer' || type === 'SharedArrayBuffer') {
      return { type: `${type}(${(value as ArrayBuffer).byteLength} bytes)` };
    }
    if (type === 'Date') return { type: `Date ${apply(toISOString, value, [])}` };
    if (type === 'RegExp') return { type: `RegExp /${apply(source.get!, value, [])}/` };
    const entries: [string, ValueTree][] = [];
    const add = (key: string, each: unknown) => {
      if (this.#left <= 0 || this.#characters <= 0 || depth >= maximumDepth) {
        more++;
        return;
      }
      this.#characters -= key.length;
      entries[entries.length] = [key, this.tree(each, depth + 1)];
    };
    let more = 0;
    if (type === 'Map') {
      let index = 0;
      apply(forEachEntry, value, [(each: unknown, key: unknown) => add(keyText(key, index++), each)]);
    } else if (type === 'Set') {
      let index = 0;
      apply(forEachMember, value, [(each: unknown) => add(makeString(index++), each)]);
    } else {
      const keys = ownKeys(value);
      for (let i = 0; i < keys.length; i++) {
        const key = keys[i];
        if (typeof key === 'symbol') continue;
        const descriptor = getOwnPropertyDescriptor(value, key)!;
        if (!descriptor.enumerable && type !== 'Error') continue;
        if (this.#left <= 0) {
          more += keys.length - i;
          break;
        }
        // A getter is the app's: it ran when the message was cloned, and is not run again.
        if (!('value' in descriptor)) entries[entries.length] = [key, '(a getter)'];
        else add(key, descriptor.value);
      }
    }
    const length = isArray(value) ? `(${value.length})` : '';
    return { type: type + length, entries, ...(more > 0 && { more }) };
  }
}

const keyText = (key: unknown, index: number) =>
  (typeof key === 'object' && key !== null) || typeof key === 'function' ? `key ${index}` : primitive(key, 100);

/**
 * What a value holds, as far as it is worth to be shown. Runs no script of the app unless there is a Proxy in it.
 * @param nameOf says what an object is that is not to be looked into; undefined for any other
 */
export function valueTree(value: unknown, nameOf: (object: object) => string | undefined = () => undefined): ValueTree {
  return new Walk(nameOf).tree(value);
}
