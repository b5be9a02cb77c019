// What several scripts need: where the repository is, what it holds, and how to run a program.

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';

/** The repository's folder. Scripts are bundled into dist/, so it is looked for. */
export const root = (() => {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
})();

/** The path of an installed package's command. */
export const bin = (name: string): string => join(root, 'node_modules', '.bin', name);

/** Runs a program in the repository's folder, its output shown. Returns its exit status; `null` if it is not installed. */
export function run(command: string, args: string[]): number | null {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32'
  });
  if (error) {
    // EACCES comes from a folder in PATH that this user may not look into, when the program is in none of the others.
    if ('code' in error && ['ENOENT', 'EACCES'].includes(String(error.code))) return null;
    throw error;
  }
  return status ?? 1;
}

/**
 * The repository's files, as paths relative to it, sorted.
 * @param under a folder, or a file of the repository; one that is absent holds none
 * @param wanted what the path has to match
 */
export function files(under: string, wanted: RegExp): string[] {
  const path = join(root, under);
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return wanted.test(under) ? [under] : [];
  return readdirSync(path, { withFileTypes: true })
    .filter(({ name }) => !['.git', 'node_modules', 'dist'].includes(name))
    .flatMap((entry) => {
      const child = join(under, entry.name);
      if (entry.isDirectory()) return files(child, wanted);
      return entry.isFile() && wanted.test(child) ? [child.split(sep).join('/')] : [];
    })
    .sort();
}
