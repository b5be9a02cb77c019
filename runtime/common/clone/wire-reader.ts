import { unreadable } from './data-clone-error';
import { Tag } from './tags';

const MAX_FORMAT_VERSION = 16;

// A view of the bytes takes as long to make as a small message to read: a few doubles are read by way of this one.
const FEW = 4;
const double = new Float64Array(1);
const doubleBytes = new Uint8Array(double.buffer);

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** The bytes of V8's format: numbers, tags and raw bytes. Deliberately knows no objects. */
export abstract class WireReader {
  readonly #bytes: Uint8Array;
  /** Made with the first double beyond a few. */
  #view: DataView | undefined;
  #doubles = 0;
  #position = 0;
  #version = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  protected get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** Where the next byte is. */
  protected get position(): number {
    return this.#position;
  }

  /** V8's, of the format. */
  protected get version(): number {
    return this.#version;
  }

  readHeader(): void {
    if (this.peekByte() !== Tag.Version) throw this.fail('there is no version');
    this.#position++;
    this.#version = this.readUint32();
    // Blink's version comes before V8's, since 17 with the place of a trailer that only Blink needs.
    if (this.peekByte() === Tag.TrailerOffset) this.#position += 13;
    if (this.peekByte() === Tag.Version) {
      this.#position++;
      this.#version = this.readUint32();
    }
    if (this.#version < 13 || this.#version > MAX_FORMAT_VERSION) {
      throw this.fail(`version ${this.#version} is not known (13 to ${MAX_FORMAT_VERSION} are)`);
    }
  }

  readUint32(): number {
    const value = this.readUint64();
    if (value > 0xffffffff) throw this.fail('a number is too large');
    return value;
  }

  readUint64(): number {
    const bytes = this.#bytes;
    let position = this.#position;
    let value = 0;
    for (let factor = 1; ; factor *= 0x80) {
      if (position >= bytes.length) throw this.fail('the bytes end');
      const byte = bytes[position++];
      if (byte < 0x80) {
        value += byte * factor;
        break;
      }
      value += (byte & 0x7f) * factor;
      if (value > Number.MAX_SAFE_INTEGER || position - this.#position > 10) throw this.fail('a number is too large');
    }
    if (value > Number.MAX_SAFE_INTEGER) throw this.fail('a number is too large');
    this.#position = position;
    return value;
  }

  readDouble(): number {
    const position = this.take(8);
    if (this.#view) return this.#view.getFloat64(position, true);
    const bytes = this.#bytes;
    if (++this.#doubles > FEW) this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let index = 0; index < 8; index++) doubleBytes[index] = bytes[position + index];
    return double[0];
  }

  /** @returns a view of the next bytes, not a copy */
  readRawBytes(length: number): Uint8Array {
    const position = this.take(length);
    return this.#bytes.subarray(position, position + length);
  }

  /** Reads what `writeUtf8` wrote. */
  readUtf8(): string {
    return utf8.decode(this.readRawBytes(this.readUint32()));
  }

  protected fail(problem: string): DOMException {
    return unreadable(this.#position, problem);
  }

  /** Goes past the next bytes. @returns where they begin */
  protected take(length: number): number {
    const position = this.#position;
    if (length > this.#bytes.length - position) throw this.fail('the bytes end');
    this.#position = position + length;
    return position;
  }

  /** The next byte, -1 at the end. */
  protected peekByte(): number {
    return this.#position < this.#bytes.length ? this.#bytes[this.#position] : -1;
  }

  /** The next byte behind the padding, -1 at the end. */
  protected peekTag(): number {
    while (this.peekByte() === Tag.Padding) this.#position++;
    return this.peekByte();
  }

  /** Whether the next tag is this one; if so goes past it. */
  protected skipTag(tag: Tag): boolean {
    if (this.peekTag() !== tag) return false;
    this.#position++;
    return true;
  }

  /** Goes past bytes that were looked at. */
  protected skip(count: number): void {
    this.#position += count;
  }
}
