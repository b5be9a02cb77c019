import * as lib from '@electron/internal/browser/blobs/remote-blob';
import type { BlobSource } from '@electron/internal/browser/blobs/remote-blob';

import { receiveReadable } from '../streams/receive-stream';

import type { BlobRange } from '../../common/host-objects';
import type { HubObject } from './hub-object';
import type { Blob, File } from 'node:buffer';

/** A blob that the hub holds. */
class HubBlob implements BlobSource {
  readonly object: HubObject;

  constructor(object: HubObject) {
    this.object = object;
  }

  read(start: number, end: number) {
    return receiveReadable(this.object.read(start, end)) as AsyncIterable<Uint8Array>;
  }

  retain() {
    this.object.retain();
  }
}

/** The part of a renderer's blob that a Blob here stands for; undefined for a Blob of this process. */
export function remotePartOf(blob: Blob): (BlobRange & { object: HubObject }) | undefined {
  const part = lib.remotePartOf(blob);
  return part && { ...part, object: (part.source as HubBlob).object };
}

/**
 * A Blob of a renderer as a Blob of Node's.
 * @param object one of its users is given over to the Blob, which never lets go before it is collected
 */
export const createRemoteBlob = (object: HubObject, range: BlobRange): Blob =>
  lib.createRemoteBlob(new HubBlob(object), range);

/** The same for a File. */
export const createRemoteFile = (object: HubObject, range: BlobRange, name: string, lastModified: number): File =>
  lib.createRemoteFile(new HubBlob(object), range, name, lastModified);
