import { InternalChannel } from '@electron/internal/common/internal-channel';
import type { PortLike } from '@electron/internal/common/port-like';

import { randomBytes } from 'crypto';

import type { FileHandle } from 'fs/promises';

/** A file that was claimed. */
export interface ClaimedFile {
  token: string;
  file: FileHandle;
}

/** Gets the files themselves whose channels have come to this thread, from the thread of this process that has them. */
export class ClaimedFiles {
  #key: string;
  /** Another thread of this process hands a file over at once, unless it is busy. */
  #patience: number;
  #expected = new Map<string, (handle: FileHandle) => void>();

  /**
   * @param key the process's
   * @param patience in milliseconds
   */
  constructor(key: string, patience = 10_000) {
    this.#key = key;
    this.#patience = patience;
  }

  /** @throws Error when the file is another process's, or is gone */
  async claim(channel: PortLike): Promise<FileHandle> {
    const token = randomBytes(16).toString('hex');
    const arrived = new Promise<FileHandle>((resolve) => this.#expected.set(token, resolve));
    const server = new InternalChannel('file');
    server.connect(channel);
    const claimed = async () => {
      if (!(await server.request('claim', this.#key, token))) throw new Error('The file is open in another process');
      return arrived;
    };
    let timer: ReturnType<typeof setTimeout> | undefined;
    // Who is asked may never answer, or not have it, and what comes behind waits.
    const late = new Promise<never>((_resolve, reject) => {
      const refuse = () => reject(new Error('The file has not come from the thread that has it'));
      server.signal.addEventListener('abort', refuse);
      timer = setTimeout(refuse, this.#patience);
    });
    try {
      return await Promise.race([claimed(), late]);
    } catch (error) {
      arrived.then((file) => file.close()).catch(() => {});
      throw error;
    } finally {
      clearTimeout(timer);
      this.#expected.delete(token);
      server.close();
    }
  }

  arrive({ token, file }: ClaimedFile) {
    const expect = this.#expected.get(token);
    if (expect) expect(file);
    else file.close().catch(() => {});
  }
}
