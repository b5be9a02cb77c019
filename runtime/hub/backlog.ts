import { Fifo } from '@electron/internal/common/fifo';

/** How many bytes of messages may wait on one port for its client: twice what a message can hold. Tests set it lower. */
export const limits = { backlog: 1024 * 1024 * 1024 };
/** What a message takes besides its bytes, here and there. */
const overhead = 1024;

export const overrunReason = () =>
  `over ${limits.backlog} bytes of messages wait on it that this process has not read, each counted with 1 KiB besides`;

/** What went from one port to its client and has not been read there. */
export class Backlog {
  #sizes = new Fifo<number>();
  #bytes = 0;

  /** @returns whether it is more than a port may have: then its sender is out of hand */
  add({ body, buffers }: { body: Uint8Array; buffers: readonly ArrayBuffer[] }): boolean {
    const size = buffers.reduce((sum, { byteLength }) => sum + byteLength, body.length + overhead);
    this.#sizes.push(size);
    this.#bytes += size;
    return this.#bytes > limits.backlog;
  }

  /** The oldest message was read. @returns whether there was one */
  remove(): boolean {
    if (this.#sizes.length === 0) return false;
    this.#bytes -= this.#sizes.shift();
    return true;
  }
}
