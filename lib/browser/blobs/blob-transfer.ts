import { createRemoteBlob, createRemoteFile, remotePartOf } from '@electron/internal/browser/blobs/remote-blob';
import type { BlobSource } from '@electron/internal/browser/blobs/remote-blob';

import { Blob, File } from 'buffer';

/** How much is read at once, in bytes: enough that one more question to the browser's blob storage costs little. */
const pieceSize = 2 ** 20;

function notReadable(): DOMException {
  return new DOMException('The bytes of the Blob could not be read.', 'NotReadableError');
}

/** A blob of the browser's blob storage, as the binding reaches it. */
class StoredBlob implements BlobSource {
  readonly remote: ElectronInternal.StoredBlob;
  readonly size: number;
  readonly type: string;

  constructor(remote: ElectronInternal.StoredBlob, size: number, type: string) {
    this.remote = remote;
    this.size = size;
    this.type = type;
  }

  async *read(start: number, end: number) {
    for (let position = start; position < end; position += pieceSize) {
      const bytes = await new Promise<ArrayBuffer | undefined>((resolve) =>
        this.remote.read(position, Math.min(position + pieceSize, end), resolve)
      );
      if (!bytes) throw notReadable();
      yield new Uint8Array(bytes);
    }
  }
}

// Taken before an app can change them.
const { arrayBuffer, slice } = Blob.prototype;
type Getter<T> = (this: Blob) => T;
const getterOf = <T>(prototype: object, name: string) =>
  Object.getOwnPropertyDescriptor(prototype, name)!.get as Getter<T>;
const sizeOf = getterOf<number>(Blob.prototype, 'size');
const typeOf = getterOf<string>(Blob.prototype, 'type');
const nameOf = getterOf<string>(File.prototype, 'name');
const lastModifiedOf = getterOf<number>(File.prototype, 'lastModified');

const { isPrototypeOf } = Object.prototype;

function describeFile(blob: Blob): { name: string; lastModified: number } | undefined {
  return isPrototypeOf.call(File.prototype, blob)
    ? { name: nameOf.call(blob), lastModified: lastModifiedOf.call(blob) }
    : undefined;
}

/** What a binding that has no Blobs of its own needs to pass on those of Node, and to make them. */
export const blobTransfer: ElectronInternal.BlobTransfer = {
  prototypes: [Blob.prototype],
  isBlob: (value) => isPrototypeOf.call(Blob.prototype, value),

  describe(blob) {
    const part = remotePartOf(blob as Blob);
    if (part) {
      const { size, type, remote } = part.source as StoredBlob;
      const isWhole = part.start === 0 && part.end === size && part.type === type;
      const file = describeFile(blob as Blob);
      return { size: part.end - part.start, type: part.type, ...file, remote: isWhole ? remote : undefined };
    }
    try {
      return { size: sizeOf.call(blob as Blob), type: typeOf.call(blob as Blob), ...describeFile(blob as Blob) };
    } catch {
      // Its prototype is that of Blob, and that is all.
      return undefined;
    }
  },

  read(blob, start, end, deliver) {
    const isRemote = remotePartOf(blob as Blob) !== undefined;
    const part: Blob = isRemote ? (blob as Blob).slice(start, end) : slice.call(blob as Blob, start, end);
    (isRemote ? part.arrayBuffer() : arrayBuffer.call(part)).then(deliver, () => deliver(undefined));
  },

  receive(remote, { size, type, name, lastModified }) {
    const source = new StoredBlob(remote, size, type);
    const range = { start: 0, end: size, type };
    return name === undefined ? createRemoteBlob(source, range) : createRemoteFile(source, range, name, lastModified);
  }
};
