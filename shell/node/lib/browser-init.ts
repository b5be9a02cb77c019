// The main process: the order of Electron's lib/browser/init.ts, less what needs Chromium.

import '@electron/internal/common/init';
import { addToElectron } from '@electron/internal/browser/additions';
import MessageChannelMain from '@electron/internal/browser/api/message-channel';
import * as utilityProcess from '@electron/internal/browser/api/utility-process';

import { EventEmitter } from 'events';

import { app } from './app';
import { runEntry } from './run-entry';

const { entryScript } = process._linkedBinding('electron_ports_node_app');

// Node ran this as its main module.
process.argv.splice(1, 1);
(process.versions as Record<string, string>).electron = ELECTRON_VERSION;

process.on('uncaughtException', (error) => {
  if (process.listenerCount('uncaughtException') > 1) return;
  console.error('Uncaught Exception:\n', error);
});
process.exit = ((code?: number) => {
  if (code !== undefined) process.exitCode = code;
  app.exit(Number(process.exitCode ?? 0));
}) as typeof process.exit;

// Without renderers no one invokes.
const ipcMain = Object.assign(new EventEmitter(), { handle() {}, removeHandler() {} });

// Electron's common/init has put it among Node's modules.
addToElectron({ app, ipcMain } as unknown as typeof Electron.Main);
Object.assign(require('electron') as object, { app, ipcMain, MessageChannelMain, utilityProcess });
runEntry(entryScript);
setImmediate(() => app.becomeReady());
