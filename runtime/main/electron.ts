// The `electron` module of the main process, and the way to run a main script with it.

import './bindings';
import '@electron/internal/browser/post-message';
import '@electron/internal/browser/process-memory';
import MessageChannelMain from '@electron/internal/browser/api/message-channel';
import { addMessageClasses } from '@electron/internal/browser/ipc-main-classes';

import { addUnavailableMethods, unavailable } from '../common/unavailable';
import { provideModule } from '../node/module/provide-module';
import { app, attachApp, runApp } from './api/app';
import { BrowserWindow } from './api/browser-window';
import { ipcMain } from './api/ipc-main';
import { unavailableMethods, unavailableNames } from './api/unavailable-names';
import { utilityProcess } from './api/utility-process';
import { WebContents } from './api/web-contents';
import { WebFrameMain } from './api/web-frame-main';
import { webFrameMain } from './api/web-frames';
import { AppError } from './module/find-main';
import { becomeMain, runMain } from './module/run-main';

addMessageClasses(ipcMain as unknown as Electron.IpcMain);

const electron: Record<string, unknown> = {
  app,
  BrowserWindow,
  ipcMain,
  MessageChannelMain,
  utilityProcess,
  webContents: WebContents,
  WebFrameMain,
  webFrameMain
};
for (const name of unavailableNames) electron[name] = unavailable(name);
addUnavailableMethods(app, 'app', unavailableMethods.app);
addUnavailableMethods(BrowserWindow.prototype, 'win', unavailableMethods.win);
addUnavailableMethods(WebContents.prototype, 'webContents', unavailableMethods.webContents);

provideModule(electron);

export { AppError };

/**
 * Runs a main script.
 * @param argv its path and its arguments
 * @param switches for Chromium, each a name and a value
 * @param inspectPorts whether to show its ports, and print where
 * @throws AppError when there is none; what the script throws; Error when Chromium cannot be found or started
 */
export async function run(
  argv: readonly string[],
  switches: readonly [string, string | undefined][] = [],
  inspectPorts = false
): Promise<void> {
  for (const [name, value] of switches) app.commandLine.appendSwitch(name, value);
  // Before the script, so that no port is there before it.
  const inspector = inspectPorts ? await app.inspectPorts({ open: false }) : undefined;
  if (inspector) console.error(`Ports are shown at ${inspector.url}`);
  await runApp(() => runMain(argv));
  await inspector?.open();
}

/** Makes a process that has a script already, such as a test runner's, a main process. Chromium starts when it is waited for. */
export function register() {
  becomeMain(process.cwd());
  attachApp().catch((error) => {
    console.error(error);
    process.exit(1);
  });
}
