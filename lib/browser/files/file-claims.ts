import { randomBytes } from 'crypto';

import type { FileHandle } from 'fs/promises';

/** Moves a file to the thread that claims it, which knows it by `token`. */
type Move = (handle: FileHandle, token: string) => void;

let current: { key: string; move: Move } | undefined;

/** Has files of this thread handed over to any thread that knows the process's key. */
export function provideFileClaims(key: string, move: Move) {
  current = { key, move };
}

/** @returns a key that only a thread of this process asks by. Whom it asks learns it, and can close its own files with it */
export const createClaimKey = () => randomBytes(16).toString('hex');

/**
 * What another thread asks of a file that is open in this one.
 * @returns false when it is another process that asks, which cannot have the file itself
 * @throws DataCloneError when the file is in use
 */
export function claimFile(handle: FileHandle, key: unknown, token: unknown): boolean {
  if (!current || key !== current.key || typeof token !== 'string') return false;
  current.move(handle, token);
  return true;
}
