// What only some runtimes have (docs/building.md, "What the fork does not have"): tests of it are skipped elsewhere.

import { ipcMain } from 'electron/main';

import type {} from './without-windows';

/** Worker ports, and with them Node's own ports and files: a port says whether there are any. */
export const hasWorkerPorts = 'toWorkerPort' in ipcMain.MessagePort.prototype;

/** Called in a suite. */
export function needsWorkerPorts() {
  skipUnless(hasWorkerPorts, 'toWorkerPort()');
}

/** Called in a suite: `FileHandle` in a transfer list. */
export function needsFiles() {
  skipUnless(hasWorkerPorts, 'FileHandle in a transfer list');
}

function skipUnless(has: boolean, lack: string) {
  if (has) return;
  beforeEach(function () {
    globalThis.skipWithoutWindows?.(lack);
    this.skip();
  });
}
