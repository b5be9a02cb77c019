import { existsSync } from 'node:fs';
import Module from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { appInfo } from '../app-info';
import { announceVersions } from '../versions';
import { AppError, findApp, findMain, readPackage } from './find-main';

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
    await load(script);
  } catch (error) {
    throw explain(error, script);
  }
}

/** As Node.js loads the script of its command line: a CommonJS one is `require.main`. */
async function load(script: string): Promise<unknown> {
  const importIt = () => import(pathToFileURL(script).href);
  if (isModule(script)) return importIt();
  try {
    return (Module as unknown as Loader)._load(script, null, true);
  } catch (error) {
    // By its syntax it is an ES module, though nothing beside it says so. It has not run, then.
    const isOwnSyntax = error instanceof SyntaxError && error.stack?.startsWith(`${script}:`);
    const { code } = error as NodeJS.ErrnoException;
    if (isOwnSyntax || code === 'ERR_REQUIRE_ESM' || code === 'ERR_REQUIRE_ASYNC_MODULE') return importIt();
    throw error;
  }
}

/** The part of Node's loader that is used here and has no types. */
interface Loader {
  _load(path: string, parent: null, isMain: boolean): unknown;
}

function isModule(script: string): boolean {
  const [, kind = ''] = /\.([cm]?)[jt]s$/.exec(script) ?? [];
  if (kind !== '') return kind === 'm';
  for (let folder = dirname(script); ; folder = dirname(folder)) {
    const path = join(folder, 'package.json');
    if (existsSync(path)) return readPackage(path).type === 'module';
    if (folder === dirname(folder)) return false;
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
  announceVersions();
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
