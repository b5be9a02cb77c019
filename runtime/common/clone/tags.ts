// The bytes of V8's ValueSerializer format, version 15. Version 14 added the flags of a view; 15 and 16 changed nothing
// that is written here.

export const FORMAT_VERSION = 15;

export const enum Tag {
  Version = 0xff,
  /** Blink's envelope: `FE`, the trailer's offset (8 bytes) and its size (4 bytes). */
  TrailerOffset = 0xfe,
  Padding = 0x00,
  Hole = 0x2d, // -
  Undefined = 0x5f, // _
  Null = 0x30, // 0
  True = 0x54, // T
  False = 0x46, // F
  Int32 = 0x49, // I
  Uint32 = 0x55, // U
  Double = 0x4e, // N
  BigInt = 0x5a, // Z
  Utf8String = 0x53, // S
  OneByteString = 0x22, // "
  TwoByteString = 0x63, // c
  Reference = 0x5e, // ^
  Object = 0x6f, // o
  EndObject = 0x7b, // {
  SparseArray = 0x61, // a
  EndSparseArray = 0x40, // @
  DenseArray = 0x41, // A
  EndDenseArray = 0x24, // $
  Date = 0x44, // D
  TrueObject = 0x79, // y
  FalseObject = 0x78, // x
  NumberObject = 0x6e, // n
  BigIntObject = 0x7a, // z
  StringObject = 0x73, // s
  RegExp = 0x52, // R
  Map = 0x3b, // ;
  EndMap = 0x3a, // :
  Set = 0x27, // '
  EndSet = 0x2c, // ,
  ArrayBuffer = 0x42, // B
  ResizableArrayBuffer = 0x7e, // ~
  ArrayBufferTransfer = 0x74, // t
  ArrayBufferView = 0x56, // V
  HostObject = 0x5c, // \
  Error = 0x72 // r
}

export const enum ErrorTag {
  EvalError = 0x45, // E
  RangeError = 0x52, // R
  ReferenceError = 0x46, // F
  SyntaxError = 0x53, // S
  TypeError = 0x54, // T
  URIError = 0x55, // U
  Message = 0x6d, // m
  Cause = 0x63, // c
  Stack = 0x73, // s
  End = 0x2e // .
}

export const enum ViewFlag {
  LengthTracking = 1,
  Resizable = 2
}

/** V8's letter for each kind of view. */
export const VIEW_TAGS: Readonly<Record<string, number>> = {
  Int8Array: 0x62, // b
  Uint8Array: 0x42, // B
  Uint8ClampedArray: 0x43, // C
  Int16Array: 0x77, // w
  Uint16Array: 0x57, // W
  Int32Array: 0x64, // d
  Uint32Array: 0x44, // D
  Float16Array: 0x68, // h
  Float32Array: 0x66, // f
  Float64Array: 0x46, // F
  BigInt64Array: 0x71, // q
  BigUint64Array: 0x51, // Q
  DataView: 0x3f // ?
};

/** V8's bit for each flag of a regular expression, in the order in which `flags` lists them. */
export const REGEXP_FLAGS: readonly (readonly [letter: string, property: string, bit: number])[] = [
  ['d', 'hasIndices', 128],
  ['g', 'global', 1],
  ['i', 'ignoreCase', 2],
  ['m', 'multiline', 4],
  ['s', 'dotAll', 32],
  ['u', 'unicode', 16],
  ['v', 'unicodeSets', 256],
  ['y', 'sticky', 8]
];
