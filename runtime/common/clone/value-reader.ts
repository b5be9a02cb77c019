import { bigintOf } from './bigint';
import { unreadable } from './data-clone-error';
import { takeLatin1, takeTwoByte } from './strings';
import { ErrorTag, REGEXP_FLAGS, Tag, ViewFlag } from './tags';
import { viewConstructors } from './view-constructors';

export interface ReadDelegate {
  /**
   * Reads what `WriteDelegate.writeHostObject` wrote, to its last byte.
   * @throws for what it does not know: there is no way to skip it
   */
  readHostObject(reader: ValueReader): object;
}

export interface ReadOptions {
  /** The buffers that travelled beside the bytes, in the order of the sender's list. */
  transferred?: readonly ArrayBuffer[];
  delegate?: ReadDelegate;
}

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

/** No value can be one of these. */
const NOTHING = Symbol('nothing');
const CONTAINER = Symbol('container');

const MAX_FORMAT_VERSION = 16;
const SHORT_KEY = 24;

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

const errorConstructors = new Map<number, ErrorConstructor>([
  [ErrorTag.EvalError, EvalError],
  [ErrorTag.RangeError, RangeError],
  [ErrorTag.ReferenceError, ReferenceError],
  [ErrorTag.SyntaxError, SyntaxError],
  [ErrorTag.TypeError, TypeError],
  [ErrorTag.URIError, URIError]
]);

/** Keys seen lately by a hash of their bytes: most messages of an app have the same few. */
const knownKeys: string[] = new Array(2048).fill('');

/**
 * Reads what V8's ValueSerializer or `ValueWriter` wrote. Like the latter it is bounded in depth by memory only.
 *
 * The bytes may come from anywhere: whatever they are, reading ends with a value or a `DataCloneError`. It does not say
 * what the sender's transfer list was: the caller brings the buffers.
 */
export class ValueReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #objects: (object | undefined)[] = [];
  readonly #frames: Frame[] = [];
  readonly #transferred: readonly ArrayBuffer[];
  readonly #delegate: ReadDelegate | undefined;
  #position = 0;
  #version = 0;

  constructor(bytes: Uint8Array, { transferred = [], delegate }: ReadOptions = {}) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#transferred = transferred;
    this.#delegate = delegate;
  }

  readHeader(): void {
    if (this.#peekByte() !== Tag.Version) throw this.#fail('there is no version');
    this.#position++;
    this.#version = this.readUint32();
    // Blink's version comes before V8's, since 17 with the place of a trailer that only Blink needs.
    if (this.#peekByte() === Tag.TrailerOffset) this.#position += 13;
    if (this.#peekByte() === Tag.Version) {
      this.#position++;
      this.#version = this.readUint32();
    }
    if (this.#version < 13 || this.#version > MAX_FORMAT_VERSION) {
      throw this.#fail(`version ${this.#version} is not known (13 to ${MAX_FORMAT_VERSION} are)`);
    }
  }

  /** Reads any value. A host object's delegate may call this for what the object holds. */
  readValue(): unknown {
    const frames = this.#frames;
    const base = frames.length;
    const value = this.#read();
    if (value !== CONTAINER) return value;
    for (;;) {
      const frame = frames[frames.length - 1];
      if (!this.#readItems(frame)) continue;
      frames.pop();
      if (frames.length === base) return frame.object;
      this.#add(frames[frames.length - 1], frame.object);
    }
  }

  readUint32(): number {
    const value = this.readUint64();
    if (value > 0xffffffff) throw this.#fail('a number is too large');
    return value;
  }

  readUint64(): number {
    const bytes = this.#bytes;
    let position = this.#position;
    let value = 0;
    for (let factor = 1; ; factor *= 0x80) {
      if (position >= bytes.length) throw this.#fail('the bytes end');
      const byte = bytes[position++];
      if (byte < 0x80) {
        value += byte * factor;
        break;
      }
      value += (byte & 0x7f) * factor;
      if (value > Number.MAX_SAFE_INTEGER || position - this.#position > 10) throw this.#fail('a number is too large');
    }
    if (value > Number.MAX_SAFE_INTEGER) throw this.#fail('a number is too large');
    this.#position = position;
    return value;
  }

  readDouble(): number {
    const position = this.#take(8);
    return this.#view.getFloat64(position, true);
  }

  /** @returns a view of the next bytes, not a copy */
  readRawBytes(length: number): Uint8Array {
    const position = this.#take(length);
    return this.#bytes.subarray(position, position + length);
  }

  /** Reads what `writeUtf8` wrote. */
  readUtf8(): string {
    return utf8.decode(this.readRawBytes(this.readUint32()));
  }

  /** Reads a value that has to be a string. */
  readString(): string {
    const value = this.#read();
    if (typeof value !== 'string') throw this.#fail('a string is missing');
    return value;
  }

  #fail(problem: string): DOMException {
    return unreadable(this.#position, problem);
  }

  #take(length: number): number {
    const position = this.#position;
    if (length > this.#bytes.length - position) throw this.#fail('the bytes end');
    this.#position = position + length;
    return position;
  }

  /** The next byte, -1 at the end. */
  #peekByte(): number {
    return this.#position < this.#bytes.length ? this.#bytes[this.#position] : -1;
  }

  #peekTag(): number {
    while (this.#peekByte() === Tag.Padding) this.#position++;
    return this.#peekByte();
  }

  /** Whether the next tag is this one; if so goes past it. */
  #skipTag(tag: Tag): boolean {
    if (this.#peekTag() !== tag) return false;
    this.#position++;
    return true;
  }

  /** Reads a value; of a container only the beginning, pushes its frame and returns CONTAINER. */
  #read(): unknown {
    const tag = this.#peekTag();
    if (tag === -1) throw this.#fail('the bytes end');
    this.#position++;
    switch (tag) {
      case Tag.OneByteString: {
        const length = this.readUint32();
        return takeLatin1(this.#bytes, this.#take(length), length);
      }
      case Tag.Int32: {
        const zigzag = this.readUint32();
        return (zigzag >>> 1) ^ -(zigzag & 1);
      }
      case Tag.Double:
        return this.readDouble();
      case Tag.True:
        return true;
      case Tag.False:
        return false;
      case Tag.Undefined:
        return undefined;
      case Tag.Null:
        return null;
      case Tag.TwoByteString:
        return this.#readTwoByteString(this.readUint32());
      case Tag.Utf8String:
        return this.readUtf8();
      case Tag.Uint32:
        return this.readUint32();
      case Tag.BigInt:
        return this.#readBigInt();
      case Tag.Reference: {
        const object = this.#objects[this.readUint32()];
        if (object === undefined) throw this.#fail('there is a reference to nothing');
        return isBuffer(object) ? this.#readViewOf(object) : object;
      }
      case Tag.Object:
        return this.#begin(tag, {});
      case Tag.DenseArray: {
        const length = this.readUint32();
        // Each element takes a byte at least.
        if (length > this.#bytes.length - this.#position) throw this.#fail('an array is longer than the bytes');
        return this.#begin(tag, [], length);
      }
      case Tag.SparseArray: {
        const array: unknown[] = [];
        const length = this.readUint32();
        if (length > this.#bytes.length) {
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
      case Tag.HostObject:
        return this.#readHostObject();
      case Tag.ArrayBuffer:
      case Tag.ResizableArrayBuffer:
        return this.#readViewOf(this.#remember(this.#readBuffer(tag)));
      case Tag.ArrayBufferTransfer: {
        const index = this.readUint64();
        const buffer = this.#transferred[index];
        if (buffer === undefined) throw this.#fail(`transferred ArrayBuffer ${index} is missing`);
        return this.#readViewOf(this.#remember(buffer));
      }
      default:
        return this.#remember(this.#readWrapper(tag));
    }
  }

  #remember<T extends object>(object: T): T {
    this.#objects.push(object);
    return object;
  }

  #begin(tag: Tag, object: object, length = -1): typeof CONTAINER {
    this.#objects.push(object);
    this.#frames.push({ tag, object, length, count: 0, key: NOTHING });
    return CONTAINER;
  }

  #readWrapper(tag: number): object {
    switch (tag) {
      case Tag.Date:
        return new Date(this.readDouble());
      case Tag.TrueObject:
        return Object(true);
      case Tag.FalseObject:
        return Object(false);
      case Tag.NumberObject:
        return Object(this.readDouble());
      case Tag.BigIntObject:
        return Object(this.#readBigInt());
      case Tag.StringObject:
        return Object(this.readString());
      case Tag.RegExp:
        return this.#readRegExp();
      default:
        this.#position--;
        throw this.#fail(`tag 0x${tag.toString(16)} is not known here`);
    }
  }

  #readRegExp(): RegExp {
    const source = this.readString();
    const bits = this.readUint32();
    let flags = '';
    let known = 0;
    for (const [letter, , bit] of REGEXP_FLAGS) {
      if ((bits & bit) === 0) continue;
      flags += letter;
      known |= bit;
    }
    if (known !== bits) throw this.#fail('a RegExp has unknown flags');
    try {
      return new RegExp(source, flags);
    } catch (error) {
      throw this.#fail(`this platform refuses a RegExp (${(error as Error).message})`);
    }
  }

  #readBigInt(): bigint {
    const bits = this.readUint32();
    return bigintOf(this.readRawBytes(bits >>> 1), (bits & 1) === 1);
  }

  #readTwoByteString(size: number): string {
    if (size % 2 !== 0) throw this.#fail('a two-byte string has half a unit');
    return takeTwoByte(this.#bytes, this.#take(size), size);
  }

  #readKey(): string | number {
    if (this.#peekTag() === Tag.OneByteString && this.#position + 1 < this.#bytes.length) {
      const length = this.#bytes[this.#position + 1];
      if (length <= SHORT_KEY) {
        this.#position += 2;
        return this.#readKnownKey(length);
      }
    }
    const key = this.#read();
    if (typeof key !== 'string' && typeof key !== 'number') throw this.#fail('a property has no key');
    return key;
  }

  #readKnownKey(length: number): string {
    const start = this.#take(length);
    const bytes = this.#bytes;
    let hash = length;
    for (let index = 0; index < length; index++) hash = (Math.imul(hash, 31) + bytes[start + index]) | 0;
    const slot = hash & (knownKeys.length - 1);
    const known = knownKeys[slot];
    if (known.length === length) {
      let index = 0;
      while (index < length && known.charCodeAt(index) === bytes[start + index]) index++;
      if (index === length) return known;
    }
    return (knownKeys[slot] = takeLatin1(bytes, start, length));
  }

  #readBuffer(tag: Tag): ArrayBuffer {
    const length = this.readUint64();
    const limit = tag === Tag.ResizableArrayBuffer ? this.readUint64() : undefined;
    const contents = this.readRawBytes(length);
    if (limit !== undefined && limit < length) throw this.#fail('an ArrayBuffer is longer than it may grow');
    try {
      const buffer = limit === undefined ? new ArrayBuffer(length) : new ArrayBuffer(length, { maxByteLength: limit });
      new Uint8Array(buffer).set(contents);
      return buffer;
    } catch {
      throw this.#fail(`there is no memory for an ArrayBuffer of ${limit ?? length} bytes`);
    }
  }

  /** V8 puts a view behind its buffer, or behind a reference to it: both together are one value. */
  #readViewOf(buffer: ArrayBuffer): object {
    if (this.#peekTag() !== Tag.ArrayBufferView) return buffer;
    this.#position++;
    const kind = this.readUint32();
    const offset = this.readUint64();
    const size = this.readUint64();
    const flags = this.#version >= 14 ? this.readUint32() : 0;
    const View = viewConstructors.get(kind);
    if (View === undefined) throw this.#fail(`a view of kind 0x${kind.toString(16)} is not known here`);
    const { BYTES_PER_ELEMENT: element = 1 } = View;
    if (offset % element !== 0 || size % element !== 0 || offset + size > buffer.byteLength) {
      throw this.#fail('a view does not fit its ArrayBuffer');
    }
    const tracks = (flags & ViewFlag.LengthTracking) !== 0;
    if (tracks && !buffer.resizable) throw this.#fail('a view tracks an ArrayBuffer that cannot be resized');
    try {
      return this.#remember(tracks ? new View(buffer, offset) : new View(buffer, offset, size / element));
    } catch (error) {
      // Node.js 20 wants a tracking view's buffer to be of whole elements to begin with.
      throw this.#fail(`this platform refuses a view (${(error as Error).message})`);
    }
  }

  #readHostObject(): object {
    if (this.#delegate === undefined) throw this.#fail('a platform object is not known here');
    const id = this.#objects.push(undefined) - 1;
    const object = this.#delegate.readHostObject(this);
    this.#objects[id] = object;
    return object;
  }

  /** Everything up to the cause, which may lead back to the error itself. */
  #beginError(): typeof CONTAINER {
    const NativeError = errorConstructors.get(this.#peekByte()) ?? Error;
    if (NativeError !== Error) this.#position++;
    let message: string | undefined;
    if (this.#peekByte() === ErrorTag.Message) {
      this.#position++;
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
      if (this.#skipTag(Tag.Hole)) {
        array.length++;
        continue;
      }
      const value = this.#read();
      if (value === CONTAINER) return false;
      array.push(value);
    }
    return true;
  }

  #readProperties(frame: Frame, end: Tag): boolean {
    while (!this.#skipTag(end)) {
      frame.key = this.#readKey();
      const value = this.#read();
      if (value === CONTAINER) return false;
      this.#addProperty(frame, value);
    }
    const isComplete = this.readUint32() === frame.count && (frame.length < 0 || this.readUint32() === frame.length);
    if (!isComplete) throw this.#fail('the number of properties is wrong');
    return true;
  }

  #readEntries(frame: Frame, end: Tag): boolean {
    while (frame.key !== NOTHING || !this.#skipTag(end)) {
      const value = this.#read();
      if (value === CONTAINER) return false;
      this.#addEntry(frame, value);
    }
    if (this.readUint32() !== frame.count) throw this.#fail('the number of entries is wrong');
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
          const cause = this.#read();
          if (cause === CONTAINER) return false;
          defineCause(error, cause);
          break;
        }
        case ErrorTag.End:
          if (frame.key === NOTHING) error.stack = undefined;
          return true;
        default:
          throw this.#fail('an Error has an unknown part');
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
    if (Object.hasOwn(object, key)) throw this.#fail(`property ${JSON.stringify(key)} comes twice`);
    Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
  }
}

function isBuffer(object: object): object is ArrayBuffer {
  return object instanceof ArrayBuffer;
}

function defineCause(error: object, value: unknown): void {
  Object.defineProperty(error, 'cause', { value, writable: true, enumerable: false, configurable: true });
}
