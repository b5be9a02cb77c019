import { existsSync } from 'node:fs';
import Module from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { explainLoadError } from '../../node/module/explain-load-error';
import { AppError } from '../app-error';
import { appInfo } from '../app-info';
import { announceVersions } from '../versions';
import { findApp, findMain, readPackage } from './find-main';

import type { AppInPackage } from './find-main';

/**
 * Runs a main script, CommonJS or ES module.
 * @param argv the script's path and its arguments
 * @param modules to be loaded before it, as `-r` names them
 * @throws AppError when there is none; what the script throws
 */
export async function runMain(argv: readonly string[], modules: readonly string[]): Promise<void> {
  becomeBrowser();
  // As in Electron: they have its module, and may change how the script is found.
  for (const name of modules) await explained(name, () => loader._preloadModules([name]));
  const { script, ...found } = findMain(argv[0]);
  process.argv = [process.argv[0], script, ...argv.slice(1)];
  become(found);
  await explained(script, () => load(script));
}

/** @throws AppError for what a person can do something about; other errors are the script's own */
async function explained(name: string, load: () => unknown) {
  try {
    await load();
  } catch (error) {
    const text = explainLoadError(error, name);
    throw text === undefined ? error : new AppError(text);
  }
}

/** As Node.js loads the script of its command line: a CommonJS one is `require.main`. */
async function load(script: string): Promise<unknown> {
  const importIt = () => import(pathToFileURL(script).href);
  if (isModule(script)) return importIt();
  try {
    return loader._load(script, null, true);
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
  _preloadModules(names: readonly string[]): void;
}

const loader = Module as unknown as Loader;

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
  becomeBrowser();
  become(findApp(folder));
}

function become({ folder, name, version }: AppInPackage) {
  appInfo.path = folder;
  appInfo.name = name ?? appInfo.name;
  appInfo.version = version;
}

function becomeBrowser() {
  Object.defineProperty(process, 'type', { value: 'browser', configurable: true });
  announceVersions();
}
