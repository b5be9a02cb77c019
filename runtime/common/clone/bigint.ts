// V8 stores the magnitude of a bigint as little-endian 64-bit digits. Hexadecimal text is the way between both whose
// time does not grow with the square of the length.

const hexOf = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

// Bytes. A text that is put together piece by piece is a chain of its pieces to V8, which takes fifty times as much memory.
const blockSize = 4096;

/** The digits of a bigint's magnitude, least significant byte first, in whole groups of eight. */
export function digitsOf(value: bigint): Uint8Array {
  if (value === 0n) return new Uint8Array(0);
  const hex = (value < 0n ? -value : value).toString(16);
  const digits = new Uint8Array(Math.ceil(hex.length / 16) * 8);
  const words = new DataView(digits.buffer);
  for (let end = hex.length, offset = 0; end > 0; end -= 8, offset += 4) {
    words.setUint32(offset, Number.parseInt(hex.slice(Math.max(0, end - 8), end), 16), true);
  }
  return digits;
}

/** @param digits least significant byte first */
export function bigintOf(digits: Uint8Array, negative: boolean): bigint {
  const blocks = ['0x0'];
  for (let end = digits.length; end > 0; end -= blockSize) {
    let block = '';
    for (let index = end - 1; index >= Math.max(0, end - blockSize); index--) block += hexOf[digits[index]];
    blocks.push(block);
  }
  const magnitude = BigInt(blocks.join(''));
  return negative ? -magnitude : magnitude;
}
