import { InternalChannel } from '@electron/internal/common/internal-channel';
import type { Methods } from '@electron/internal/common/internal-channel';
import type { PortLike } from '@electron/internal/common/port-like';

import type { FileHandle } from 'fs/promises';

/** How much one request may ask for: the other end may be a renderer that was taken over. */
const maximumRead = 1 << 20;

/**
 * The near end of a TransferredFile: does with the file what is asked over `port`, and closes it once when that is asked
 * or the port closes, whichever is first.
 * @param more further methods, of the runtime's own
 */
export function serveFile(handle: FileHandle, port: PortLike, more: Methods = {}) {
  const channel = new InternalChannel('file');
  channel.handle({
    ...more,
    lastModified: async () => (await handle.stat()).mtimeMs,
    async read(position: number, length: number) {
      const bytes = new Uint8Array(Math.min(length, maximumRead));
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, position);
      return bytesRead < bytes.length ? bytes.slice(0, bytesRead) : bytes;
    },
    async write(position: number, bytes: Uint8Array) {
      // The system may write less than it was given.
      for (let done = 0; done < bytes.length; ) {
        const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
        done += bytesWritten;
      }
    },
    truncate: (size: number) => handle.truncate(size),
    close: () => handle.close()
  });
  const close = () => {
    // It waits for reads and writes that have begun. The other end is gone, so no one could be told of a failure.
    handle.close().catch(() => {});
  };
  channel.signal.addEventListener('abort', close, { once: true });
  channel.connect(port);
}
