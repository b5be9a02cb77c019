// The `electron` module of the main process, and the way to run a main script with it.

import './bindings';
import '@electron/internal/browser/process-memory';
import MessageChannelMain from '@electron/internal/browser/api/message-channel';
import { addMessageClasses } from '@electron/internal/browser/ipc-main-classes';

import { addUnavailableMethods, unavailable } from '../common/unavailable';
import { provideModule } from '../node/module/provide-module';
import { app, attachApp, runApp } from './api/app';
import { BrowserWindow } from './api/browser-window';
import { ipcMain } from './api/ipc-main';
import { unavailableMethods, unavailableNames, unavailableOfWebContents } from './api/unavailable-names';
import { utilityProcess } from './api/utility-process';
import { WebContents } from './api/web-contents';
import { WebFrameMain } from './api/web-frame-main';
import { webFrameMain } from './api/web-frames';
import { AppError } from './app-error';
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
for (const name of unavailableNames) electron[name] = unavailable(`electron.${name}`);
addUnavailableMethods(app, 'app', unavailableMethods.app);
addUnavailableMethods(app.commandLine, 'app.commandLine', unavailableMethods.commandLine);
addUnavailableMethods(BrowserWindow, 'BrowserWindow', unavailableMethods.BrowserWindow);
addUnavailableMethods(BrowserWindow.prototype, 'win', unavailableMethods.win);
addUnavailableMethods(WebContents.prototype, 'webContents', unavailableMethods.webContents);
addUnavailableMethods(WebContents, 'webContents', unavailableMethods.WebContents);
for (const name of unavailableOfWebContents) {
  Object.defineProperty(WebContents.prototype, name, {
    get: () => unavailable(`webContents.${name}`),
    configurable: true
  });
}

provideModule(electron);

/** Prints why an app does not run. */
export function printFailure(error: unknown) {
  console.error(error instanceof AppError ? error.message : error);
}

interface RunOptions {
  /** For Chromium, each a name and a value. */
  switches: readonly [string, string | undefined][];
  /** What to load before the script, as `-r` names it. */
  modules: readonly string[];
  /** Whether to show its ports, and print where. */
  inspectPorts: boolean;
}

/**
 * Runs a main script.
 * @param argv its path and its arguments
 * @throws AppError when there is none, or Chromium cannot be found or started; what the script throws
 */
export async function run(argv: readonly string[], { switches, modules, inspectPorts }: RunOptions): Promise<void> {
  for (const [name, value] of switches) app.commandLine.appendSwitch(name, value);
  // Before the script, so that no port is there before it.
  const inspector = inspectPorts ? await app.inspectPorts({ open: false }) : undefined;
  if (inspector) console.error(`Ports are shown at ${inspector.url}`);
  await runApp(() => runMain(argv, modules));
  await inspector?.open();
}

/** Makes a process that has a script already, such as a test runner's, a main process. Chromium starts when it is waited for. */
export function register() {
  becomeMain(process.cwd());
  attachApp().catch((error) => {
    printFailure(error);
    process.exit(1);
  });
}
