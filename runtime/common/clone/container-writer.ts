import { Brand } from './brand';
import { uncloneable } from './data-clone-error';
import * as intrinsics from './intrinsics';
import { joinPath, mapStep, propertyStep } from './path';
import { PrimitiveWriter } from './primitive-writer';
import { ErrorTag, Tag } from './tags';

/** A container whose contents are being written. */
interface Frame {
  readonly brand: Brand;
  readonly object: object;
  /** Property keys; for a Map the keys and values in turn, for a Set its items. */
  readonly items: readonly unknown[];
  /** Of an array, as it was at the beginning; else 0. */
  readonly length: number;
  /** Whether it is an array whose elements, the first items, are written without their keys. */
  readonly isDense: boolean;
  next: number;
  written: number;
}

const errorTags: Readonly<Record<string, ErrorTag | undefined>> = {
  __proto__: null as never,
  EvalError: ErrorTag.EvalError,
  RangeError: ErrorTag.RangeError,
  ReferenceError: ErrorTag.ReferenceError,
  SyntaxError: ErrorTag.SyntaxError,
  TypeError: ErrorTag.TypeError,
  URIError: ErrorTag.URIError
};

/**
 * Objects that hold values: plain ones, arrays, Maps, Sets, Errors. Keeps those that it is inside of on a stack of its own, so
 * that depth is bounded by memory only, and the path of what cannot be cloned costs nothing until it is needed.
 */
export abstract class ContainerWriter extends PrimitiveWriter {
  readonly #frames: Frame[] = [];
  readonly #maxDepth: number;

  constructor(name: string, maxDepth = Infinity) {
    super(name);
    this.#maxDepth = maxDepth;
  }

  /** Writes a value; of a container only the beginning, which is one of the methods here. */
  protected abstract write(value: unknown): void;

  /**
   * Writes any value, with its tag. A host object's delegate may call this for what the object holds.
   * @throws {DOMException} `DataCloneError` for what cannot be cloned; what a getter throws comes through as it is
   */
  writeValue(value: unknown): void {
    const frames = this.#frames;
    const base = frames.length;
    this.write(value);
    while (frames.length > base) {
      const frame = frames[frames.length - 1];
      if (this.#writeItems(frame)) {
        frames.pop();
        this.#writeEnd(frame);
      }
    }
  }

  refuse(what: string): DOMException {
    const steps = this.#frames.map(({ brand, items, next }) => {
      switch (brand) {
        case Brand.Map:
          return mapStep(items[(next - 1) & ~1], (next - 1) >> 1, next % 2 === 1);
        case Brand.Set:
          return `.values()[${next - 1}]`;
        case Brand.Error:
          return '.cause';
        default:
          return propertyStep(items[next - 1] as string);
      }
    });
    return uncloneable(joinPath(this.name, steps), what);
  }

  /** @param keys its own enumerable ones */
  beginObject(object: object, keys: readonly string[]): void {
    this.writeByte(Tag.Object);
    this.#push(Brand.Ordinary, object, keys);
  }

  beginArray(array: unknown[]): void {
    const { length } = array;
    const keys = intrinsics.ownKeys(array);
    // Indices come first and in order, so a full array is told by its last one.
    const isDense = length === 0 || (keys.length >= length && keys[length - 1] === String(length - 1));
    this.writeByte(isDense ? Tag.DenseArray : Tag.SparseArray);
    this.writeUint32(length);
    this.#push(Brand.Array, array, keys, length, isDense);
  }

  beginMap(map: Map<unknown, unknown>): void {
    const entries: unknown[] = [];
    intrinsics.mapForEach.call(map, (value, key) => entries.push(key, value));
    this.writeByte(Tag.Map);
    this.#push(Brand.Map, map, entries);
  }

  beginSet(set: Set<unknown>): void {
    const items: unknown[] = [];
    intrinsics.setForEach.call(set, (item) => items.push(item));
    this.writeByte(Tag.Set);
    this.#push(Brand.Set, set, items);
  }

  /**
   * The stack goes before the cause, as newer versions of V8 write it to let a cause lead back to the error; that of Node.js
   * 20 writes the cause first, but reads this order as well.
   */
  beginError(error: object): void {
    const message = intrinsics.getOwnPropertyDescriptor(error, 'message');
    const cause = intrinsics.getOwnPropertyDescriptor(error, 'cause');
    const { name } = error as Error;
    this.writeByte(Tag.Error);
    const tag = typeof name === 'string' ? errorTags[name] : undefined;
    if (tag !== undefined) this.writeByte(tag);
    if (message !== undefined && 'value' in message) {
      this.writeByte(ErrorTag.Message);
      this.writeString(`${message.value}`);
    }
    const { stack } = error as Error;
    if (typeof stack === 'string') {
      this.writeByte(ErrorTag.Stack);
      this.writeString(stack);
    }
    const causes: unknown[] = [];
    if (cause !== undefined && 'value' in cause) {
      this.writeByte(ErrorTag.Cause);
      causes.push(cause.value);
    }
    this.#push(Brand.Error, error, causes);
  }

  #push(brand: Brand, object: object, items: readonly unknown[], length = 0, isDense = false): void {
    if (this.#frames.length >= this.#maxDepth) throw this.refuse('too deeply nested');
    this.#frames.push({ brand, object, items, length, isDense, next: 0, written: 0 });
  }

  /** Writes what is left in a container up to the next container. @returns whether nothing is left */
  #writeItems(frame: Frame): boolean {
    const isKeyed = frame.brand === Brand.Ordinary || frame.brand === Brand.Array;
    return isKeyed ? this.#writeProperties(frame) : this.#writeEntries(frame);
  }

  #writeProperties(frame: Frame): boolean {
    const { object } = frame;
    const elements = frame.isDense ? frame.length : 0;
    const keys = frame.items as readonly string[];
    const depth = this.#frames.length;
    while (frame.next < keys.length) {
      const index = frame.next++;
      const isElement = index < elements;
      const key: PropertyKey = isElement ? index : keys[index];
      // A getter may have deleted it.
      if (!intrinsics.hasOwn.call(object, key)) {
        if (isElement) this.writeByte(Tag.Hole);
        continue;
      }
      const value = (object as Record<PropertyKey, unknown>)[key];
      if (!isElement) {
        this.writeKey(keys[index]);
        frame.written++;
      }
      this.write(value);
      if (this.#frames.length !== depth) return false;
    }
    return true;
  }

  #writeEntries(frame: Frame): boolean {
    const { items } = frame;
    const depth = this.#frames.length;
    while (frame.next < items.length) {
      this.write(items[frame.next++]);
      if (this.#frames.length !== depth) return false;
    }
    return true;
  }

  #writeEnd({ brand, items, length, isDense, written }: Frame): void {
    switch (brand) {
      case Brand.Map:
        this.writeByte(Tag.EndMap);
        return this.writeUint32(items.length);
      case Brand.Set:
        this.writeByte(Tag.EndSet);
        return this.writeUint32(items.length);
      case Brand.Error:
        return this.writeByte(ErrorTag.End);
      case Brand.Array:
        this.writeByte(isDense ? Tag.EndDenseArray : Tag.EndSparseArray);
        this.writeUint32(written);
        return this.writeUint32(length);
      default:
        this.writeByte(Tag.EndObject);
        this.writeUint32(written);
    }
  }
}
