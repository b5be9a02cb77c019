import type { FileHandle } from 'node:fs/promises';

// Node.js gives nobody its class, so its objects are known by what is in them.
const symbolsOf = (object: object) => Object.getOwnPropertySymbols(object);
const transferSymbol = 'messaging_transfer_symbol';

const prototypes = new WeakSet<object>();

/** Node's FileHandle of `fs/promises`, and nothing that only has the prototype of one. */
export function isFileHandle(value: unknown): value is FileHandle {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: object | null = Object.getPrototypeOf(value);
  return prototype !== null && isItsPrototype(prototype) && typeof (value as FileHandle).fd === 'number';
}

function isItsPrototype(prototype: object): boolean {
  if (prototypes.has(prototype)) return true;
  const { value: constructor } = Object.getOwnPropertyDescriptor(prototype, 'constructor') ?? {};
  const isIt =
    constructor?.name === 'FileHandle' &&
    symbolsOf(prototype).some(({ description }) => description === transferSymbol);
  if (isIt) prototypes.add(prototype);
  return isIt;
}

/**
 * Whether something is under way on a file, or holds it, as a stream of it does. Asked before anything is transferred:
 * Node.js itself finds out only after it has taken the files before it in the list.
 */
export function isInUse(handle: FileHandle): boolean {
  const state: Record<string, unknown> = {};
  for (const symbol of symbolsOf(handle)) {
    state[symbol.description ?? ''] = (handle as unknown as Record<symbol, unknown>)[symbol];
  }
  return Number(state.kRefs) > 1 || Boolean(state.kClosePromise);
}

/** A file on its way, whose sender's handle has been neutered. */
export class MovedFile {
  readonly handle: FileHandle;

  constructor(handle: FileHandle) {
    this.handle = handle;
  }

  /** Nobody will get it. */
  release() {
    this.handle.close().catch(() => {});
  }
}
