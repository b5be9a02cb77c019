// What only some runtimes have (docs/building.md, "What the fork does not have"): tests of it are skipped elsewhere.

import { ipcMain, MessageChannelMain } from 'electron/main';

import type {} from './without-windows';
import type Mocha from 'mocha';

function hasBinding(name: string): boolean {
  try {
    return Boolean(process._linkedBinding(name as never));
  } catch {
    return false;
  }
}

/** It is the stock runtime, which has a hub: everything else is Electron, in all that it says of itself. */
export const isStock = hasBinding('electron_ports_hub');

export const hasWorkerPorts = 'toWorkerPort' in ipcMain.MessagePort.prototype;

/** An error text says what a transfer list may hold. */
const hasFiles = (() => {
  const { port1 } = new MessageChannelMain();
  try {
    port1.postMessage(null, [{}] as never);
  } catch (error) {
    return String(error).includes('FileHandle');
  } finally {
    port1.close();
  }
  return false;
})();

/** Called in a suite. */
export function needsWorkerPorts() {
  skipUnless(hasWorkerPorts, 'toWorkerPort()');
}

/** Called in a suite: `FileHandle` in a transfer list. */
export function needsFiles() {
  skipUnless(hasFiles, 'FileHandle in a transfer list');
}

/**
 * Skips a test of what the stock runtime does in another way than Electron.
 * @param way Electron's, as a sentence's end
 */
export function skipInElectron(test: Mocha.Context, way: string) {
  if (isStock) return;
  globalThis.skipWithoutWindows?.('a window');
  skip(test, `Electron ${way}`);
}

/**
 * Skips a test that the stock runtime does not pass yet.
 * @param defect of the stock runtime, as a sentence's end
 */
export function skipOnStock(test: Mocha.Context, defect: string) {
  if (isStock) skip(test, `the stock runtime ${defect}`);
}

function skip(test: Mocha.Context, why: string) {
  console.log(`skipped: ${why}`);
  test.skip();
}

function skipUnless(has: boolean, lack: string) {
  if (has) return;
  beforeEach(function () {
    globalThis.skipWithoutWindows?.(lack);
    this.skip();
  });
}
