import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { defer } from './defer';

/** A folder with these files, by relative path, until the test is over. An app can have it, or a file `f` in it, as its TMPDIR. */
export function temporaryFolder(files: Record<string, string> = {}): string {
  const folder = mkdtempSync(join(temporaryRoot(), 'p-'));
  defer(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return folder;
}

/** Puts this package where an app in the folder finds it, as one of the fork has it. */
export function installPackage(folder: string) {
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  symlinkSync(process.cwd(), join(folder, 'node_modules', 'electron-ports'), 'junction');
}

/** Where temporary folders go: with a longer path than 30 bytes, the runtime would not use them (see its launch.ts). */
function temporaryRoot(): string {
  const room = 30 - '/p-abcdef/f'.length;
  return Buffer.byteLength(tmpdir()) > room ? '/tmp' : tmpdir();
}
