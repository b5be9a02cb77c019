import { wireKinds } from '../../common/kinds';

import type { HubKind } from './hub-kind';

interface FileInMessage {
  transferredFile: MessagePort;
}

/** What stands in a message for a FileHandle: a plain object that has nothing but the port of the file. */
export const transferredFile: HubKind<FileInMessage, { index: number }> = {
  wire: wireKinds.transferredFile,
  isPlain: true,
  is(object, { places }): object is FileInMessage {
    if (places.size === 0) return false;
    const keys = Object.keys(object);
    return keys.length === 1 && keys[0] === 'transferredFile' && places.has(Object.values(object)[0]);
  },
  write: ({ transferredFile: port }, { places }, writer) =>
    wireKinds.transferredFile.write({ index: places.get(port)! }, writer),
  /** A file that a client has of another process. */
  open({ index }, { ports }) {
    if (!ports[index]) throw new Error('The port of a file is missing from the message');
    return { transferredFile: ports[index] };
  }
};
