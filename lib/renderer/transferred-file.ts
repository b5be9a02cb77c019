import { adoptFile, TransferredFile } from '@electron/internal/common/transferred-file';
import type { FileInMessage } from '@electron/internal/common/transferred-file';
import { filesIn } from '@electron/internal/renderer/files-in-message';
import { PrivatePort } from '@electron/internal/renderer/private-port';

// Page script may share this realm.
const { defineProperty } = Object;

/**
 * The file behind what is in a message in place of a FileHandle.
 * @throws TypeError for anything else
 */
export function openFile(object: unknown): TransferredFile {
  const port: unknown = Object(object).transferredFile;
  if (!(port instanceof MessagePort)) {
    throw new TypeError('Expected what is in a message in place of a FileHandle: an object with the port of its file');
  }
  return adoptFile(object as FileInMessage, () => watchClose(port));
}

/** What is asked of a file fails when script closes its port: nobody would answer. */
function watchClose(port: MessagePort): PrivatePort {
  const own = new PrivatePort(port);
  defineProperty(port, 'close', { value: () => own.closeByScript(), writable: true, configurable: true });
  return own;
}

/** Makes the files in a message TransferredFiles, for a runtime that does not know which they are. */
export function openFilesIn(message: unknown, ports: readonly MessagePort[]) {
  filesIn(message, ports).forEach(openFile);
}

/**
 * Gives this world the class TransferredFile, as a global of the platform's own kind. Blink can put nothing with methods into
 * a message that arrives at a port: its reader calls `TransferredFile.from()`.
 */
export function installTransferredFile() {
  const define = (object: object, name: string, value: unknown) =>
    defineProperty(object, name, { value, writable: true, configurable: true });
  define(TransferredFile, 'from', (object: unknown) => openFile(object));
  define(globalThis, 'TransferredFile', TransferredFile);
}
