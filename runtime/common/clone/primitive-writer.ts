import { digitsOf } from './bigint';
import { Tag } from './tags';
import { WireWriter } from './wire-writer';

const MAX_UINT32 = 2 ** 32 - 1;

/** Values that are no objects, with their tags. */
export abstract class PrimitiveWriter extends WireWriter {
  writePrimitive(value: unknown): void {
    switch (typeof value) {
      case 'string':
        return this.writeString(value);
      case 'number':
        return this.writeNumber(value);
      case 'boolean':
        return this.writeByte(value ? Tag.True : Tag.False);
      case 'undefined':
        return this.writeByte(Tag.Undefined);
      case 'bigint':
        this.writeByte(Tag.BigInt);
        return this.writeBigInt(value);
      case 'object':
        return this.writeByte(Tag.Null);
      default:
        throw this.refuse(typeof value === 'symbol' ? 'a symbol' : 'a function');
    }
  }

  writeNumber(value: number): void {
    const integer = value | 0;
    if (integer === value && (value !== 0 || 1 / value > 0)) {
      this.writeByte(Tag.Int32);
      this.writeUint32(((integer << 1) ^ (integer >> 31)) >>> 0);
    } else {
      this.writeByte(Tag.Double);
      this.writeDouble(value);
    }
  }

  writeBigInt(value: bigint): void {
    const digits = digitsOf(value);
    this.writeUint32(digits.length * 2 + (value < 0n ? 1 : 0));
    this.writeRawBytes(digits);
  }

  /** V8 writes the keys that are array indices as numbers, and relies on it. */
  writeKey(key: string): void {
    const first = key.charCodeAt(0);
    if (first >= 0x30 && first <= 0x39) {
      const index = Number(key);
      if (index >= 0 && index < MAX_UINT32 && String(index) === key && Number.isInteger(index)) {
        return this.writeNumber(index);
      }
    }
    this.writeString(key);
  }
}
