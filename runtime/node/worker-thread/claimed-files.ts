import { InternalChannel } from '@electron/internal/common/internal-channel';

import { randomBytes } from 'node:crypto';

import { openPort } from '../message-port/serialize';

import type { Endpoint } from '../message-port/endpoint';
import type { ClaimedFile } from './bridge-data';
import type { FileHandle } from 'node:fs/promises';

/** Gets the files themselves whose channels have come to this thread, from the thread of this process that has them. */
export class ClaimedFiles {
  #key: string;
  #expected = new Map<string, (handle: FileHandle) => void>();

  /** @param key the process's */
  constructor(key: string) {
    this.#key = key;
  }

  /** @throws Error when the file is another process's, or is gone */
  async claim(channel: Endpoint): Promise<FileHandle> {
    const token = randomBytes(16).toString('hex');
    const arrived = new Promise<FileHandle>((resolve) => this.#expected.set(token, resolve));
    const server = new InternalChannel('file');
    server.connect(openPort(channel));
    try {
      if (!(await server.request('claim', this.#key, token))) throw new Error('The file is open in another process');
      return await arrived;
    } finally {
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
