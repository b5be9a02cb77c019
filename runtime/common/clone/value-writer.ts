import { digitsOf } from './bigint';
import { Brand, brandOf, hiddenBrandOf } from './brand';
import { uncloneable, withArticle } from './data-clone-error';
import * as intrinsics from './intrinsics';
import { joinPath, mapStep, propertyStep } from './path';
import { hasHiddenState, platformClassOf } from './platform-object';
import { putLatin1, putTwoByte } from './strings';
import { ErrorTag, FORMAT_VERSION, REGEXP_FLAGS, Tag, VIEW_TAGS, ViewFlag } from './tags';
import { isLengthTracking, isOutOfBounds } from './views';

export interface WriteDelegate {
  /**
   * Is asked about every object that is not an array, a buffer, a view or one of ECMAScript's clonable built-ins, plain
   * objects included, so its first check should be cheap. Writes what follows V8's host object tag `\` and returns true,
   * or writes nothing and returns false: then it is not a host object.
   */
  writeHostObject(object: object, writer: ValueWriter): boolean;
}

export interface WriteOptions {
  /** What error messages call the value: `message`, `args[1]`. */
  name: string;
  /** Buffers that travel beside the bytes, none detached. They are written as their index, and left as they are. */
  transfer?: readonly ArrayBuffer[];
  /**
   * Takes the buffers that are too large to be copied into the bytes: they are to travel beside them, behind those of
   * `transfer`. For values that nobody changes any more.
   */
  large?: ArrayBuffer[];
  delegate?: WriteDelegate;
  /**
   * Node's `util.types.isProxy`. Script cannot tell a Proxy from its target, so without it (a page has none) a Proxy is
   * written as the object that its traps make it look like.
   */
  isProxy?: (value: object) => boolean;
}

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

const MAX_UINT32 = 2 ** 32 - 1;
const SPARE_BYTES = 16 * 1024;
const LARGE_BUFFER = 64 * 1024;

const encoder = new TextEncoder();
const regexpFlags = REGEXP_FLAGS.map(([, property, bit]) => [intrinsics.regexpFlag(property), bit] as const);

const errorTags: Readonly<Record<string, ErrorTag | undefined>> = {
  __proto__: null as never,
  EvalError: ErrorTag.EvalError,
  RangeError: ErrorTag.RangeError,
  ReferenceError: ErrorTag.ReferenceError,
  SyntaxError: ErrorTag.SyntaxError,
  TypeError: ErrorTag.TypeError,
  URIError: ErrorTag.URIError
};

// Small values are written here and copied out once. A getter may send a message of its own meanwhile: then there is
// none to take, and that one allocates.
let spare: Uint8Array<ArrayBuffer> | null = new Uint8Array(SPARE_BYTES);

/**
 * Writes values in V8's ValueSerializer format. Keeps the containers that it is inside of on a stack of its own, so that
 * depth is bounded by memory only, and the path of what cannot be cloned costs nothing until it is needed.
 *
 * It is not StructuredSerializeWithTransfer: it neither checks the transfer list nor detaches what is in it.
 */
export class ValueWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  #position = 0;
  readonly #ids = new Map<object, number>();
  readonly #frames: Frame[] = [];
  readonly #name: string;
  readonly #transfer: readonly ArrayBuffer[];
  readonly #large: ArrayBuffer[] | undefined;
  readonly #delegate: WriteDelegate | undefined;
  readonly #isProxy: ((value: object) => boolean) | undefined;

  constructor({ name, transfer = [], large, delegate, isProxy }: WriteOptions) {
    this.#bytes = spare ?? new Uint8Array(SPARE_BYTES);
    spare = null;
    this.#view = new DataView(this.#bytes.buffer);
    this.#name = name;
    this.#transfer = transfer;
    this.#large = large;
    this.#delegate = delegate;
    this.#isProxy = isProxy;
  }

  writeHeader(): void {
    this.#writeByte(Tag.Version);
    this.#writeByte(FORMAT_VERSION);
  }

  /** Ends the writing. @returns what was written; the writer must not be used any more */
  release(): Uint8Array<ArrayBuffer> {
    const bytes = this.#bytes;
    const isSmall = bytes.length === SPARE_BYTES;
    if (isSmall) spare = bytes;
    return isSmall ? bytes.slice(0, this.#position) : bytes.subarray(0, this.#position);
  }

  /**
   * Writes any value, with its tag. A host object's delegate may call this for what the object holds.
   * @throws {DOMException} `DataCloneError` for what cannot be cloned; what a getter throws comes through as it is
   */
  writeValue(value: unknown): void {
    const frames = this.#frames;
    const base = frames.length;
    this.#write(value);
    while (frames.length > base) {
      const frame = frames[frames.length - 1];
      if (this.#writeItems(frame)) {
        frames.pop();
        this.#writeEnd(frame);
      }
    }
  }

  /** @returns the error that says where in the value the object just being written is, and that it is `what` */
  refuse(what: string): DOMException {
    return this.#refuse(what);
  }

  /** @param value an integer from 0 to 2^32 - 1 */
  writeUint32(value: number): void {
    this.#reserve(5);
    const bytes = this.#bytes;
    let position = this.#position;
    while (value > 0x7f) {
      bytes[position++] = (value & 0x7f) | 0x80;
      value >>>= 7;
    }
    bytes[position++] = value;
    this.#position = position;
  }

  /** @param value an integer from 0 to 2^53 - 1: what lengths and sizes need */
  writeUint64(value: number): void {
    while (value > MAX_UINT32) {
      this.#writeByte((value % 0x80) | 0x80);
      value = Math.floor(value / 0x80);
    }
    this.writeUint32(value);
  }

  writeDouble(value: number): void {
    this.#reserve(8);
    this.#view.setFloat64(this.#position, value, true);
    this.#position += 8;
  }

  writeRawBytes(source: Uint8Array): void {
    this.#reserve(source.length);
    this.#bytes.set(source, this.#position);
    this.#position += source.length;
  }

  /** Writes a length in bytes and UTF-8, without a tag, as Blink does inside its host objects. Lone surrogates become U+FFFD. */
  writeUtf8(value: string): void {
    const utf8 = encoder.encode(value);
    this.writeUint32(utf8.length);
    this.writeRawBytes(utf8);
  }

  /** Writes a string as a value: Latin-1 where it can be, otherwise two bytes per unit, lone surrogates kept. */
  writeString(value: string): void {
    const { length } = value;
    const size = length < 0x80 ? 1 : varintSize(length);
    // Room for the longest length as well: `writeUint32` must not grow the buffer, as the contents are there before it.
    this.#reserve(6 + length);
    const start = this.#position;
    const contents = start + 1 + size;
    if (!putLatin1(value, this.#bytes, contents)) {
      this.#writeTwoByteString(value);
      return;
    }
    this.#bytes[start] = Tag.OneByteString;
    this.#position = start + 1;
    this.writeUint32(length);
    this.#position = contents + length;
  }

  #writeTwoByteString(value: string): void {
    const { length } = value;
    if (length * 2 > MAX_UINT32) throw this.#refuse('a string that is too long');
    const size = varintSize(length * 2);
    this.#reserve(2 + size + length * 2);
    // V8 reads the units in place, so they begin at an even offset.
    if ((this.#position + 1 + size) % 2 !== 0) this.#writeByte(Tag.Padding);
    this.#writeByte(Tag.TwoByteString);
    this.writeUint32(length * 2);
    putTwoByte(value, this.#bytes, this.#position);
    this.#position += length * 2;
  }

  #writeByte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#position++] = value;
  }

  #reserve(count: number): void {
    const needed = this.#position + count;
    if (needed <= this.#bytes.length) return;
    let grown: Uint8Array<ArrayBuffer>;
    try {
      grown = new Uint8Array(Math.max(needed + 64, this.#bytes.length * 2));
    } catch {
      throw uncloneable(
        this.#name,
        `a value that takes more than ${this.#position} bytes, for which there is no memory`
      );
    }
    grown.set(this.#bytes.subarray(0, this.#position));
    if (this.#bytes.length === SPARE_BYTES) spare = this.#bytes;
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }

  /** Writes a value; of a container only the beginning, and pushes its frame. */
  #write(value: unknown): void {
    switch (typeof value) {
      case 'string':
        return this.writeString(value);
      case 'number':
        return this.#writeNumber(value);
      case 'boolean':
        return this.#writeByte(value ? Tag.True : Tag.False);
      case 'undefined':
        return this.#writeByte(Tag.Undefined);
      case 'bigint':
        this.#writeByte(Tag.BigInt);
        return this.#writeBigInt(value);
      case 'object':
        return value === null ? this.#writeByte(Tag.Null) : this.#writeObject(value);
      default:
        throw this.#refuse(typeof value === 'symbol' ? 'a symbol' : 'a function');
    }
  }

  #writeNumber(value: number): void {
    const integer = value | 0;
    if (integer === value && (value !== 0 || 1 / value > 0)) {
      this.#writeByte(Tag.Int32);
      this.writeUint32(((integer << 1) ^ (integer >> 31)) >>> 0);
    } else {
      this.#writeByte(Tag.Double);
      this.writeDouble(value);
    }
  }

  #writeBigInt(value: bigint): void {
    const digits = digitsOf(value);
    this.writeUint32(digits.length * 2 + (value < 0n ? 1 : 0));
    this.writeRawBytes(digits);
  }

  #writeObject(object: object): void {
    const id = this.#ids.get(object);
    if (id !== undefined) {
      this.#writeByte(Tag.Reference);
      return this.writeUint32(id);
    }
    if (this.#isProxy?.(object)) throw this.#refuse('a Proxy');
    const brand = brandOf(object);
    if (brand === Brand.View) return this.#writeView(object as ArrayBufferView);
    this.#ids.set(object, this.#ids.size);
    switch (brand) {
      case Brand.Array:
        return this.#beginArray(object as unknown[]);
      case Brand.Ordinary:
      case Brand.Error:
      case Brand.Unclear:
        if (!this.#writeHostObject(object)) {
          this.#writeBranded(object, brand === Brand.Unclear ? hiddenBrandOf(object) : brand);
        }
        return;
      default:
        return this.#writeBranded(object, brand);
    }
  }

  #writeHostObject(object: object): boolean {
    if (this.#delegate === undefined) return false;
    const position = this.#position;
    this.#writeByte(Tag.HostObject);
    if (this.#delegate.writeHostObject(object, this)) return true;
    this.#position = position;
    return false;
  }

  #writeBranded(object: object, brand: Brand): void {
    switch (brand) {
      case Brand.Ordinary:
        return this.#beginObject(object);
      case Brand.Map: {
        const entries: unknown[] = [];
        intrinsics.mapForEach.call(object as Map<unknown, unknown>, (value, key) => entries.push(key, value));
        this.#writeByte(Tag.Map);
        return this.#push(brand, object, entries);
      }
      case Brand.Set: {
        const items: unknown[] = [];
        intrinsics.setForEach.call(object as Set<unknown>, (item) => items.push(item));
        this.#writeByte(Tag.Set);
        return this.#push(brand, object, items);
      }
      case Brand.Error:
        return this.#beginError(object);
      case Brand.Date:
        this.#writeByte(Tag.Date);
        return this.writeDouble(intrinsics.dateGetTime.call(object as Date));
      case Brand.RegExp: {
        this.#writeByte(Tag.RegExp);
        this.writeString(intrinsics.regexpSource.call(object) as string);
        let flags = 0;
        for (const [has, bit] of regexpFlags) if (hasFlag(has, object)) flags |= bit;
        return this.writeUint32(flags);
      }
      case Brand.Boolean:
        return this.#writeByte(intrinsics.booleanValueOf.call(object) ? Tag.TrueObject : Tag.FalseObject);
      case Brand.Number:
        this.#writeByte(Tag.NumberObject);
        return this.writeDouble(intrinsics.numberValueOf.call(object));
      case Brand.String:
        this.#writeByte(Tag.StringObject);
        return this.writeString(intrinsics.stringValueOf.call(object));
      case Brand.BigInt:
        this.#writeByte(Tag.BigIntObject);
        return this.#writeBigInt(intrinsics.bigintValueOf.call(object as never));
      case Brand.ArrayBuffer:
        return this.#writeBuffer(object as ArrayBuffer);
      default:
        throw this.#refuse(describe(object));
    }
  }

  #beginObject(object: object): void {
    const prototype = intrinsics.getPrototypeOf(object);
    const keys = intrinsics.ownKeys(object);
    if (prototype !== Object.prototype && prototype !== null) {
      const name = platformClassOf(prototype);
      if (name !== null) throw this.#refuse(withArticle(name));
      if (keys.length === 0 && hasHiddenState(object)) throw this.#refuse(describe(object));
    }
    this.#writeByte(Tag.Object);
    this.#push(Brand.Ordinary, object, keys);
  }

  #beginArray(array: unknown[]): void {
    const { length } = array;
    const keys = intrinsics.ownKeys(array);
    // Indices come first and in order, so a full array is told by its last one.
    const isDense = length === 0 || (keys.length >= length && keys[length - 1] === String(length - 1));
    this.#writeByte(isDense ? Tag.DenseArray : Tag.SparseArray);
    this.writeUint32(length);
    this.#push(Brand.Array, array, keys, length, isDense);
  }

  /**
   * The stack goes before the cause, as newer versions of V8 write it to let a cause lead back to the error; that of Node.js
   * 20 writes the cause first, but reads this order as well.
   */
  #beginError(error: object): void {
    const message = intrinsics.getOwnPropertyDescriptor(error, 'message');
    const cause = intrinsics.getOwnPropertyDescriptor(error, 'cause');
    const { name } = error as Error;
    this.#writeByte(Tag.Error);
    const tag = typeof name === 'string' ? errorTags[name] : undefined;
    if (tag !== undefined) this.#writeByte(tag);
    if (message !== undefined && 'value' in message) {
      this.#writeByte(ErrorTag.Message);
      this.writeString(`${message.value}`);
    }
    const { stack } = error as Error;
    if (typeof stack === 'string') {
      this.#writeByte(ErrorTag.Stack);
      this.writeString(stack);
    }
    const causes: unknown[] = [];
    if (cause !== undefined && 'value' in cause) {
      this.#writeByte(ErrorTag.Cause);
      causes.push(cause.value);
    }
    this.#push(Brand.Error, error, causes);
  }

  #writeBuffer(buffer: ArrayBuffer): void {
    const index = this.#transfer.indexOf(buffer);
    if (index >= 0) {
      this.#writeByte(Tag.ArrayBufferTransfer);
      return this.writeUint32(index);
    }
    const contents = contentsOf(buffer);
    if (contents === undefined) throw this.#refuse('a detached ArrayBuffer');
    if (contents.length > MAX_UINT32) throw this.#refuse('an ArrayBuffer of more than 4 GiB');
    if (this.#large && contents.length >= LARGE_BUFFER) {
      this.#writeByte(Tag.ArrayBufferTransfer);
      return this.writeUint32(this.#transfer.length + this.#large.push(buffer) - 1);
    }
    const isResizable = isResizableBuffer(buffer);
    this.#writeByte(isResizable ? Tag.ResizableArrayBuffer : Tag.ArrayBuffer);
    this.writeUint32(contents.length);
    if (isResizable) {
      const limit = intrinsics.bufferMaxByteLength.call(buffer) as number;
      if (limit > MAX_UINT32) throw this.#refuse('an ArrayBuffer that can grow to more than 4 GiB');
      this.writeUint32(limit);
    }
    this.writeRawBytes(contents);
  }

  /** A view follows its buffer, both with an id of their own, the buffer's first. */
  #writeView(view: ArrayBufferView): void {
    const kind = (intrinsics.typedArrayName.call(view) as string | undefined) ?? 'DataView';
    const isDataView = kind === 'DataView';
    const buffer = (isDataView ? intrinsics.dataViewBuffer : intrinsics.typedArrayBuffer).call(view) as ArrayBuffer;
    // A view of a detached buffer is out of bounds, too: then the buffer is refused below.
    if (isOutOfBounds(view, isDataView) && contentsOf(buffer) !== undefined) {
      throw this.#refuse(`${withArticle(kind)} beyond the end of its ArrayBuffer`);
    }
    this.#writeObject(buffer);
    this.#ids.set(view, this.#ids.size);
    this.#writeByte(Tag.ArrayBufferView);
    this.writeUint32(VIEW_TAGS[kind]);
    this.writeUint32(
      (isDataView ? intrinsics.dataViewByteOffset : intrinsics.typedArrayByteOffset).call(view) as number
    );
    this.writeUint32(
      (isDataView ? intrinsics.dataViewByteLength : intrinsics.typedArrayByteLength).call(view) as number
    );
    let flags = 0;
    if (isResizableBuffer(buffer)) {
      flags = ViewFlag.Resizable | (isLengthTracking(view, isDataView, buffer) ? ViewFlag.LengthTracking : 0);
    }
    this.writeUint32(flags);
  }

  #push(brand: Brand, object: object, items: readonly unknown[], length = 0, isDense = false): void {
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
        if (isElement) this.#writeByte(Tag.Hole);
        continue;
      }
      const value = (object as Record<PropertyKey, unknown>)[key];
      if (!isElement) {
        this.#writeKey(keys[index]);
        frame.written++;
      }
      this.#write(value);
      if (this.#frames.length !== depth) return false;
    }
    return true;
  }

  #writeEntries(frame: Frame): boolean {
    const { items } = frame;
    const depth = this.#frames.length;
    while (frame.next < items.length) {
      this.#write(items[frame.next++]);
      if (this.#frames.length !== depth) return false;
    }
    return true;
  }

  /** V8 writes the keys that are array indices as numbers, and relies on it. */
  #writeKey(key: string): void {
    const first = key.charCodeAt(0);
    if (first >= 0x30 && first <= 0x39) {
      const index = Number(key);
      if (index >= 0 && index < MAX_UINT32 && String(index) === key && Number.isInteger(index)) {
        return this.#writeNumber(index);
      }
    }
    this.writeString(key);
  }

  #writeEnd({ brand, items, length, isDense, written }: Frame): void {
    switch (brand) {
      case Brand.Map:
        this.#writeByte(Tag.EndMap);
        return this.writeUint32(items.length);
      case Brand.Set:
        this.#writeByte(Tag.EndSet);
        return this.writeUint32(items.length);
      case Brand.Error:
        return this.#writeByte(ErrorTag.End);
      case Brand.Array:
        this.#writeByte(isDense ? Tag.EndDenseArray : Tag.EndSparseArray);
        this.writeUint32(written);
        return this.writeUint32(length);
      default:
        this.#writeByte(Tag.EndObject);
        this.writeUint32(written);
    }
  }

  #refuse(what: string): DOMException {
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
    return uncloneable(joinPath(this.#name, steps), what);
  }
}

function varintSize(value: number): number {
  let size = 1;
  for (; value > 0x7f; value = Math.floor(value / 0x80)) size++;
  return size;
}

/** The accessors for the flags of a later standard are missing on an older platform, and so are the flags. */
function hasFlag(has: (this: unknown) => unknown, regexp: object): boolean {
  try {
    return has.call(regexp) === true;
  } catch {
    return false;
  }
}

function isResizableBuffer(buffer: ArrayBuffer): boolean {
  try {
    return intrinsics.bufferIsResizable.call(buffer) === true;
  } catch {
    return false;
  }
}

/** @returns undefined if the buffer is detached */
function contentsOf(buffer: ArrayBuffer): Uint8Array | undefined {
  try {
    return new Uint8Array(buffer);
  } catch {
    return undefined;
  }
}

/** An uncloneable object in the words of an error message. */
function describe(object: object): string {
  const name = intrinsics.objectToString.call(object).slice('[object '.length, -1);
  if (name === 'Object') return 'an object that the platform does not clone';
  return withArticle(name === 'Arguments' ? 'arguments object' : name === 'Symbol' ? 'Symbol object' : name);
}
