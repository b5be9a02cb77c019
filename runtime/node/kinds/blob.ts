import * as lib from '@electron/internal/browser/blobs/remote-blob';
import type { BlobSource } from '@electron/internal/browser/blobs/remote-blob';
import { receiveReadable } from '@electron/internal/browser/streams/receive-stream';
import { sendReadable } from '@electron/internal/browser/streams/send-stream';

import { Blob, File } from 'node:buffer';

import { wireKinds } from '../../common/kinds';
import { HubObject } from '../hub/hub-object';
import { Endpoint } from '../message-port/endpoint';

import type { ValueWriter } from '../../common/clone';
import type { BlobFields } from '../../common/kinds/blob';
import type { Extra, PortCarrier } from '../message-port/endpoint';
import type { Arrival, NodeKind, OpenPort } from './node-kind';

/** A renderer's blob, which the hub holds. */
class HubBlob implements BlobSource {
  readonly object: HubObject;
  #openPort: OpenPort;

  constructor(object: HubObject, openPort: OpenPort) {
    this.object = object;
    this.#openPort = openPort;
  }

  read(start: number, end: number) {
    return receiveReadable(this.#openPort(this.object.read(start, end))) as unknown as AsyncIterable<Uint8Array>;
  }

  retain() {
    this.object.retain();
  }
}

/** A Blob of this process, on its way. */
class LocalBlob implements Extra {
  readonly blob: Blob;
  #openPort: OpenPort;

  constructor(blob: Blob, openPort: OpenPort) {
    this.blob = blob;
    this.#openPort = openPort;
  }

  /** A Blob has to be in Chromium before a message can hold it: the hub keeps the message back until it is. */
  moveTo(carrier: PortCarrier): number {
    const [near, far] = carrier.createChannel();
    sendReadable(this.blob.stream(), this.#openPort(Endpoint.forCarrier(carrier, near)));
    return carrier.addBlob(far);
  }

  posted(carrier: PortCarrier, number: number) {
    carrier.release(number);
  }
}

function sizeOf(blob: Blob, writer: ValueWriter): number {
  try {
    return blob.size;
  } catch {
    // Its prototype is that of Blob, and that is all.
    throw writer.refuse('an object that only looks like a Blob');
  }
}

/** The Blob of a renderer gets one of the object's users, and never lets go before it is collected. */
function openRemote(object: HubObject, { range, file }: BlobFields, openPort: OpenPort): Blob {
  const source = new HubBlob(object, openPort);
  return file ? lib.createRemoteFile(source, range, file.name, file.lastModified) : lib.createRemoteBlob(source, range);
}

function asFile(blob: Blob, { range: { type }, file }: BlobFields): Blob {
  return file ? new File([blob], file.name, { type, lastModified: file.lastModified }) : blob;
}

/** Node's Blob and File. The bytes stay where they are: in this process until it is sent, in Chromium until it is read. */
export const blob: NodeKind<Blob, BlobFields> = {
  wire: wireKinds.blob,
  is: (value): value is Blob => value instanceof Blob,
  write(object, enclosures, writer, openPort) {
    const remote = lib.remotePartOf(object);
    const range = remote ?? { start: 0, end: sizeOf(object, writer), type: object.type };
    const index = enclosures.hold(remote ? (remote.source as HubBlob).object : new LocalBlob(object, openPort));
    wireKinds.blob.write({ index, range, file: object instanceof File ? object : undefined }, writer);
  },
  open(fields, { extras, openPort }: Arrival) {
    const extra = extras[fields.index];
    if (extra instanceof HubObject) return openRemote(extra, fields, openPort);
    if (!(extra instanceof LocalBlob)) throw new Error('A blob is missing from the message');
    const { start, end, type } = fields.range;
    return fields.file ? asFile(extra.blob, fields) : extra.blob.slice(start, end, type);
  },
  worker: {
    sizeOf: ({ range: { start, end } }) => end - start,
    /** A worker thread gets the bytes with the message. */
    async fetch(fields, { extras }, { openPort }) {
      const object = extras[fields.index];
      if (!(object instanceof HubObject)) throw new Error('A blob is missing from the message');
      const bytes = await openRemote(object, { ...fields, file: undefined }, openPort).arrayBuffer();
      return new Blob([bytes], { type: fields.range.type });
    },
    open: (fields, arrival) => asFile(arrival.fetched() as Blob, fields)
  }
};
