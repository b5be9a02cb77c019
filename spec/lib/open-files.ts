import { fstatSync, readFileSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTask } from 'node:timers/promises';

import { defer } from './defer';
import { temporaryFolder } from './files';

import type { FileHandle } from 'node:fs/promises';

/** A file that a test has opened and may hand over. */
export interface OpenedFile {
  handle: FileHandle;
  path: string;
  text(): string;
  /** Whether this process still has it open, by any handle. */
  isOpen(): boolean;
  /** Resolves once it has not. */
  closed(): Promise<void>;
}

export async function openFile(text: string | Uint8Array, flags = 'r+'): Promise<OpenedFile> {
  const path = join(temporaryFolder({ 'file.txt': String(text) }), 'file.txt');
  const handle = await open(path, flags);
  defer(() => handle.close());
  const { fd } = handle;
  const { dev, ino } = statSync(path);
  const isOpen = () => {
    try {
      const stats = fstatSync(fd);
      return stats.dev === dev && stats.ino === ino;
    } catch {
      return false;
    }
  };
  return {
    handle,
    path,
    text: () => readFileSync(path, 'utf8'),
    isOpen,
    // No event tells of it: it is the system that is asked.
    async closed() {
      while (isOpen()) await nextTask();
    }
  };
}
