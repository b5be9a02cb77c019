import { pathToFileURL } from 'node:url';

import { appInfo } from '../app-info';
import { findMain } from './find-main';

/**
 * Runs a main script, CommonJS or ES module.
 * @param argv the script's path and its arguments
 * @throws AppError when there is none; what the script throws
 */
export async function runMain(argv: readonly string[]): Promise<void> {
  const { script, folder, name } = findMain(argv[0]);
  appInfo.path = folder;
  appInfo.name = name ?? appInfo.name;
  process.argv = [process.argv[0], script, ...argv.slice(1)];
  Object.defineProperty(process, 'type', { value: 'browser', configurable: true });
  await import(pathToFileURL(script).href);
}
