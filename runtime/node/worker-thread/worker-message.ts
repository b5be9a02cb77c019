import { Blob, File } from 'node:buffer';

import { joinSides } from '../../common/join-sides';
import { HubObject } from '../held/hub-object';
import { createRemoteBlob } from '../held/remote-blob';
import { MessageSource } from '../message-port/serialize';
import { Survey } from './survey';

import type { BlobRange } from '../../common/host-objects';
import type { Message } from '../message-port/endpoint';
import type { ClaimedFiles } from './claimed-files';
import type { FileHandle } from 'node:fs/promises';
import type { MessagePort as NodePort } from 'node:worker_threads';

/** What a message brings that had to be fetched, by the places of the blobs and of the files' ports. */
export interface Fetched {
  blobs: Map<number, Blob>;
  files: Map<number, FileHandle>;
}

/**
 * Reads a message's blobs, whose bytes a worker thread gets with it, and claims its files.
 * @throws when one of them cannot be had
 */
export async function fetchFor(message: Message, survey: Survey, claimed: ClaimedFiles): Promise<Fetched> {
  const fetched: Fetched = { blobs: new Map(), files: new Map() };
  try {
    for (const { index, range } of survey.blobs) {
      const object = message.extras[index];
      if (!(object instanceof HubObject)) throw new Error('A blob is missing from the message');
      const bytes = await createRemoteBlob(object, range).arrayBuffer();
      fetched.blobs.set(index, new Blob([bytes], { type: range.type }));
    }
    for (const index of survey.files) fetched.files.set(index, await claimed.claim(message.endpoints[index]));
    return fetched;
  } catch (error) {
    for (const file of fetched.files.values()) file.close().catch(() => {});
    throw error;
  }
}

/** Makes what a worker thread can be sent of what travelled beside a message. */
export class WorkerSource extends MessageSource {
  /** What has to be listed beside ports and buffers. */
  readonly transfer: object[] = [];
  #fetched: Fetched;

  constructor(message: Message, ports: readonly NodePort[], fetched: Fetched) {
    super(ports, message.extras);
    this.#fetched = fetched;
  }

  override readable(index: number) {
    return this.#listed(super.readable(index));
  }

  override writable(index: number) {
    return this.#listed(super.writable(index));
  }

  /** Node.js transfers the sides that a TransformStream was born with. */
  override transform(index: number) {
    return this.#listed(joinSides(super.readable(index), super.writable(index + 1)));
  }

  override blob(index: number) {
    return this.#fetched.blobs.get(index)!;
  }

  override file(index: number, { type }: BlobRange, name: string, lastModified: number) {
    return new File([this.blob(index)], name, { type, lastModified });
  }

  override opaque(_index: number, className: string): never {
    throw new Error(`No worker thread can have an object of class ${className}`);
  }

  override transferredFile(index: number) {
    return this.#listed(this.#fetched.files.get(index)!);
  }

  #listed<T extends object>(object: T): T {
    this.transfer.push(object);
    return object;
  }
}
