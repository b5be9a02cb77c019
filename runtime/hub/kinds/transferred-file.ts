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
  open() {
    throw new Error('A client sends files by their handles');
  }
};
