import { Brand, brandOf, hiddenBrandOf } from './brand';
import { ContainerWriter } from './container-writer';
import { withArticle } from './data-clone-error';
import * as intrinsics from './intrinsics';
import { hasHiddenState, platformClassOf } from './platform-object';
import { REGEXP_FLAGS, Tag, VIEW_TAGS, ViewFlag } from './tags';
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
   * `transfer`. For values that no longer change.
   */
  large?: ArrayBuffer[];
  delegate?: WriteDelegate;
  /** How many objects may be inside each other; by default as many as there are. */
  maxDepth?: number;
  /**
   * Node's `util.types.isProxy`. Script cannot tell a Proxy from its target, so without it (a page has none) a Proxy is
   * written as the object that its traps make it look like.
   */
  isProxy?: (value: object) => boolean;
}

const MAX_UINT32 = 2 ** 32 - 1;
const LARGE_BUFFER = 64 * 1024;

const regexpFlags = REGEXP_FLAGS.map(([, property, bit]) => [intrinsics.regexpFlag(property), bit] as const);

/**
 * Writes values in V8's ValueSerializer format: here by what each object is, buffers and host objects among them.
 *
 * It is not StructuredSerializeWithTransfer: it neither checks the transfer list nor detaches what is in it.
 */
export class ValueWriter extends ContainerWriter {
  readonly #ids = new Map<object, number>();
  readonly #transfer: readonly ArrayBuffer[];
  readonly #large: ArrayBuffer[] | undefined;
  readonly #delegate: WriteDelegate | undefined;
  readonly #isProxy: ((value: object) => boolean) | undefined;

  constructor({ name, transfer = [], large, delegate, maxDepth, isProxy }: WriteOptions) {
    super(name, maxDepth);
    this.#transfer = transfer;
    this.#large = large;
    this.#delegate = delegate;
    this.#isProxy = isProxy;
  }

  protected override write(value: unknown): void {
    if (typeof value === 'object' && value !== null) this.#writeObject(value);
    else this.writePrimitive(value);
  }

  #writeObject(object: object): void {
    const id = this.#ids.get(object);
    if (id !== undefined) {
      this.writeByte(Tag.Reference);
      return this.writeUint32(id);
    }
    if (this.#isProxy?.(object)) throw this.refuse('a Proxy');
    const brand = brandOf(object);
    if (brand === Brand.View) return this.#writeView(object as ArrayBufferView);
    this.#ids.set(object, this.#ids.size);
    switch (brand) {
      case Brand.Array:
        return this.beginArray(object as unknown[]);
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
    const { position } = this;
    this.writeByte(Tag.HostObject);
    if (this.#delegate.writeHostObject(object, this)) return true;
    this.rewind(position);
    return false;
  }

  #writeBranded(object: object, brand: Brand): void {
    switch (brand) {
      case Brand.Ordinary:
        return this.#writeOrdinary(object);
      case Brand.Map:
        return this.beginMap(object as Map<unknown, unknown>);
      case Brand.Set:
        return this.beginSet(object as Set<unknown>);
      case Brand.Error:
        return this.beginError(object);
      case Brand.Date:
        this.writeByte(Tag.Date);
        return this.writeDouble(intrinsics.dateGetTime.call(object as Date));
      case Brand.RegExp: {
        this.writeByte(Tag.RegExp);
        this.writeString(intrinsics.regexpSource.call(object) as string);
        let flags = 0;
        for (const [has, bit] of regexpFlags) if (hasFlag(has, object)) flags |= bit;
        return this.writeUint32(flags);
      }
      case Brand.Boolean:
        return this.writeByte(intrinsics.booleanValueOf.call(object) ? Tag.TrueObject : Tag.FalseObject);
      case Brand.Number:
        this.writeByte(Tag.NumberObject);
        return this.writeDouble(intrinsics.numberValueOf.call(object));
      case Brand.String:
        this.writeByte(Tag.StringObject);
        return this.writeString(intrinsics.stringValueOf.call(object));
      case Brand.BigInt:
        this.writeByte(Tag.BigIntObject);
        return this.writeBigInt(intrinsics.bigintValueOf.call(object as never));
      case Brand.ArrayBuffer:
        return this.#writeBuffer(object as ArrayBuffer);
      default:
        throw this.refuse(describe(object));
    }
  }

  #writeOrdinary(object: object): void {
    const prototype = intrinsics.getPrototypeOf(object);
    const keys = intrinsics.ownKeys(object);
    if (prototype !== Object.prototype && prototype !== null) {
      const name = platformClassOf(prototype);
      if (name !== null) throw this.refuse(withArticle(name));
      if (keys.length === 0 && hasHiddenState(object)) throw this.refuse(describe(object));
    }
    this.beginObject(object, keys);
  }

  #writeBuffer(buffer: ArrayBuffer): void {
    const index = this.#transfer.indexOf(buffer);
    if (index >= 0) {
      this.writeByte(Tag.ArrayBufferTransfer);
      return this.writeUint32(index);
    }
    const contents = contentsOf(buffer);
    if (contents === undefined) throw this.refuse('a detached ArrayBuffer');
    if (contents.length > MAX_UINT32) throw this.refuse('an ArrayBuffer of more than 4 GiB');
    if (this.#large && contents.length >= LARGE_BUFFER) {
      this.writeByte(Tag.ArrayBufferTransfer);
      return this.writeUint32(this.#transfer.length + this.#large.push(buffer) - 1);
    }
    const isResizable = isResizableBuffer(buffer);
    this.writeByte(isResizable ? Tag.ResizableArrayBuffer : Tag.ArrayBuffer);
    this.writeUint32(contents.length);
    if (isResizable) {
      const limit = intrinsics.bufferMaxByteLength.call(buffer) as number;
      if (limit > MAX_UINT32) throw this.refuse('an ArrayBuffer that can grow to more than 4 GiB');
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
      throw this.refuse(`${withArticle(kind)} beyond the end of its ArrayBuffer`);
    }
    this.#writeObject(buffer);
    this.#ids.set(view, this.#ids.size);
    this.writeByte(Tag.ArrayBufferView);
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
