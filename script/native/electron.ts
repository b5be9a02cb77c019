// Electron's sources: where its patches of gin, V8, BoringSSL and Node come from, and the part of its lib/ that the
// program of shell/node/ bundles. A checkout that ELECTRON_SRC names is only read; without one, Git fetches the tag.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { root } from '../tools';
import { execute, must } from './execute';
import { cache, chromiumPatches } from './layout';
import { electronVersion } from './pins';
import { say } from './report';

const url = 'https://github.com/electron/electron.git';
const tag = `v${electronVersion}`;

const ownPatches = join(root, 'patches', 'electron');

/** What is in the folder: the tag, with these patches. */
function versionOf(): string {
  const hash = createHash('sha256');
  for (const name of namesIn(ownPatches)) hash.update(readFileSync(join(ownPatches, name)));
  return `${tag} ${hash.digest('hex').slice(0, 12)}`;
}

/** Unpacks the tag into `folder`, with this repository's patches applied, unless that is what is there. */
export async function prepareElectron(folder: string): Promise<void> {
  const stamp = join(folder, '.electron-ports');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === versionOf()) return;
  const { ELECTRON_SRC } = process.env;
  const repository = ELECTRON_SRC ? resolve(ELECTRON_SRC) : join(cache, 'downloads', 'electron.git');
  if (!ELECTRON_SRC && !existsSync(repository)) {
    say(`fetching Electron ${electronVersion}`);
    const status = await execute('git', ['clone', '-q', '--bare', '--depth', '1', '--branch', tag, url, repository]);
    if (status !== 0) {
      rmSync(repository, { recursive: true, force: true });
      throw new Error(
        `Electron ${electronVersion} could not be fetched; ELECTRON_SRC can name a checkout that has ${tag}`
      );
    }
  }
  const archive = join(cache, 'electron.tar');
  try {
    await must('git', ['archive', '--output', archive, tag], { cwd: repository });
  } catch (error) {
    throw new Error(`${repository} has no ${tag}`, { cause: error });
  }
  // What is there stays until this is whole: it may be that the tag could not be fetched again.
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  await must('tar', ['-x', '-C', partial, '-f', archive]);
  rmSync(archive);
  for (const name of namesIn(ownPatches)) await applyWithGit(partial, join(ownPatches, name));
  writeFileSync(join(partial, '.electron-ports'), versionOf());
  rmSync(folder, { recursive: true, force: true });
  renameSync(partial, folder);
}

/** The patches of a folder, in order. */
export const namesIn = (folder: string): string[] =>
  readFileSync(join(folder, '.patches'), 'utf8')
    .split('\n')
    .filter((line) => line !== '');

/**
 * Applies a patch word for word.
 * @param filters as of `git apply`: `--include`, `--exclude`
 */
export async function applyWithGit(folder: string, patch: string, ...filters: string[]): Promise<void> {
  // Without the ceiling, git would take a repository above `folder` for the one to work in.
  const env = { GIT_CEILING_DIRECTORIES: resolve(folder, '..') };
  await must('git', ['apply', ...filters, patch], { cwd: folder, env });
}

/** Electron's patches for what the native tree has of Chromium, less those of tests, and this repository's. */
export async function applyPatches(tree: string, electron: string): Promise<void> {
  const folderOf = (name: string): string => join(electron, 'patches', name);
  for (const name of namesIn(folderOf('chromium'))) {
    const patch = join(folderOf('chromium'), name);
    if (/^\+\+\+ b\/(gin|mojo)\//m.test(readFileSync(patch, 'utf8'))) {
      await applyWithGit(tree, patch, '--include=gin/*', '--include=mojo/*');
    }
  }
  for (const name of namesIn(folderOf('v8'))) {
    await applyWithGit(join(tree, 'v8'), join(folderOf('v8'), name), '--exclude=test/*');
  }
  for (const name of namesIn(folderOf('boringssl'))) {
    await applyWithGit(join(tree, 'third_party', 'boringssl', 'src'), join(folderOf('boringssl'), name));
  }
  for (const name of namesIn(chromiumPatches)) await applyWithGit(tree, join(chromiumPatches, name));
}
