// `npm run verify:patches`: checks patches/, and, given the trees, that they apply there without fuzz and that shell/
// finds what it includes. Prints every file of upstream that is touched, with the lines that it costs, and for each patch
// the trees it applies to.

import { program } from 'commander';

import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';

import { files } from './tools';
import { applyTo } from './verify-patches/apply';
import { findMissingIncludes } from './verify-patches/includes';
import { findSameObjects } from './verify-patches/object-names';
import { readPatchSet } from './verify-patches/patch-set';

/** Added and removed lines of upstream over all patches: the price of every rebase. */
const maxTouched = 300;

interface Options {
  electron: string[];
  chromium?: string;
}

const { electron: electrons, chromium } = program
  .name('npm run verify:patches --')
  .option('--electron <dir...>', 'checkouts of Electron without the patches: the version they are for, and others', [])
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

const trees: Record<string, string[]> = { 'src/electron': electrons, src: chromium ? [chromium] : [] };
/** By patch and the name of the tree's folder: whether it applies. */
const table: Record<string, Record<string, string>> = {};
let touched = 0;
for (const dir of dirs) {
  for (const { path, changes } of dir.patches) {
    console.log(path);
    for (const change of changes) {
      touched += change.added + change.removed;
      console.log(`  ${`+${change.added} -${change.removed}`.padStart(9)}  ${dir.repo}/${change.path}`);
    }
  }
  if (!(dir.repo in trees)) problems.push(`patches/config.json: ${dir.repo} can't be given to this check`);
  if (!trees[dir.repo]?.length) console.log(`skipped: applying to ${dir.repo}: it was not given`);
  for (const tree of trees[dir.repo] ?? []) {
    const version = basename(resolve(tree));
    for (const { patch, problems: unapplied, moved } of applyTo(resolve(tree), dir)) {
      problems.push(...unapplied.map((problem) => `${version}: ${problem}`));
      for (const line of moved) console.log(`${version}: ${line}`);
      const verdict = moved.length > 0 ? `${moved.length} hunks moved` : 'applies';
      (table[patch] ??= {})[version] = unapplied.length > 0 ? 'FAILS' : verdict;
    }
  }
}
for (const electron of electrons) problems.push(...findShadowed(electron), ...findSameObjects(electron));
if (electrons[0] && chromium) problems.push(...findMissingIncludes(resolve(electrons[0]), resolve(chromium)));
else console.log('skipped: what shell/ includes: needs --electron and --chromium');
if (touched > maxTouched) problems.push(`patches/: touch ${touched} lines of upstream; the limit is ${maxTouched}`);
if (electrons.length > 0) console.table(table);

for (const problem of problems) console.log(`failed: ${problem}`);
const patches = dirs.flatMap((dir) => dir.patches);
const touchedFiles = new Set(
  dirs.flatMap((dir) => dir.patches.flatMap(({ changes }) => changes.map(({ path }) => dir.repo + path)))
);
console.log(
  `${patches.length} patches touch ${touched} lines in ${touchedFiles.size} files of upstream; ${problems.length} problems`
);
process.exitCode = problems.length === 0 ? 0 : 1;
