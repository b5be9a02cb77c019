import type { WireKind } from './wire-kind';

const tag = 0x78; // x

/** It is copied: name, message, stack. */
export const exception: WireKind<DOMException> = {
  classes: ['DOMException'],
  listing: 'never',
  tags: [tag],
  write({ name, message, stack }, writer) {
    writer.writeUint32(tag);
    writer.writeString(name);
    writer.writeString(message);
    writer.writeString(stack ?? '');
  },
  read(_tag, reader) {
    const name = reader.readString();
    const copy = new DOMException(reader.readString(), name);
    Object.defineProperty(copy, 'stack', { value: reader.readString(), writable: true, configurable: true });
    return copy;
  }
};
