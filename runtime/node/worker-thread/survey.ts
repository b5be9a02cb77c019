import { deserializeFrom } from '../message-port/serialize';

import type { BlobRange, HostObjectSource } from '../../common/host-objects';
import type { Message } from '../message-port/endpoint';

/** What of a message Node.js cannot pass on before it has been fetched. */
export class Survey implements HostObjectSource {
  readonly blobs: { index: number; range: BlobRange }[] = [];
  /** The indices of the files' ports. */
  readonly files: number[] = [];

  /** @throws when the message cannot be read */
  static of(message: Message): Survey {
    const survey = new Survey();
    // Most messages have nothing of the kind.
    if (message.extras.length > 0 || message.endpoints.length > 0) deserializeFrom(message, survey);
    return survey;
  }

  get isEmpty(): boolean {
    return this.blobs.length === 0 && this.files.length === 0;
  }

  blob(index: number, range: BlobRange) {
    this.blobs.push({ index, range });
    return {};
  }

  file(index: number, range: BlobRange) {
    return this.blob(index, range);
  }

  transferredFile(index: number) {
    this.files.push(index);
    return {};
  }

  port = () => ({});
  readable = this.port;
  writable = this.port;
  transform = this.port;
  opaque = this.port;
  fileHandle = this.port;
}
