import { blobTransfer } from '@electron/internal/browser/blobs/blob-transfer';
import { makeLocal, remotePartOf } from '@electron/internal/browser/blobs/remote-blob';
import { streamTransfer } from '@electron/internal/browser/streams/stream-transfer';
import { joinSides } from '@electron/internal/common/streams/join-sides';

import type { Blob } from 'buffer';

/** What one message brought for a worker thread, beside its data. */
export interface Arrival {
  /** What has to be listed when Node posts it. */
  readonly transfer: object[];
  /** Blobs whose bytes have to be there first. */
  readonly blobs: Blob[];
}

let current: Arrival = { transfer: [], blobs: [] };

/** What has come since the last call. The binding reads a message, and dispatches it at once. */
export function takeArrival(): Arrival {
  const arrival = current;
  current = { transfer: [], blobs: [] };
  return arrival;
}

/** To be listed when the message that is read now goes on. */
export const listArrived = (...objects: object[]) => {
  current.transfer.push(...objects);
};

/** @throws NotReadableError for the first of them that cannot be had */
export async function fetchBlobs({ blobs }: Arrival): Promise<void> {
  await Promise.all(blobs.map(async (blob) => makeLocal(blob, await blob.arrayBuffer())));
}

/** Streams that Node transfers on to the thread. */
export const arrivingStreams: ElectronInternal.StreamTransfer = {
  ...streamTransfer,
  receive(kind, channels) {
    const stream = streamTransfer.receive(kind, channels);
    // Node transfers the sides that a TransformStream was born with.
    const listed = kind === 'TransformStream' ? joinShownSides(stream as TransformStream) : stream;
    current.transfer.push(listed);
    return listed;
  }
};

const joinShownSides = ({ readable, writable }: TransformStream) => joinSides(readable, writable);

/** Blobs whose bytes the thread gets with the message. */
export const arrivingBlobs: ElectronInternal.BlobTransfer = {
  ...blobTransfer,
  receive(remote, details) {
    const blob = blobTransfer.receive(remote, details) as Blob;
    if (remotePartOf(blob)) current.blobs.push(blob);
    return blob;
  }
};
