import type { Indexed, WireKind } from './wire-kind';

export type StreamKind = ElectronInternal.StreamKind;

/** The place of its channel; of a TransformStream that of the readable side's, and the writable side's is the next. */
export interface StreamFields extends Indexed {
  kind: StreamKind;
}

const tags: Record<StreamKind, number> = {
  ReadableStream: 0x72, // r
  WritableStream: 0x77, // w
  TransformStream: 0x6d // m
};
const kinds = Object.keys(tags) as StreamKind[];

export const stream: WireKind<StreamFields> = {
  classes: kinds,
  listing: 'required',
  tags: Object.values(tags),
  write({ kind, index }, writer) {
    writer.writeUint32(tags[kind]);
    writer.writeUint32(index);
  },
  read: (tag, reader) => ({ kind: kinds.find((each) => tags[each] === tag)!, index: reader.readUint32() })
};
