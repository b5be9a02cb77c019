import type { FileHandle } from 'fs/promises';

/**
 * Whether an operation on a file is pending, or something holds it, as a stream of it does. Asked before anything is transferred:
 * Node.js itself finds out only after it has taken the files before it in the list.
 */
function isInUse(handle: FileHandle): boolean {
  const state: Record<string, unknown> = {};
  for (const symbol of Object.getOwnPropertySymbols(handle)) {
    state[symbol.description ?? ''] = (handle as unknown as Record<symbol, unknown>)[symbol];
  }
  return Number(state.kRefs) > 1 || Boolean(state.kClosePromise);
}

/** Why a file cannot be transferred, as the end of `FileHandle at index N ...`. */
export function problemOfFile(handle: FileHandle): string | undefined {
  if (handle.fd === -1) return 'is closed or was transferred.';
  return isInUse(handle) ? 'is in use.' : undefined;
}
