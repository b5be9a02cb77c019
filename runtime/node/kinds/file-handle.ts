import { claimFile } from '@electron/internal/browser/files/file-claims';
import { problemOfFile } from '@electron/internal/browser/files/file-handle';
import { serveFile } from '@electron/internal/browser/files/file-server';

import { wireKinds } from '../../common/kinds';
import { Endpoint } from '../message-port/endpoint';

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
    problemOf: problemOfFile,
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
