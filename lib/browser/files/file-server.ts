import { InternalChannel } from '@electron/internal/common/internal-channel';
import type { Methods } from '@electron/internal/common/internal-channel';
import type { PortLike } from '@electron/internal/common/port-like';

import type { FileHandle } from 'fs/promises';

/** How much one request may ask for or bring, in bytes: the other end may be a renderer that was taken over. */
const maximumLength = 1 << 20;

/** @throws RangeError as Node does */
function checkInteger(name: string, value: unknown) {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return;
  const given = typeof value === 'number' ? value : typeof value;
  const error = new RangeError(`The value of "${name}" is out of range: it must be an integer from 0, got ${given}`);
  throw Object.assign(error, { code: 'ERR_OUT_OF_RANGE' });
}

/** @throws TypeError, RangeError as Node does */
function checkBytes(bytes: unknown) {
  if (!(bytes instanceof Uint8Array)) {
    throw Object.assign(new TypeError('What is written must be a Uint8Array'), { code: 'ERR_INVALID_ARG_TYPE' });
  }
  if (bytes.length <= maximumLength) return;
  const error = new RangeError(`A request can write ${maximumLength} bytes, got ${bytes.length}`);
  throw Object.assign(error, { code: 'ERR_OUT_OF_RANGE' });
}

export interface ServedFile {
  /** Aborts when the file is served no longer. */
  readonly signal: AbortSignal;
  /** Ends it, and leaves the file open. @returns the file */
  release(): FileHandle;
}

/**
 * The near end of a TransferredFile: does with the file what is asked over `port`, and closes it once when that is asked
 * or the port closes, whichever is first.
 * @param more further methods, of the runtime's own
 */
export function serveFile(handle: FileHandle, port: PortLike, more: Methods = {}): ServedFile {
  const channel = new InternalChannel('file');
  channel.handle({
    ...more,
    lastModified: async () => (await handle.stat()).mtimeMs,
    async read(position: number, length: number) {
      checkInteger('position', position);
      checkInteger('length', length);
      const bytes = new Uint8Array(Math.min(length, maximumLength));
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, position);
      return bytesRead < bytes.length ? bytes.slice(0, bytesRead) : bytes;
    },
    async write(position: number, bytes: Uint8Array) {
      checkInteger('position', position);
      checkBytes(bytes);
      // The system may write less than it was given.
      for (let done = 0; done < bytes.length; ) {
        const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
        if (bytesWritten === 0) throw Object.assign(new Error('EIO: nothing could be written'), { code: 'EIO' });
        done += bytesWritten;
      }
    },
    truncate(size: number) {
      checkInteger('size', size);
      return handle.truncate(size);
    },
    close: () => handle.close()
  });
  const close = () => {
    // It waits for reads and writes that have begun. The other end is gone, so no one could be told of a failure.
    handle.close().catch(() => {});
  };
  channel.signal.addEventListener('abort', close, { once: true });
  channel.connect(port);
  return {
    signal: channel.signal,
    release() {
      channel.signal.removeEventListener('abort', close);
      channel.close();
      return handle;
    }
  };
}
