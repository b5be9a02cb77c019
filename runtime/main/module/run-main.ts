import { pathToFileURL } from 'node:url';

import { appInfo } from '../app-info';
import { AppError, findApp, findMain } from './find-main';

import type { AppInPackage } from './find-main';

/**
 * Runs a main script, CommonJS or ES module.
 * @param argv the script's path and its arguments
 * @throws AppError when there is none; what the script throws
 */
export async function runMain(argv: readonly string[]): Promise<void> {
  const { script, ...found } = findMain(argv[0]);
  process.argv = [process.argv[0], script, ...argv.slice(1)];
  become(found);
  try {
    await import(pathToFileURL(script).href);
  } catch (error) {
    throw explain(error, script);
  }
}

/** Makes this process the main process of the app in a folder, without running its script. */
export function becomeMain(folder: string) {
  become(findApp(folder));
}

function become({ folder, name, version }: AppInPackage) {
  appInfo.path = folder;
  appInfo.name = name ?? appInfo.name;
  appInfo.version = version;
  Object.defineProperty(process, 'type', { value: 'browser', configurable: true });
}

/** What a person can do about a script that cannot be loaded, in a line; other errors are the script's own. */
function explain(error: unknown, script: string): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ERR_UNKNOWN_FILE_EXTENSION' && /\.[cm]?ts$/.test(script)) {
    return new AppError(
      `Unable to run ${script}: Node.js ${process.version} strips no types; use 22.18 or newer, or compile it`
    );
  }
  if (code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND') {
    return new AppError(`Unable to run ${script}: ${message.split('\n', 1)[0]}`);
  }
  return error;
}
