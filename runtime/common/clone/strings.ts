// Strings to and from Latin-1 and two-byte text. Script does it a unit at a time; where the platform can do it in bulk,
// long strings take that way: TextEncoder and TextDecoder in a page, Buffer where there is one.

/** Up to here building a string a unit at a time is faster than any call. */
const TINY = 8;
/** From here on bulk ways are worth their overhead. */
const LONG = 64;
/** An engine limits the number of arguments of a call. */
const CHUNK = 4096;

type Units = Uint8Array | Uint16Array;

/** The part of Node's Buffer that is used here: this file must load in a page, too. */
interface BufferConstructor {
  from(
    buffer: ArrayBufferLike,
    offset: number,
    length: number
  ): {
    write(text: string, encoding: 'latin1' | 'utf16le'): number;
    toString(encoding: 'latin1' | 'utf16le'): string;
  };
}

const { Buffer } = globalThis as { Buffer?: BufferConstructor };
const encoder = new TextEncoder();
const latin1Decoder = new TextDecoder('latin1');
const utf16Decoder = new TextDecoder('utf-16le', { fatal: true, ignoreBOM: true });

// eslint-disable-next-line no-control-regex
const beyondLatin1 = /[^\x00-\xff]/;

/**
 * Writes a string's units as bytes, if each fits.
 * @param bytes must have room for them behind `position`
 * @returns false if one does not fit; the bytes behind `position` are garbage then
 */
export function putLatin1(text: string, bytes: Uint8Array, position: number): boolean {
  const { length } = text;
  if (length > LONG) {
    if (Buffer !== undefined) {
      if (beyondLatin1.test(text)) return false;
      Buffer.from(bytes.buffer, bytes.byteOffset + position, length).write(text, 'latin1');
      return true;
    }
    // UTF-8 fits into as many bytes as there are units only if all are ASCII.
    const { read } = encoder.encodeInto(text, bytes.subarray(position, position + length));
    if (read === length) return true;
  }
  for (let index = 0; index < length; index++) {
    const unit = text.charCodeAt(index);
    if (unit > 0xff) return false;
    bytes[position + index] = unit;
  }
  return true;
}

/** Writes a string's units, two little-endian bytes each. `position` is even. */
export function putTwoByte(text: string, bytes: Uint8Array, position: number): void {
  const { length } = text;
  if (length > LONG && Buffer !== undefined) {
    Buffer.from(bytes.buffer, bytes.byteOffset + position, length * 2).write(text, 'utf16le');
    return;
  }
  const units = new Uint16Array(bytes.buffer, bytes.byteOffset + position, length);
  for (let index = 0; index < length; index++) units[index] = text.charCodeAt(index);
}

export function takeLatin1(bytes: Uint8Array, position: number, length: number): string {
  if (length <= TINY) {
    let text = '';
    for (let index = 0; index < length; index++) text += String.fromCharCode(bytes[position + index]);
    return text;
  }
  const units = bytes.subarray(position, position + length);
  if (length <= LONG) return join(units);
  if (Buffer !== undefined) return Buffer.from(units.buffer, units.byteOffset, length).toString('latin1');
  // The Encoding Standard's Latin-1 is windows-1252: 0x80 to 0x9F may come out as other characters.
  const text = latin1Decoder.decode(units);
  return beyondLatin1.test(text) ? join(units) : text;
}

/** @param size in bytes, even */
export function takeTwoByte(bytes: Uint8Array, position: number, size: number): string {
  if (size > LONG) {
    const units = bytes.subarray(position, position + size);
    if (Buffer !== undefined) return Buffer.from(units.buffer, units.byteOffset, size).toString('utf16le');
    try {
      return utf16Decoder.decode(units);
    } catch {
      // A lone surrogate, which a decoder refuses or replaces.
    }
  }
  const start = bytes.byteOffset + position;
  const isAligned = start % 2 === 0;
  const buffer = isAligned ? bytes.buffer : bytes.buffer.slice(start, start + size);
  return join(new Uint16Array(buffer, isAligned ? start : 0, size / 2));
}

function join(units: Units): string {
  let text = '';
  for (let start = 0; start < units.length; start += CHUNK) {
    text += String.fromCharCode.apply(null, units.subarray(start, start + CHUNK) as unknown as number[]);
  }
  return text;
}
