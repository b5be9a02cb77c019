import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import { setAppPath } from '../app-path';

/**
 * The main script for a path, as Electron finds it: a file, or a folder with a package.json or an index.js.
 * @throws Error that says what was looked for
 */
function findMain(path: string): { script: string; folder: string } {
  const full = resolve(path);
  if (!existsSync(full)) throw new Error(`Unable to find Electron app at ${full}`);
  if (!statSync(full).isDirectory()) return { script: full, folder: dirname(full) };
  const packageJson = join(full, 'package.json');
  const { main = 'index.js' } = existsSync(packageJson) ? JSON.parse(readFileSync(packageJson, 'utf8')) : {};
  const script = join(full, main);
  if (!existsSync(script)) throw new Error(`Unable to find Electron app at ${full}: there is no ${main} in it`);
  return { script, folder: full };
}

/**
 * Runs a main script, CommonJS or ES module.
 * @param argv the script's path and its arguments
 */
export async function runMain(argv: readonly string[]): Promise<void> {
  const { script, folder } = findMain(argv[0]);
  setAppPath(folder);
  process.argv = [process.argv[0], script, ...argv.slice(1)];
  Object.defineProperty(process, 'type', { value: 'browser', configurable: true });
  await import(pathToFileURL(script).href);
}
