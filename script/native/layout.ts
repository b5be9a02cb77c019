// Where the native tree is: in a cache outside the repository, or in the checkout that CHROMIUM_SRC names.

import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

import { root } from '../tools';
import { chromiumVersion, debianVersion, electronVersion, nodeModules, nodePackages, unwantedPatches } from './pins';

const { CHROMIUM_SRC, ELECTRON_PORTS_NATIVE_CACHE } = process.env;

/** Holds what is downloaded and, without CHROMIUM_SRC, the sources and their build. */
export const cache = resolve(
  ELECTRON_PORTS_NATIVE_CACHE || join(homedir(), '.cache', 'electron-ports', `chromium-${chromiumVersion}`)
);

export const src = CHROMIUM_SRC ? resolve(CHROMIUM_SRC) : join(cache, 'src');

/** How the tree is built: `plain`, or `asan` with AddressSanitizer and libFuzzer, each in an out dir of its own. */
export const flavours = ['plain', 'asan'] as const;
export type Flavour = (typeof flavours)[number];
export const outOf = (flavour: Flavour): string =>
  join(src, 'out', flavour === 'plain' ? 'electron-ports' : `electron-ports-${flavour}`);

/** How Chromium sees this repository: as //electron_ports. */
export const link = join(src, 'electron_ports');

/** What sources.ts adds to Debian's sources: tools, and the file that says that they are complete. */
export const additions = '.electron-ports';
export const tools = join(src, additions);

/** Whether the tree is one that `gclient sync` made: it then brings its own clang, gn, ninja and Rust. */
export const isCheckout = existsSync(join(src, 'third_party', 'llvm-build', 'Release+Asserts', 'bin', 'clang'));

/** Whether it is a fork's: that has all that Blink's own wire needs, and is what ships. */
export const isFork = isCheckout && existsSync(join(src, 'electron', 'BUILD.gn'));

/** What keeps the parts out of Debian's sources that no test here uses. */
export const trimPatch = join(root, 'script', 'native', 'chromium-trim.patch');

/** What the fork changes of Chromium itself. */
export const chromiumPatches = join(root, 'patches', 'chromium');

/** GN files of Node's dependencies, and what is changed in Node. */
export const nodeRecipes = join(root, 'script', 'native', 'node');

/** Reads and generates only what the tests need: a thousand targets, where all of Chromium would be thirty thousand. */
export const gnOptions = [
  `--root=${src}`,
  '--root-target=//electron_ports:native',
  '--root-pattern=//electron_ports:native',
  // Debian's own Python: another one may come first in PATH.
  ...(isCheckout ? [] : ['--script-executable=/usr/bin/python3'])
];

/** What Debian's sources are changed by, besides Debian itself. */
function recipe(): string {
  const hash = createHash('sha256').update(unwantedPatches.source);
  const recipes = [chromiumPatches, nodeRecipes].flatMap((folder) =>
    readdirSync(folder)
      .sort()
      .map((name) => join(folder, name))
  );
  for (const file of [trimPatch, ...recipes]) hash.update(readFileSync(file));
  return hash
    .update(JSON.stringify([electronVersion, nodePackages, nodeModules]))
    .digest('hex')
    .slice(0, 12);
}

/** What the sources are: a checkout, which is its owner's business, or Debian's with Electron's patches and ours. */
export const sourceVersion = isCheckout ? 'checkout' : `${debianVersion} ${recipe()}`;

/** Whether the sources are Debian's, unpacked and patched by sources.ts as it is now. */
export function isPrepared(): boolean {
  const file = join(tools, 'version');
  return existsSync(file) && readFileSync(file, 'utf8').trim() === sourceVersion;
}

/** Why `CHROMIUM_SRC` cannot be used, if it is set and cannot. */
export function whyUnusable(): string | undefined {
  if (!CHROMIUM_SRC || isCheckout || isPrepared()) return undefined;
  if (!existsSync(join(src, 'chrome', 'VERSION'))) return `CHROMIUM_SRC: there is no Chromium in ${src}`;
  return `CHROMIUM_SRC: ${src} has no toolchain (third_party/llvm-build); run \`gclient runhooks\` there, or unset it`;
}
