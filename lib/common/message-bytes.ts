// Page script may redefine all of these. Taken when this is loaded.
const { apply, getOwnPropertyDescriptor, ownKeys } = Reflect;
const { isArray } = Array;
const { isView } = ArrayBuffer;
const NativeSet = Set;
const { has, add } = Set.prototype;
const lengthOf = (prototype: object) => {
  const { get } = getOwnPropertyDescriptor(prototype, 'byteLength')!;
  return (object: object): number => apply(get!, object, []);
};
const byteLengthOf = lengthOf(ArrayBuffer.prototype);
const { toString } = Object.prototype;
const { forEach: forEachEntry } = Map.prototype;
const { forEach: forEachMember } = Set.prototype;
const viewLengthOf = lengthOf(Object.getPrototypeOf(Uint8Array.prototype));
const dataViewLengthOf = lengthOf(DataView.prototype);

// As V8 writes them: a tag, and a length or a double.
const tagBytes = 2;
const numberBytes = 9;
const maximumNodes = 500;

class Estimate {
  #left = maximumNodes;
  #seen = new NativeSet<unknown>();

  of(value: unknown): number {
    this.#left--;
    // Two bytes a character that is not Latin-1 are not looked for: that takes as long as to send it.
    if (typeof value === 'string') return tagBytes + value.length;
    if (typeof value === 'number') return numberBytes;
    if (typeof value !== 'object' || value === null) return tagBytes;
    if (apply(has, this.#seen, [value])) return tagBytes;
    apply(add, this.#seen, [value]);
    try {
      return tagBytes + this.#object(value);
    } catch {
      return tagBytes;
    }
  }

  #object(value: object): number {
    if (isView(value)) return value instanceof DataView ? dataViewLengthOf(value) : viewLengthOf(value);
    switch (apply(toString, value, [])) {
      case '[object ArrayBuffer]':
        return byteLengthOf(value);
      case '[object Array]':
      case '[object Object]':
      case '[object Error]':
        return this.#properties(value);
      case '[object Map]':
      case '[object Set]': {
        let sum = 0;
        const count = (each: unknown, key: unknown) => {
          if (this.#left > 0) sum += this.of(each) + (key === each ? 0 : this.of(key));
        };
        apply(value instanceof Map ? forEachEntry : forEachMember, value, [count]);
        return sum;
      }
      case '[object Date]':
        return numberBytes;
      default:
        return 0;
    }
  }

  #properties(value: object): number {
    let sum = 0;
    // A list can have millions: what is left out is taken to be like what was looked at.
    if (isArray(value)) {
      let i = 0;
      for (; i < value.length && this.#left > 0; i++) sum += this.of(getOwnPropertyDescriptor(value, i)?.value);
      return i === 0 ? 0 : (sum * value.length) / i;
    }
    const keys = ownKeys(value);
    for (let i = 0; i < keys.length && this.#left > 0; i++) {
      const key = keys[i];
      if (typeof key === 'string') sum += tagBytes + key.length + this.of(getOwnPropertyDescriptor(value, key)?.value);
    }
    return sum;
  }
}

/**
 * About how many bytes a message takes. Neither Blink nor the fork's binding tells; a second serialization would take as long as the message. Runs
 * no getter.
 */
export function messageBytes(value: unknown): number {
  return typeof value === 'string' ? tagBytes + value.length : new Estimate().of(value);
}
