import * as intrinsics from './intrinsics';

/** @returns whether a view no longer fits its buffer, because that shrank or was detached */
export function isOutOfBounds(view: ArrayBufferView, isDataView: boolean): boolean {
  try {
    if (isDataView) intrinsics.dataViewByteLength.call(view);
    else intrinsics.typedArrayKeys.call(view as Uint8Array);
    return false;
  } catch {
    return true;
  }
}

/**
 * Whether a view's length follows that of its resizable buffer. No accessor tells: the buffer is resized by one element
 * and back, which no script can see, since none runs meanwhile.
 */
export function isLengthTracking(view: ArrayBufferView, isDataView: boolean, buffer: ArrayBuffer): boolean {
  const lengthOf = isDataView ? intrinsics.dataViewByteLength : intrinsics.typedArrayByteLength;
  const step = isDataView ? 1 : (view as Uint8Array).BYTES_PER_ELEMENT;
  const length = lengthOf.call(view) as number;
  const size = intrinsics.bufferByteLength.call(buffer) as number;
  const offset = (isDataView ? intrinsics.dataViewByteOffset : intrinsics.typedArrayByteOffset).call(view) as number;
  if (size - offset - length >= step) return false;
  if (size + step <= (intrinsics.bufferMaxByteLength.call(buffer) as number)) {
    buffer.resize(size + step);
    const tracks = lengthOf.call(view) !== length;
    buffer.resize(size);
    return tracks;
  }
  // There is no room to grow, so an empty view stays empty, tracking or not.
  if (length === 0) return false;
  // A fixed view whose buffer shrinks under it is out of bounds, a tracking one is only shorter.
  const shrunk = offset + length - 1;
  const saved = new Uint8Array(buffer).slice(shrunk);
  buffer.resize(shrunk);
  const tracks = !isOutOfBounds(view, isDataView);
  buffer.resize(size);
  new Uint8Array(buffer).set(saved, shrunk);
  return tracks;
}
