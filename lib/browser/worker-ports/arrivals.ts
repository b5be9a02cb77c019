import { blobTransfer } from '@electron/internal/browser/blobs/blob-transfer';
import { makeLocal, remotePartOf } from '@electron/internal/browser/blobs/remote-blob';
import type { ClaimedFiles } from '@electron/internal/browser/files/claimed-files';
import { fileHandleClass } from '@electron/internal/browser/files/file-handle-class';
import { sidesOf, streamKindOf } from '@electron/internal/browser/streams/stream-kind';
import type { Stream } from '@electron/internal/browser/streams/stream-kind';
import { streamTransfer } from '@electron/internal/browser/streams/stream-transfer';
import { maximumMessageSize } from '@electron/internal/common/maximum-message-size';
import type { PortLike, PortListener } from '@electron/internal/common/port-like';

import { MessagePort as NodePort } from 'worker_threads';

import type { Blob } from 'buffer';

/** What one message brought for a worker thread, beside its data. */
export interface Arrival {
  /** What has to be listed when Node posts it. */
  readonly transfer: object[];
  /** What has to be there first: the bytes of Blobs, and files. */
  readonly missing: Missing[];
}

interface Missing {
  /** How many bytes it takes, once it is there. */
  readonly size: number;
  /** Makes what is in the message whole. @throws when it cannot be had */
  fetch(): Promise<void>;
  /** Frees what was fetched, when the message does not go on after all. */
  discard?(): void;
}

let current: Arrival = { transfer: [], missing: [] };

/** What has come since the last call. The binding reads a message, and dispatches it at once. */
export function takeArrival(): Arrival {
  const arrival = current;
  current = { transfer: [], missing: [] };
  return arrival;
}

/** To be listed when the message that is read now goes on. */
export const listArrived = (...objects: object[]) => {
  current.transfer.push(...objects);
};

/** Settles once nothing is under way any more. @throws when something cannot be had, or is more than a message may hold */
export async function fetchMissing({ missing }: Arrival): Promise<void> {
  // One Blob can stand for any number of bytes, and for the same ones many times.
  if (missing.reduce((sum, { size }) => sum + size, 0) > maximumMessageSize) throw new Error('It is too large');
  const results = await Promise.allSettled(missing.map((each) => each.fetch()));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

/** Frees what came with a message that does not go on: no one else has any of it. */
export function discard({ transfer, missing }: Arrival) {
  for (const each of missing) each.discard?.();
  for (const each of transfer) {
    if (each instanceof NodePort) each.close();
    else if (streamKindOf(each)) discardStream(each as Stream);
  }
}

function discardStream(stream: Stream) {
  const reason = new DOMException('It came with what its receiver cannot have.', 'DataCloneError');
  for (const side of sidesOf(stream)) {
    const ending = 'cancel' in side ? side.cancel(reason) : side.abort(reason);
    // Node has it already, where it refused what is behind it in the list.
    ending.catch(() => {});
  }
}

/** Streams that Node transfers on to the thread. */
export const arrivingStreams: ElectronInternal.StreamTransfer = {
  ...streamTransfer,
  receive(kind, channels) {
    const stream = streamTransfer.receive(kind, channels);
    current.transfer.push(stream);
    return stream;
  }
};

/** Blobs whose bytes the thread gets with the message. */
export const arrivingBlobs: ElectronInternal.BlobTransfer = {
  ...blobTransfer,
  receive(remote, details) {
    const blob = blobTransfer.receive(remote, details) as Blob;
    if (remotePartOf(blob)) {
      current.missing.push({ size: blob.size, fetch: async () => makeLocal(blob, await blob.arrayBuffer()) });
    }
    return blob;
  }
};

/** Node's own port, as internal channels use it. */
class NodePortLike implements PortLike {
  #port: NodePort;

  constructor(port: NodePort) {
    this.#port = port;
  }

  post(message: unknown) {
    this.#port.postMessage(message);
  }

  listen(listener: PortListener) {
    this.#port.on('close', () => listener.close());
    this.#port.on('messageerror', () => listener.messageerror('it could not be deserialized'));
    this.#port.on('message', (message) => listener.message(message));
  }

  close() {
    this.#port.close();
  }
}

/**
 * A file of this process as its thread gets it: the file itself.
 * @param standIn what stands in the message for the port that came in its place
 */
export function claimArrived(standIn: NodePort, files: ClaimedFiles): object {
  const { transfer, missing } = current;
  transfer.splice(transfer.indexOf(standIn), 1);
  // It is in the message already, and becomes the file that is claimed.
  const file = new (fileHandleClass())();
  missing.push({
    size: 0,
    async fetch() {
      const claimed = await files.claim(new NodePortLike(standIn));
      const parts = Object.getOwnPropertySymbols(claimed).filter(({ description = '' }) =>
        ['kHandle', 'kFd'].includes(description)
      );
      for (const key of parts) Reflect.set(file, key, Reflect.get(claimed, key));
      transfer.push(file);
    },
    discard() {
      standIn.close();
      if (file.fd !== -1) file.close().catch(() => {});
    }
  });
  return file;
}
