import { serveFile } from '@electron/internal/browser/file-server';

import { wireKinds } from '../../common/kinds';
import { Endpoint } from '../message-port/endpoint';
import { claimFile } from '../worker-thread/file-claims';

import type { Extra, PortCarrier } from '../message-port/endpoint';
import type { NodeKind, OpenPort } from './node-kind';
import type { FileHandle } from 'node:fs/promises';

// Node.js does not expose its class, so its objects are known by what is in them.
const symbolsOf = (object: object) => Object.getOwnPropertySymbols(object);
const transferSymbol = 'messaging_transfer_symbol';

const prototypes = new WeakSet<object>();

/** Node's FileHandle of `fs/promises`, and nothing that only has the prototype of one. */
function isFileHandle(value: unknown): value is FileHandle {
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
 * Whether an operation on a file is pending, or something holds it, as a stream of it does. Asked before anything is transferred:
 * Node.js itself finds out only after it has taken the files before it in the list.
 */
function isInUse(handle: FileHandle): boolean {
  const state: Record<string, unknown> = {};
  for (const symbol of symbolsOf(handle)) {
    state[symbol.description ?? ''] = (handle as unknown as Record<symbol, unknown>)[symbol];
  }
  return Number(state.kRefs) > 1 || Boolean(state.kClosePromise);
}

/** A file on its way, whose sender's handle has been neutered. */
class MovedFile implements Extra {
  readonly handle: FileHandle;
  #openPort: OpenPort;

  constructor(handle: FileHandle, openPort: OpenPort) {
    this.handle = handle;
    this.#openPort = openPort;
  }

  /** The file stays in this process, which does with it what is asked over a channel. */
  moveTo(carrier: PortCarrier): number {
    const { handle } = this;
    const [near, far] = carrier.createChannel();
    const port = this.#openPort(Endpoint.forCarrier(carrier, near));
    serveFile(handle, port, { claim: (key, token) => claimFile(handle, key, token) });
    return far;
  }

  discard() {
    this.handle.close().catch(() => {});
  }
}

export const fileHandle: NodeKind<FileHandle, { index: number }> = {
  wire: wireKinds.fileHandle,
  is: isFileHandle,
  transfer: {
    expected: 'a FileHandle',
    nameOf: () => 'FileHandle',
    problemOf(handle) {
      if (handle.fd === -1) return 'is closed or was transferred.';
      return isInUse(handle) ? 'is in use.' : undefined;
    },
    place: 'extras',
    extras: () => 1,
    isNodes: () => true,
    isInMessage: true,
    take: (_handle, moved, openPort) => [new MovedFile(moved as FileHandle, openPort)]
  },
  write(handle, enclosures, writer) {
    const index = enclosures.indexOf(handle);
    if (index === undefined) throw writer.refuse('a FileHandle that is not in the transfer list');
    wireKinds.fileHandle.write({ index }, writer);
  },
  /** From this very process it is the file itself. */
  open({ index }, { extras }) {
    const file = extras[index];
    if (!(file instanceof MovedFile)) throw new Error('A file is missing from the message');
    return file.handle;
  }
};
