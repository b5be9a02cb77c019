// Chromium's sources from Debian's source package, patched as Debian builds them on Debian 12, less what is not for
// this machine, plus a patch of ours that keeps what no test here uses out of the build.

import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  statfsSync,
  symlinkSync,
  writeFileSync
} from 'node:fs';
import { join } from 'node:path';

import { root } from '../tools';
import { must } from './execute';
import { cache, isPrepared, additions, src } from './layout';
import { chromiumVersion, debianVersion, unwantedPatches } from './pins';
import { Progress, say } from './report';

const downloads = join(cache, 'downloads');
const packaging = join(cache, 'packaging');
const ownFiles = join(root, 'script', 'native');

/** Sources are 7 GB, and 1 GB packed; a build with V8 adds 6 GB. */
const neededBytes = 15 * 2 ** 30;

/** apt with package lists of its own: it finds source packages without root and without a change to the machine. */
async function apt(...args: string[]): Promise<void> {
  const lists = join(cache, 'apt');
  mkdirSync(join(lists, 'lists', 'partial'), { recursive: true });
  mkdirSync(join(lists, 'archives', 'partial'), { recursive: true });
  mkdirSync(downloads, { recursive: true });
  const sourcesList = join(lists, 'sources.list');
  writeFileSync(
    sourcesList,
    'deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian bookworm main\n'
  );
  const options = [
    `Dir::Etc::sourcelist=${sourcesList}`,
    'Dir::Etc::sourceparts=/dev/null',
    `Dir::State::lists=${join(lists, 'lists')}`,
    `Dir::Cache=${lists}`,
    'APT::Sandbox::User=root'
  ];
  await must('apt-get', [...options.flatMap((option) => ['-o', option]), '-qq', ...args], { cwd: downloads });
}

/** The size of what has been downloaded so far, in MB. */
function downloadedMB(): number {
  const bytes = readdirSync(downloads).reduce((sum, name) => sum + statSync(join(downloads, name)).size, 0);
  return Math.round(bytes / 1e6);
}

const tarball = (kind: 'orig' | 'debian'): string =>
  join(downloads, `chromium_${kind === 'orig' ? chromiumVersion : debianVersion}.${kind}.tar.xz`);

async function download(): Promise<void> {
  const { bavail, bsize } = statfsSync(cache);
  if (bavail * bsize < neededBytes) {
    throw new Error(
      `${cache} needs ${neededBytes / 2 ** 30} GB, ${Math.floor((bavail * bsize) / 2 ** 30)} GB are free; ` +
        'ELECTRON_PORTS_NATIVE_CACHE can name another folder'
    );
  }
  await apt('update');
  const progress = new Progress();
  const timer = setInterval(() => progress.update(`downloading Chromium: ${downloadedMB()} of 950 MB`), 1000);
  try {
    await apt('source', '--download-only', `chromium=${debianVersion}`);
  } finally {
    clearInterval(timer);
    progress.end();
  }
}

/** Debian's patches, in order. Their sum is fixed with `debianVersion`, so one that does not apply is an error. */
async function patch(tree: string): Promise<void> {
  const folder = join(packaging, 'debian', 'patches');
  const series = readFileSync(join(folder, 'series'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#') && !unwantedPatches.test(line))
    .map((line) => join(folder, line));
  const progress = new Progress();
  for (const [i, file] of [...series, join(ownFiles, 'chromium-trim.patch')].entries()) {
    progress.update(`patching: ${i + 1} of ${series.length + 1}`);
    await must('patch', ['-p1', '--no-backup-if-mismatch', '-i', file], { cwd: tree });
  }
  progress.end();
}

/** The system's libraries in place of those that Debian takes out of the tarball, and of ICU (450 files). */
async function useSystemLibraries(tree: string): Promise<void> {
  await must('python3', ['-B', join(packaging, 'debian', 'scripts', 'unbundle')], { cwd: tree });
  const icu = join(tree, 'third_party', 'icu', 'BUILD.gn');
  rmSync(icu);
  symlinkSync('../../build/linux/unbundle/icu.gn', icu);
}

/** bindgen from Debian's packaging (Debian 12's own is too old), and a pkg-config that forgives what is not built. */
async function installTools(tree: string): Promise<void> {
  const tools = join(tree, additions);
  const folder = join(packaging, 'debian', 'bindgen');
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch;
  const deb = readdirSync(folder).find((name) => name.endsWith(`_${architecture}.deb`));
  if (!deb) throw new Error(`Debian's packaging has no bindgen for ${architecture}`);
  mkdirSync(tools);
  await must('dpkg-deb', ['-x', join(folder, deb), join(tools, 'bindgen')]);
  copyFileSync(join(ownFiles, 'pkg-config.sh'), join(tools, 'pkg-config'));
}

/** Makes the sources, unless they are there. What an interrupted run left is thrown away: all of it takes minutes. */
export async function prepareSources(): Promise<void> {
  if (isPrepared()) return;
  const partial = `${src}.partial`;
  mkdirSync(cache, { recursive: true });
  if (!existsSync(tarball('orig')) || !existsSync(tarball('debian'))) await download();
  say('unpacking Chromium (6.5 GB, about a minute)');
  for (const folder of [partial, packaging]) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
  }
  const unpack = ['--use-compress-program', 'xz -T0 -d', '-x'];
  await must('tar', [...unpack, '-C', packaging, '-f', tarball('debian')]);
  await must('tar', [...unpack, '-C', partial, '--strip-components=1', '-f', tarball('orig')]);
  await patch(partial);
  await useSystemLibraries(partial);
  await installTools(partial);
  writeFileSync(join(partial, additions, 'version'), `${debianVersion}\n`);
  renameSync(partial, src);
  for (const folder of [downloads, packaging]) rmSync(folder, { recursive: true, force: true });
}
