import type { ValueReader } from '../clone';
import type { Indexed, WireKind } from './wire-kind';

/** A part of a blob. */
export interface BlobRange {
  start: number;
  end: number;
  type: string;
}

/** Which blob among the extras, which part of it, and for a File what it has beside. Blink's are known by UUIDs instead. */
export interface BlobFields extends Indexed {
  range: BlobRange;
  file: { name: string; lastModified: number } | undefined;
}

const blobTag = 0x62; // b
const fileTag = 0x66; // f

export const blob: WireKind<BlobFields> = {
  classes: ['Blob', 'File'],
  listing: 'never',
  tags: [blobTag, fileTag],
  write({ index, range: { start, end, type }, file }, writer) {
    writer.writeUint32(file ? fileTag : blobTag);
    writer.writeUint32(index);
    writer.writeUint64(start);
    writer.writeUint64(end);
    writer.writeString(type);
    if (!file) return;
    writer.writeString(file.name);
    writer.writeDouble(file.lastModified);
  },
  read: (tag, reader) => ({
    index: reader.readUint32(),
    range: { start: reader.readUint64(), end: reader.readUint64(), type: reader.readString() },
    file: tag === fileTag ? readFile(reader) : undefined
  })
};

const readFile = (reader: ValueReader) => ({ name: reader.readString(), lastModified: reader.readDouble() });
