import { bigintOf } from './bigint';
import { takeLatin1, takeTwoByte } from './strings';
import { Tag } from './tags';
import { WireReader } from './wire-reader';

/** No value can be this. */
export const NOTHING = Symbol('nothing');

const SHORT_KEY = 24;

/** Keys seen lately by a hash of their bytes: most messages of an app have the same few. */
const knownKeys: string[] = new Array(2048).fill('');

/** Values that are no objects. */
export abstract class PrimitiveReader extends WireReader {
  /** Reads any value; of a container only the beginning. */
  protected abstract read(): unknown;

  /** Reads what is behind a tag. @returns NOTHING for a tag that is not a primitive's */
  protected readPrimitive(tag: number): unknown {
    switch (tag) {
      case Tag.OneByteString: {
        const length = this.readUint32();
        return takeLatin1(this.bytes, this.take(length), length);
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
        return this.readBigInt();
      default:
        return NOTHING;
    }
  }

  /** Reads a value that has to be a string. */
  readString(): string {
    const value = this.read();
    if (typeof value !== 'string') throw this.fail('a string is missing');
    return value;
  }

  protected readBigInt(): bigint {
    const bits = this.readUint32();
    return bigintOf(this.readRawBytes(bits >>> 1), (bits & 1) === 1);
  }

  #readTwoByteString(size: number): string {
    if (size % 2 !== 0) throw this.fail('a two-byte string has half a unit');
    return takeTwoByte(this.bytes, this.take(size), size);
  }

  protected readKey(): string | number {
    if (this.peekTag() === Tag.OneByteString) {
      // Undefined at the end.
      const length = this.bytes[this.position + 1];
      if (length <= SHORT_KEY) {
        this.skip(2);
        return this.#readKnownKey(length);
      }
    }
    const key = this.read();
    if (typeof key !== 'string' && typeof key !== 'number') throw this.fail('a property has no key');
    return key;
  }

  #readKnownKey(length: number): string {
    const start = this.take(length);
    const bytes = this.bytes;
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
}
