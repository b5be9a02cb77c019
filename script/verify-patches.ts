// `npm run verify:patches`: checks patches/, and, given the trees, that they apply there without fuzz and that shell/
// finds what it includes. Prints every file of upstream that is touched, with the lines that it costs.

import { program } from 'commander';

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

import { files } from './tools';
import { applyTo } from './verify-patches/apply';
import { findMissingIncludes } from './verify-patches/includes';
import { readPatchSet } from './verify-patches/patch-set';

/** Added and removed lines of upstream over all patches: the price of every rebase. */
const maxTouched = 300;

interface Options {
  electron?: string;
  chromium?: string;
}

const { electron, chromium } = program
  .name('npm run verify:patches --')
  .option('--electron <dir>', 'a checkout of Electron at the version that the patches are for, as released')
  .option('--chromium <dir>', 'its Chromium: the folder `src` of a gclient checkout')
  .parse()
  .opts<Options>();

const { dirs, problems } = readPatchSet();

/** What has this name in a checkout would be found instead of ours, or ours instead of it. */
function findShadowed(tree: string): string[] {
  return files('shell', /\.(cc|h)$/)
    .filter((path) => existsSync(resolve(tree, path)))
    .map((path) => `${path}: Electron has a file of that name`);
}

const trees: Record<string, string | undefined> = { 'src/electron': electron, src: chromium };
let touched = 0;
for (const dir of dirs) {
  for (const { path, changes } of dir.patches) {
    console.log(path);
    for (const change of changes) {
      touched += change.added + change.removed;
      console.log(`  ${`+${change.added} -${change.removed}`.padStart(9)}  ${dir.repo}/${change.path}`);
    }
  }
  const tree = trees[dir.repo];
  if (!(dir.repo in trees)) problems.push(`patches/config.json: ${dir.repo} can't be given to this check`);
  if (tree === undefined) {
    console.log(`skipped: applying to ${dir.repo}: it was not given`);
    continue;
  }
  const { problems: unapplied, moved } = applyTo(resolve(tree), dir);
  problems.push(...unapplied);
  for (const line of moved) console.log(line);
}
if (electron) problems.push(...findShadowed(electron));
if (electron && chromium) problems.push(...findMissingIncludes(resolve(electron), resolve(chromium)));
else console.log('skipped: what shell/ includes: needs --electron and --chromium');
if (touched > maxTouched) problems.push(`patches/: touch ${touched} lines of upstream; the limit is ${maxTouched}`);

for (const problem of problems) console.log(`failed: ${problem}`);
const patches = dirs.flatMap((dir) => dir.patches);
const touchedFiles = new Set(
  dirs.flatMap((dir) => dir.patches.flatMap(({ changes }) => changes.map(({ path }) => dir.repo + path)))
);
console.log(
  `${patches.length} patches touch ${touched} lines in ${touchedFiles.size} files of upstream; ${problems.length} problems`
);
process.exitCode = problems.length === 0 ? 0 : 1;
