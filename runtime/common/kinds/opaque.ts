import type { Indexed, WireKind } from './wire-kind';

// Script cannot ask what can be handed over: a trial would take the object away.

/** They can be cloned as well. */
const both = new Set(['ImageBitmap', 'VideoFrame', 'AudioData']);

/** Streams and channels among them have kinds of their own. */
const transferOnly = new Set([
  'MediaSourceHandle',
  'MediaStreamTrack',
  'MIDIAccess',
  'OffscreenCanvas',
  'RTCDataChannel',
  'ReadableStream',
  'TransformStream',
  'WebTransportReceiveStream',
  'WebTransportSendStream',
  'WritableStream'
]);

/** Whether objects of a class of Chromium, beside ports and buffers, can only be handed over. */
export const isTransferOnly = (className: string) => transferOnly.has(className);

export const isTransferable = (className: string) => both.has(className) || transferOnly.has(className);

/** Which object among the extras, and how it goes on. */
export interface OpaqueFields extends Indexed {
  className: string;
  isTransferred: boolean;
}

const tag = 0x2a; // *, which Blink does not use

/** What only a renderer can hold: any class that no other kind has. */
export const opaque: WireKind<OpaqueFields> = {
  classes: [...both, ...transferOnly],
  listing: 'optional',
  tags: [tag],
  write({ index, className, isTransferred }, writer) {
    writer.writeUint32(tag);
    writer.writeUint32(index);
    writer.writeString(className);
    writer.writeUint32(Number(isTransferred));
  },
  read: (_tag, reader) => ({
    index: reader.readUint32(),
    className: reader.readString(),
    isTransferred: reader.readUint32() === 1
  })
};
