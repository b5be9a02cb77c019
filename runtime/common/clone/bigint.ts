// V8 stores the magnitude of a bigint as little-endian 64-bit digits. Hexadecimal text is the way between both whose
// time does not grow with the square of the length.

/** The digits of a bigint's magnitude, least significant byte first, in whole groups of eight. */
export function digitsOf(value: bigint): Uint8Array {
  if (value === 0n) return new Uint8Array(0);
  const hex = (value < 0n ? -value : value).toString(16);
  const digits = new Uint8Array(Math.ceil(hex.length / 16) * 8);
  for (let end = hex.length, index = 0; end > 0; end -= 2, index++) {
    digits[index] = Number.parseInt(hex.slice(Math.max(0, end - 2), end), 16);
  }
  return digits;
}

/** @param digits least significant byte first */
export function bigintOf(digits: Uint8Array, negative: boolean): bigint {
  let hex = '0x0';
  for (let index = digits.length - 1; index >= 0; index--) hex += digits[index].toString(16).padStart(2, '0');
  const magnitude = BigInt(hex);
  return negative ? -magnitude : magnitude;
}
