import MessageChannelMain from '@electron/internal/browser/api/message-channel';
import { MessagePortMain } from '@electron/internal/browser/message-port-main';

/** Gives `ipcMain` the proposal's names for the main process's channel and port classes. */
export function addMessageClasses(ipcMain: Electron.IpcMain) {
  Object.assign(ipcMain, { MessageChannel: MessageChannelMain, MessagePort: MessagePortMain });
}
