// Structured clone in V8's wire format, for both sides of a link: Node.js, which can read that format natively but cannot
// name what is wrong with a value, and a page, which has no access to V8's serializer at all.

import { ValueReader, type ReadOptions } from './value-reader';
import { ValueWriter, type WriteOptions } from './value-writer';

export { withArticle } from './data-clone-error';
export { classNameOf, isPlainObject, platformClassOf } from './platform-object';
export { ValueReader, type ReadDelegate, type ReadOptions } from './value-reader';
export { ValueWriter, type WriteDelegate, type WriteOptions } from './value-writer';

/**
 * Serializes a value, transferring nothing yet: the caller detaches what is in `transfer` once its whole call is valid.
 * @returns the bytes, beginning with V8's version header; their `buffer` may be larger than they are
 * @throws {DOMException} `DataCloneError` that says where in the value what is: `An object could not be cloned:
 *   message.a.b[3] is a function.` What a getter in the value throws comes through as it is.
 */
export function writeValue(value: unknown, options: WriteOptions): Uint8Array<ArrayBuffer> {
  const writer = new ValueWriter(options);
  try {
    writer.writeHeader();
    writer.writeValue(value);
    return writer.release();
  } catch (error) {
    writer.release();
    throw error;
  }
}

/**
 * Deserializes a value, with or without Blink's envelope around V8's bytes.
 * @throws {DOMException} `DataCloneError` for bytes that are not one value, or hold what this platform or the delegate
 *   does not know
 */
export function readValue(bytes: Uint8Array, options: ReadOptions = {}): unknown {
  const reader = new ValueReader(bytes, options);
  reader.readHeader();
  return reader.readValue();
}
