import { NOTHING, PrimitiveReader } from './primitive-reader';
import { ErrorTag, Tag } from './tags';

/** A container whose contents are being read. */
interface Frame {
  /** The container's first tag. */
  readonly tag: Tag;
  readonly object: object;
  readonly length: number;
  /** Properties or entries read, without the elements of a dense array. */
  count: number;
  /** Of the property or entry whose value is being read; NOTHING between two. */
  key: unknown;
}

/** No value can be this. */
export const CONTAINER = Symbol('container');

const errorConstructors = new Map<number, ErrorConstructor>([
  [ErrorTag.EvalError, EvalError],
  [ErrorTag.RangeError, RangeError],
  [ErrorTag.ReferenceError, ReferenceError],
  [ErrorTag.SyntaxError, SyntaxError],
  [ErrorTag.TypeError, TypeError],
  [ErrorTag.URIError, URIError]
]);

/** Objects that hold values: plain ones, arrays, Maps, Sets, Errors. Like its writer it is bounded in depth by memory only. */
export abstract class ContainerReader extends PrimitiveReader {
  readonly #frames: Frame[] = [];

  /** Says that an object has its place among those that can be referred to. */
  protected abstract remember<T extends object>(object: T): T;

  /** Reads any value. A host object's delegate may call this for what the object holds. */
  readValue(): unknown {
    const frames = this.#frames;
    const base = frames.length;
    const value = this.read();
    if (value !== CONTAINER) return value;
    for (;;) {
      const frame = frames[frames.length - 1];
      if (!this.#readItems(frame)) continue;
      frames.pop();
      if (frames.length === base) return frame.object;
      this.#add(frames[frames.length - 1], frame.object);
    }
  }

  /** Reads the beginning of what is behind a tag. @returns NOTHING for a tag that is not a container's, else CONTAINER */
  protected beginContainer(tag: number): typeof CONTAINER | typeof NOTHING {
    switch (tag) {
      case Tag.Object:
        return this.#begin(tag, {});
      case Tag.DenseArray: {
        const length = this.readUint32();
        // Each element takes a byte at least.
        if (length > this.bytes.length - this.position) throw this.fail('an array is longer than the bytes');
        return this.#begin(tag, [], length);
      }
      case Tag.SparseArray: {
        const array: unknown[] = [];
        const length = this.readUint32();
        if (length > this.bytes.length) {
          // Set at once, a length of millions takes memory for as many elements; behind a far one it takes none.
          array[length - 1] = undefined;
          delete array[length - 1];
        } else {
          array.length = length;
        }
        return this.#begin(tag, array, length);
      }
      case Tag.Map:
        return this.#begin(tag, new Map());
      case Tag.Set:
        return this.#begin(tag, new Set());
      case Tag.Error:
        return this.#beginError();
      default:
        return NOTHING;
    }
  }

  #begin(tag: Tag, object: object, length = -1): typeof CONTAINER {
    this.remember(object);
    this.#frames.push({ tag, object, length, count: 0, key: NOTHING });
    return CONTAINER;
  }

  /** Everything up to the cause, which may lead back to the error itself. */
  #beginError(): typeof CONTAINER {
    const NativeError = errorConstructors.get(this.peekByte()) ?? Error;
    if (NativeError !== Error) this.skip(1);
    let message: string | undefined;
    if (this.peekByte() === ErrorTag.Message) {
      this.skip(1);
      message = this.readString();
    }
    const error = message === undefined ? new NativeError() : new NativeError(message);
    return this.#begin(Tag.Error, error);
  }

  /** Reads into a container up to the next container. @returns whether the container is complete */
  #readItems(frame: Frame): boolean {
    switch (frame.tag) {
      case Tag.Object:
        return this.#readProperties(frame, Tag.EndObject);
      case Tag.DenseArray:
        return this.#readElements(frame) && this.#readProperties(frame, Tag.EndDenseArray);
      case Tag.SparseArray:
        return this.#readProperties(frame, Tag.EndSparseArray);
      case Tag.Map:
        return this.#readEntries(frame, Tag.EndMap);
      case Tag.Set:
        return this.#readEntries(frame, Tag.EndSet);
      default:
        return this.#readErrorParts(frame);
    }
  }

  #readElements({ object, length }: Frame): boolean {
    const array = object as unknown[];
    while (array.length < length) {
      if (this.skipTag(Tag.Hole)) {
        array.length++;
        continue;
      }
      const value = this.read();
      if (value === CONTAINER) return false;
      array.push(value);
    }
    return true;
  }

  #readProperties(frame: Frame, end: Tag): boolean {
    while (!this.skipTag(end)) {
      frame.key = this.readKey();
      const value = this.read();
      if (value === CONTAINER) return false;
      this.#addProperty(frame, value);
    }
    const isComplete = this.readUint32() === frame.count && (frame.length < 0 || this.readUint32() === frame.length);
    if (!isComplete) throw this.fail('the number of properties is wrong');
    return true;
  }

  #readEntries(frame: Frame, end: Tag): boolean {
    while (frame.key !== NOTHING || !this.skipTag(end)) {
      const value = this.read();
      if (value === CONTAINER) return false;
      this.#addEntry(frame, value);
    }
    if (this.readUint32() !== frame.count) throw this.fail('the number of entries is wrong');
    return true;
  }

  #readErrorParts(frame: Frame): boolean {
    const error = frame.object as Error;
    for (;;) {
      switch (this.readUint32()) {
        case ErrorTag.Stack:
          // Defining it instead would format the stack of this very place first.
          error.stack = this.readString();
          frame.key = 'stack';
          break;
        case ErrorTag.Cause: {
          const cause = this.read();
          if (cause === CONTAINER) return false;
          defineCause(error, cause);
          break;
        }
        case ErrorTag.End:
          if (frame.key === NOTHING) error.stack = undefined;
          return true;
        default:
          throw this.fail('an Error has an unknown part');
      }
    }
  }

  /** Puts a complete container into the one around it. */
  #add(frame: Frame, value: object): void {
    switch (frame.tag) {
      case Tag.Map:
      case Tag.Set:
        return this.#addEntry(frame, value);
      case Tag.Error:
        return defineCause(frame.object, value);
      default:
        // An element of a dense array comes before any key.
        if (frame.tag === Tag.DenseArray && frame.key === NOTHING) (frame.object as unknown[]).push(value);
        else this.#addProperty(frame, value);
    }
  }

  #addEntry(frame: Frame, value: unknown): void {
    frame.count++;
    if (frame.tag === Tag.Set) {
      (frame.object as Set<unknown>).add(value);
    } else if (frame.key === NOTHING) {
      frame.key = value;
    } else {
      (frame.object as Map<unknown, unknown>).set(frame.key, value);
      frame.key = NOTHING;
    }
  }

  #addProperty(frame: Frame, value: unknown): void {
    const object = frame.object as Record<PropertyKey, unknown>;
    const key = frame.key as string | number;
    frame.count++;
    if (!(key in object)) {
      object[key] = value;
      return;
    }
    // Assignment would run a setter of the prototype (`__proto__`), or fail on a property that is read-only there.
    if (Object.hasOwn(object, key)) throw this.fail(`property ${JSON.stringify(key)} comes twice`);
    Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
  }
}

function defineCause(error: object, value: unknown): void {
  Object.defineProperty(error, 'cause', { value, writable: true, enumerable: false, configurable: true });
}
