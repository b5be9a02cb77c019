import { addInspectPorts } from '@electron/internal/browser/inspector/inspect-ports';
import { addMessageClasses } from '@electron/internal/browser/ipc-main-classes';

/** What modules of Electron get besides our own classes: called once, when they are there. */
export function addToElectron({ app, ipcMain }: Pick<typeof Electron.Main, 'app' | 'ipcMain'>) {
  addMessageClasses(ipcMain);
  addInspectPorts(app);
}
