import { BrowserWindow } from 'electron/main';

import { once } from 'node:events';

/** A window whose page has `require('electron')`, as most specs need it. */
export function createWindow(): BrowserWindow {
  return new BrowserWindow({ show: false, webPreferences: { nodeIntegration: true, contextIsolation: false } });
}

/** Such a window with an empty document. */
export async function openWindow(url = 'about:blank'): Promise<BrowserWindow> {
  const window = createWindow();
  await window.loadURL(url);
  return window;
}

export async function closeWindow(window: BrowserWindow) {
  if (window.isDestroyed()) return;
  const closed = once(window, 'closed');
  window.destroy();
  await closed;
}

/** For `afterEach`: no window outlives its test. */
export async function closeAllWindows() {
  await Promise.all(BrowserWindow.getAllWindows().map(closeWindow));
}

/** Runs a function in a window's page. It is sent as text: it sees its arguments and the page, nothing else. */
export function run<Args extends unknown[], Result>(
  window: BrowserWindow,
  script: (...args: Args) => Result,
  ...args: Args
): Promise<Awaited<Result>> {
  return window.webContents.executeJavaScript(`(${script})(...${JSON.stringify(args)})`);
}
