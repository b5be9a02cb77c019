import { CONTAINER, ContainerReader } from './container-reader';
import { NOTHING } from './primitive-reader';
import { REGEXP_FLAGS, Tag, ViewFlag } from './tags';
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

/**
 * Reads what V8's ValueSerializer or `ValueWriter` wrote: here by what each object is, buffers and host objects among them.
 *
 * The bytes may come from anywhere: whatever they are, reading ends with a value or a `DataCloneError`. It does not say
 * what the sender's transfer list was: the caller brings the buffers.
 */
export class ValueReader extends ContainerReader {
  readonly #objects: (object | undefined)[] = [];
  readonly #transferred: readonly ArrayBuffer[];
  readonly #delegate: ReadDelegate | undefined;

  constructor(bytes: Uint8Array, { transferred = [], delegate }: ReadOptions = {}) {
    super(bytes);
    this.#transferred = transferred;
    this.#delegate = delegate;
  }

  /** Reads a value; of a container only the beginning, and returns CONTAINER. */
  protected override read(): unknown {
    const tag = this.peekTag();
    if (tag === -1) throw this.fail('the bytes end');
    this.skip(1);
    const primitive = this.readPrimitive(tag);
    if (primitive !== NOTHING) return primitive;
    return this.beginContainer(tag) === CONTAINER ? CONTAINER : this.#readObject(tag);
  }

  #readObject(tag: number): object {
    switch (tag) {
      case Tag.Reference: {
        const object = this.#objects[this.readUint32()];
        if (object === undefined) throw this.fail('there is a reference to nothing');
        return isBuffer(object) ? this.#readViewOf(object) : object;
      }
      case Tag.HostObject:
        return this.#readHostObject();
      case Tag.ArrayBuffer:
      case Tag.ResizableArrayBuffer:
        return this.#readViewOf(this.remember(this.#readBuffer(tag)));
      case Tag.ArrayBufferTransfer: {
        const index = this.readUint64();
        const buffer = this.#transferred[index];
        if (buffer === undefined) throw this.fail(`transferred ArrayBuffer ${index} is missing`);
        return this.#readViewOf(this.remember(buffer));
      }
      default:
        return this.remember(this.#readWrapper(tag));
    }
  }

  protected override remember<T extends object>(object: T): T {
    this.#objects.push(object);
    return object;
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
        return Object(this.readBigInt());
      case Tag.StringObject:
        return Object(this.readString());
      case Tag.RegExp:
        return this.#readRegExp();
      default:
        this.skip(-1);
        throw this.fail(`tag 0x${tag.toString(16)} is not known here`);
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
    if (known !== bits) throw this.fail('a RegExp has unknown flags');
    try {
      return new RegExp(source, flags);
    } catch (error) {
      throw this.fail(`this platform refuses a RegExp (${(error as Error).message})`);
    }
  }

  #readBuffer(tag: Tag): ArrayBuffer {
    const length = this.readUint64();
    const limit = tag === Tag.ResizableArrayBuffer ? this.readUint64() : undefined;
    const contents = this.readRawBytes(length);
    if (limit !== undefined && limit < length) throw this.fail('an ArrayBuffer is longer than it may grow');
    try {
      const buffer = limit === undefined ? new ArrayBuffer(length) : new ArrayBuffer(length, { maxByteLength: limit });
      new Uint8Array(buffer).set(contents);
      return buffer;
    } catch {
      throw this.fail(`there is no memory for an ArrayBuffer of ${limit ?? length} bytes`);
    }
  }

  /** V8 puts a view behind its buffer, or behind a reference to it: both together are one value. */
  #readViewOf(buffer: ArrayBuffer): object {
    if (this.peekTag() !== Tag.ArrayBufferView) return buffer;
    this.skip(1);
    const kind = this.readUint32();
    const offset = this.readUint64();
    const size = this.readUint64();
    const flags = this.version >= 14 ? this.readUint32() : 0;
    const View = viewConstructors.get(kind);
    if (View === undefined) throw this.fail(`a view of kind 0x${kind.toString(16)} is not known here`);
    const { BYTES_PER_ELEMENT: element = 1 } = View;
    if (offset % element !== 0 || size % element !== 0 || offset + size > buffer.byteLength) {
      throw this.fail('a view does not fit its ArrayBuffer');
    }
    const tracks = (flags & ViewFlag.LengthTracking) !== 0;
    if (tracks && !buffer.resizable) throw this.fail('a view tracks an ArrayBuffer that cannot be resized');
    try {
      return this.remember(tracks ? new View(buffer, offset) : new View(buffer, offset, size / element));
    } catch (error) {
      // Node.js 20 wants a tracking view's buffer to be of whole elements to begin with.
      throw this.fail(`this platform refuses a view (${(error as Error).message})`);
    }
  }

  #readHostObject(): object {
    if (this.#delegate === undefined) throw this.fail('a platform object is not known here');
    const id = this.#objects.push(undefined) - 1;
    const object = this.#delegate.readHostObject(this);
    this.#objects[id] = object;
    return object;
  }
}

function isBuffer(object: object): object is ArrayBuffer {
  return object instanceof ArrayBuffer;
}
