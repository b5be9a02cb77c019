/**
 * How much one message between the main process and a renderer may hold, its buffers included. Chromium ends a renderer
 * that has no memory for a message, so the limit is well below what it can take.
 */
export const maximumMessageSize = 512 * 1024 * 1024;

/** @throws DataCloneError `An object could not be cloned: message is ...` */
export function checkSize(
  { body, buffers }: { body: Uint8Array; buffers: readonly ArrayBuffer[] },
  name: string
): void {
  const size = buffers.reduce((sum, { byteLength }) => sum + byteLength, body.length);
  if (size <= maximumMessageSize) return;
  throw new DOMException(
    `An object could not be cloned: ${name} takes ${size} bytes, and a message can hold ${maximumMessageSize}. Send it in parts, or as a stream or a Blob.`,
    'DataCloneError'
  );
}
