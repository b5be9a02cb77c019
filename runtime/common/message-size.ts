import { maximumMessageSize } from '@electron/internal/common/maximum-message-size';

/** @throws DataCloneError `An object could not be cloned: message takes ...` */
export function checkSize({ body, buffers }: { body?: Uint8Array; buffers: readonly ArrayBuffer[] }): void {
  const size = buffers.reduce((sum, { byteLength }) => sum + byteLength, body?.length ?? 0);
  if (size <= maximumMessageSize) return;
  throw new DOMException(
    `An object could not be cloned: message takes ${size} bytes, and a message can hold ${maximumMessageSize}. Send it in parts, or as a stream or a Blob.`,
    'DataCloneError'
  );
}
