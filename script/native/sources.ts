// Chromium's sources from Debian's source package, patched as Debian builds them on Debian 12, less what is not for
// this machine, plus a patch of ours that keeps what no test here uses out of the build.

import {
  copyFileSync,
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

import { applyPatches, prepareElectron } from './electron';
import { must } from './execute';
import { additions, cache, gnOptions, isPrepared, sourceVersion, src, trimPatch } from './layout';
import { prepareNode } from './node-sources';
import { chromiumVersion, debianVersion, gnVersion, llvm, nodePackages, unwantedPatches } from './pins';
import { Progress, say } from './report';

const downloads = join(cache, 'downloads');
const packaging = join(cache, 'packaging');

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

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
    ['bookworm', 'trixie', 'forky', 'sid']
      .map((suite) => `deb-src [signed-by=${keyring}] http://deb.debian.org/debian ${suite} main\n`)
      .join('')
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
  const sizes = readdirSync(downloads).map((name) => statSync(join(downloads, name), { throwIfNoEntry: false })?.size);
  const bytes = sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
  return Math.round(bytes / 1e6);
}

const chromiumTarball = join(downloads, `chromium_${chromiumVersion}.orig.tar.xz`);
const packagingTarball = join(downloads, `chromium_${debianVersion}.debian.tar.xz`);
const gnTarball = join(downloads, `generate-ninja_${gnVersion.replace(/-[^-]*$/, '')}.orig.tar.gz`);

/** Fetches the tarballs, or what is missing of them; apt checks their sums also when they are there. */
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
  const timer = setInterval(() => progress.update(`downloading Chromium: ${downloadedMB()} of about 950 MB`), 1000);
  try {
    await apt('source', '--download-only', `chromium=${debianVersion}`);
    await apt('source', '--download-only', '--tar-only', `generate-ninja=${gnVersion}`);
    for (const [name, version] of Object.entries(nodePackages)) {
      // Some have more tarballs than are asked for here, and not each of those can be had: node-sources.ts says what lacks.
      await apt('source', '--download-only', '--tar-only', `${name}=${version}`).catch(() => {});
    }
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
  for (const [i, file] of [...series, trimPatch].entries()) {
    progress.update(`patching: ${i + 1} of ${series.length + 1}`);
    await must('patch', ['-p1', '--no-backup-if-mismatch', '-i', file], { cwd: tree });
  }
  progress.end();
}

/** The system's libraries in place of those that Debian takes out of the tarball, and of ICU (450 files). */
async function useSystemLibraries(tree: string): Promise<void> {
  await must('python3', ['-B', join(packaging, 'debian', 'scripts', 'unbundle')], { cwd: tree });
  const icu = join(tree, 'third_party', 'icu');
  // Chromium's headers would be found before the system's.
  rmSync(join(icu, 'source'), { recursive: true });
  rmSync(join(icu, 'BUILD.gn'));
  symlinkSync('../../build/linux/unbundle/icu.gn', join(icu, 'BUILD.gn'));
}

/** bindgen from Debian's packaging: Debian 12's own is too old. */
async function installBindgen(tree: string): Promise<void> {
  const tools = join(tree, additions);
  const folder = join(packaging, 'debian', 'bindgen');
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch;
  const deb = readdirSync(folder).find((name) => name.endsWith(`_${architecture}.deb`));
  if (!deb) throw new Error(`Debian's packaging has no bindgen for ${architecture}`);
  mkdirSync(tools);
  await must('dpkg-deb', ['-x', join(folder, deb), join(tools, 'bindgen')]);
}

/** GN, in two minutes: Debian 12's own has no --root-pattern, and would read and generate all of Chromium. */
async function buildGn(tree: string): Promise<void> {
  const folder = join(cache, 'gn');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'out'), { recursive: true });
  await must('tar', ['-xf', gnTarball, '-C', folder, '--strip-components=1']);
  // gen.py would ask git for these.
  const position = '#define LAST_COMMIT_POSITION_NUM 0\n#define LAST_COMMIT_POSITION "Debian"\n';
  writeFileSync(join(folder, 'out', 'last_commit_position.h'), position);
  const compiler = `clang++-${llvm}`;
  const env = { CXX: compiler, LD: compiler, CXXFLAGS: '-stdlib=libc++', LDFLAGS: '-stdlib=libc++ -fuse-ld=lld' };
  const options = ['--no-last-commit-position', '--allow-warnings'];
  await must('python3', ['build/gen.py', ...options], { cwd: folder, env });
  const progress = new Progress();
  await must('ninja', ['-C', 'out', 'gn'], {
    cwd: folder,
    env,
    onLine: (line) => progress.update(`building gn: ${line.slice(0, 100)}`)
  });
  progress.end();
  copyFileSync(join(folder, 'out', 'gn'), join(tree, additions, 'gn'));
  rmSync(folder, { recursive: true });
}

/** Node's build asks GN for the arguments of its own, by a plain `gn`. */
function provideGn(tree: string): void {
  const command = [join(src, additions, 'gn'), '"$@"', ...gnOptions].join(' ');
  mkdirSync(join(tree, additions, 'bin'));
  writeFileSync(join(tree, additions, 'bin', 'gn'), `#!/bin/sh\nexec ${command}\n`, { mode: 0o755 });
}

/** Makes the sources, unless they are there. What an interrupted run left is thrown away: all of it takes minutes. */
export async function prepareSources(): Promise<void> {
  if (isPrepared()) return;
  const partial = `${src}.partial`;
  mkdirSync(cache, { recursive: true });
  await download();
  say('unpacking Chromium (6.5 GB, about a minute)');
  for (const folder of [partial, packaging]) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
  }
  const unpack = ['--use-compress-program', 'xz -T0 -d', '-x'];
  await must('tar', [...unpack, '-C', packaging, '-f', packagingTarball]);
  await must('tar', [...unpack, '-C', partial, '--strip-components=1', '-f', chromiumTarball]);
  await patch(partial);
  await useSystemLibraries(partial);
  const electron = join(partial, 'electron');
  await prepareElectron(electron);
  await applyPatches(partial, electron);
  await prepareNode(join(partial, 'third_party', 'electron_node'), partial, electron, downloads, join(cache, 'node'));
  await installBindgen(partial);
  await buildGn(partial);
  provideGn(partial);
  writeFileSync(join(partial, additions, 'version'), `${sourceVersion}\n`);
  rmSync(src, { recursive: true, force: true });
  renameSync(partial, src);
  for (const folder of [downloads, packaging]) rmSync(folder, { recursive: true, force: true });
}
