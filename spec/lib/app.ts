import { join } from 'node:path';

import { isStock } from './needs';

import type {} from './without-windows';

/** The command line that runs a main script on the runtime that runs this, from the folder of the project. */
export function appCommand(script: string): [command: string, ...args: string[]] {
  globalThis.skipWithoutWindows?.('a window');
  if (!isStock) return [process.execPath, script];
  return [process.execPath, join(process.cwd(), 'script', 'electron-ports.mjs'), script];
}
