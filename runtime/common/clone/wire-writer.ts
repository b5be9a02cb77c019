import { uncloneable } from './data-clone-error';
import { putLatin1, putTwoByte } from './strings';
import { FORMAT_VERSION, Tag } from './tags';

const MAX_UINT32 = 2 ** 32 - 1;
const SPARE_BYTES = 16 * 1024;

const encoder = new TextEncoder();

// Small values are written here and copied out once. A getter may send a message of its own meanwhile: then there is
// none to take, and that one allocates.
let spare: Uint8Array<ArrayBuffer> | null = new Uint8Array(SPARE_BYTES);

/** The bytes of V8's format: numbers, strings and raw bytes, in a buffer that grows. Deliberately knows no objects. */
export abstract class WireWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  /** Made when it is needed: most small messages have no doubles. */
  #view: DataView | undefined;
  #position = 0;
  /** What error texts call the value. */
  protected readonly name: string;

  constructor(name: string) {
    this.#bytes = spare ?? new Uint8Array(SPARE_BYTES);
    spare = null;
    this.name = name;
  }

  /** @returns the error that says where in the value the object just being written is, and that it is `what` */
  abstract refuse(what: string): DOMException;

  writeHeader(): void {
    this.writeByte(Tag.Version);
    this.writeByte(FORMAT_VERSION);
  }

  /** Ends the writing. @returns what was written; the writer must not be used any more */
  release(): Uint8Array<ArrayBuffer> {
    const bytes = this.#bytes;
    const isSmall = bytes.length === SPARE_BYTES;
    if (isSmall) spare = bytes;
    return isSmall ? bytes.slice(0, this.#position) : bytes.subarray(0, this.#position);
  }

  /** Where the next byte goes. */
  protected get position(): number {
    return this.#position;
  }

  /** Takes back what was written since. */
  protected rewind(position: number): void {
    this.#position = position;
  }

  writeByte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#position++] = value;
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
      this.writeByte((value % 0x80) | 0x80);
      value = Math.floor(value / 0x80);
    }
    this.writeUint32(value);
  }

  writeDouble(value: number): void {
    this.#reserve(8);
    this.#view ??= new DataView(this.#bytes.buffer);
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
    if (length * 2 > MAX_UINT32) throw this.refuse('a string that is too long');
    const size = varintSize(length * 2);
    this.#reserve(2 + size + length * 2);
    // V8 reads the units in place, so they begin at an even offset.
    if ((this.#position + 1 + size) % 2 !== 0) this.writeByte(Tag.Padding);
    this.writeByte(Tag.TwoByteString);
    this.writeUint32(length * 2);
    putTwoByte(value, this.#bytes, this.#position);
    this.#position += length * 2;
  }

  #reserve(count: number): void {
    const needed = this.#position + count;
    if (needed <= this.#bytes.length) return;
    let grown: Uint8Array<ArrayBuffer>;
    try {
      grown = new Uint8Array(Math.max(needed + 64, this.#bytes.length * 2));
    } catch {
      throw uncloneable(
        this.name,
        `a value that takes more than ${this.#position} bytes, for which there is no memory`
      );
    }
    grown.set(this.#bytes.subarray(0, this.#position));
    if (this.#bytes.length === SPARE_BYTES) spare = this.#bytes;
    this.#bytes = grown;
    this.#view = undefined;
  }
}

function varintSize(value: number): number {
  let size = 1;
  for (; value > 0x7f; value = Math.floor(value / 0x80)) size++;
  return size;
}
