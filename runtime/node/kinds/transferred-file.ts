import { openFile } from '@electron/internal/browser/files/transferred-file';
import { TransferredFile } from '@electron/internal/common/transferred-file';

import { wireKinds } from '../../common/kinds';
import { PortHandle } from '../message-port/port-handle';

import type { NodeKind } from './node-kind';
import type { FileHandle } from 'node:fs/promises';

/** A file of another process. It goes on by its port. */
export const transferredFile: NodeKind<TransferredFile, { index: number }> = {
  wire: wireKinds.transferredFile,
  is: (value): value is TransferredFile => value instanceof TransferredFile,
  write(file, { ports }, writer) {
    const index = ports.indexOf(file.transferredFile as object);
    // Refused as any object with such a port is.
    if (index === -1) return false;
    wireKinds.transferredFile.write({ index }, writer);
  },
  open({ index }, { ports }) {
    const port = ports[index];
    if (!PortHandle.isPort(port)) throw new Error('The port of a file is missing from the message');
    return openFile(port as unknown as Electron.MessagePortMain);
  },
  worker: {
    /** A thread of the file's process gets the file itself. */
    fetch: ({ index }, { endpoints }, { claim }) => claim(endpoints[index]),
    usesPort: ({ index }) => index,
    discard(file) {
      (file as FileHandle).close().catch(() => {});
    },
    open: (_fields, arrival) => arrival.list(arrival.fetched())
  }
};
