// An app of its own that is inspected: a process that is inspected once is from then on.

import { join } from 'node:path';

import { App } from './apps';
import { installPackage, temporaryFolder } from './files';
import { PortInspectorClient } from './port-inspector';

type Main = (
  electron: typeof Electron.CrossProcessExports,
  path: (name: string) => string,
  told: () => Promise<unknown>
) => unknown;

/** A folder with a main script, and with the package that shows ports, as an app of the fork has it. */
export function inspectedFolder(main: Main, files: Record<string, string> = {}): string {
  if (String(main).includes('BrowserWindow')) globalThis.skipWithoutWindows?.('a window');
  const folder = temporaryFolder({
    ...files,
    // Heard from the first line on: a signal that nobody waits for ends a process.
    'main.js': `const signals = require('node:events').on(process, 'SIGUSR2');
      (${main})(require('electron'), (name) => require('node:path').join(__dirname, name), () => signals.next());`
  });
  installPackage(folder);
  return folder;
}

/** Starts an app whose first line is where its inspector is. Each `goOn()` has a `told()` of the app's go on. */
export async function inspect(main: Main, files: Record<string, string> = {}) {
  const app = new App([join(inspectedFolder(main, files), 'main.js')]);
  const ports = await PortInspectorClient.connect(await app.line());
  return { app, ports, goOn: () => app.process.kill('SIGUSR2') };
}
