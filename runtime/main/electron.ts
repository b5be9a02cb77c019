// The `electron` module of the main process, and the way to run a main script with it.

import './bindings';
import '@electron/internal/browser/post-message';
import MessageChannelMain from '@electron/internal/browser/api/message-channel';
import { addMessageClasses } from '@electron/internal/browser/ipc-main-classes';

import { app, startApp } from './api/app';
import { BrowserWindow } from './api/browser-window';
import { ipcMain } from './api/ipc-main';
import { unavailable, unavailableNames } from './api/unavailable';
import { utilityProcess } from './api/utility-process';
import { WebContents } from './api/web-contents';
import { WebFrameMain } from './api/web-frame-main';
import { AppError } from './module/find-main';
import { provideModule } from './module/provide-module';
import { runMain } from './module/run-main';

addMessageClasses(ipcMain as unknown as Electron.IpcMain);

const electron: Record<string, unknown> = {
  app,
  BrowserWindow,
  ipcMain,
  MessageChannelMain,
  utilityProcess,
  webContents: WebContents,
  WebFrameMain
};
for (const name of unavailableNames) electron[name] = unavailable(name);

provideModule(electron);

export { AppError, runMain, startApp };
