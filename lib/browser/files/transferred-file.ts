import { MainPort } from '@electron/internal/browser/main-port';
import { adoptFile } from '@electron/internal/common/transferred-file';
import type { TransferredFile } from '@electron/internal/common/transferred-file';

/** The file of another process behind the port that came in its place. */
export function openFile(port: Electron.MessagePortMain): TransferredFile {
  return adoptFile({ transferredFile: port }, () => new MainPort(port));
}
