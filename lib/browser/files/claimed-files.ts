import { InternalChannel } from '@electron/internal/common/internal-channel';
import type { PortLike } from '@electron/internal/common/port-like';

import { randomBytes } from 'crypto';

import type { FileHandle } from 'fs/promises';

// Milliseconds. Another thread of this process hands it over at once, unless it is busy.
const patience = 10_000;

/** A file that was claimed. */
export interface ClaimedFile {
  token: string;
  file: FileHandle;
}

/** Gets the files themselves whose channels have come to this thread, from the thread of this process that has them. */
export class ClaimedFiles {
  #key: string;
  #expected = new Map<string, (handle: FileHandle) => void>();

  /** @param key the process's */
  constructor(key: string) {
    this.#key = key;
  }

  /** @throws Error when the file is another process's, or is gone */
  async claim(channel: PortLike): Promise<FileHandle> {
    const token = randomBytes(16).toString('hex');
    const arrived = new Promise<FileHandle>((resolve) => this.#expected.set(token, resolve));
    const server = new InternalChannel('file');
    server.connect(channel);
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      if (!(await server.request('claim', this.#key, token))) throw new Error('The file is open in another process');
      // Who says so may not have it, and what comes behind waits.
      const late = new Promise<never>((_resolve, reject) => {
        const refuse = () => reject(new Error('The file has not come from the thread that has it'));
        server.signal.addEventListener('abort', refuse);
        timer = setTimeout(refuse, patience);
      });
      return await Promise.race([arrived, late]);
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
