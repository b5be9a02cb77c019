import { wireKinds } from '../../common/kinds';

import type { HubKind } from './hub-kind';

interface FileInMessage {
  transferredFile: MessagePort;
}

/** What stands in a message for a FileHandle: a plain object that has nothing but the port of the file. */
export const transferredFile: HubKind<FileInMessage, { index: number }> = {
  wire: wireKinds.transferredFile,
  isPlain: true,
  is(object, { ports }): object is FileInMessage {
    if (ports.length === 0) return false;
    const keys = Object.keys(object);
    const port: unknown = keys.length === 1 && keys[0] === 'transferredFile' && Object.values(object)[0];
    return port instanceof MessagePort && ports.includes(port);
  },
  write: ({ transferredFile: port }, { ports }, writer) =>
    wireKinds.transferredFile.write({ index: ports.indexOf(port) }, writer),
  open() {
    throw new Error('A client sends files by their handles');
  }
};
