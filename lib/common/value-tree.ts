/** A value as it can be shown: a primitive's text, or an object's type and what is in it. */
export type ValueTree = string | { type: string; entries?: [key: string, value: ValueTree][]; more?: number };

const maximumNodes = 500;
const maximumDepth = 12;
const maximumLength = 1000;
/** Of a key, a type, a number or a pattern, which tell enough by how they begin. */
const maximumName = 200;
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

const cut = (text: string): string => (text.length > maximumName ? `${apply(slice, text, [0, maximumName])}…` : text);

function primitive(value: unknown, length = maximumLength): string {
  if (typeof value === 'string') return shortened(value, length);
  if (typeof value === 'bigint') return `${cut(makeString(value))}n`;
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
    let type = 'Object';
    // What a getter or a Proxy of the app throws is not to come to who sends the message.
    try {
      const name = this.#nameOf(value);
      if (name !== undefined) return { type: name };
      type = cut(apply(slice, apply(toString, value, []), ['[object '.length, -1]));
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
    if (type === 'RegExp') return { type: `RegExp /${cut(apply(source.get!, value, []))}/` };
    const entries: [string, ValueTree][] = [];
    const add = (key: string, each: unknown) => {
      if (this.#left <= 0 || this.#characters <= 0 || depth >= maximumDepth) {
        more++;
        return;
      }
      const name = cut(key);
      this.#characters -= name.length;
      entries[entries.length] = [name, this.tree(each, depth + 1)];
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
        if ('value' in descriptor) {
          add(key, descriptor.value);
        } else {
          this.#left--;
          entries[entries.length] = [cut(key), '(a getter)'];
        }
      }
    }
    const length = isArray(value) ? `(${value.length})` : '';
    return { type: type + length, entries, ...(more > 0 && { more }) };
  }
}

const keyText = (key: unknown, index: number) =>
  (typeof key === 'object' && key !== null) || typeof key === 'function' ? `key ${index}` : primitive(key, 100);

/**
 * What a value holds, as far as it is worth to be shown. Runs no script of the app unless there is a Proxy in it, or a tag
 * that is a getter, and throws nothing of what that throws.
 * @param nameOf says what an object is that is not to be looked into; undefined for any other
 */
export function valueTree(value: unknown, nameOf: (object: object) => string | undefined = () => undefined): ValueTree {
  return new Walk(nameOf).tree(value);
}
