// Electron's own sources and those of ours that its target `electron_lib` compiles with them: GN refuses two that would
// become one object file.

import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

import { root } from '../tools';

/** The strings of a file list in GN, nested lists included. */
function listOf(gni: string, name: string): string[] {
  const [, list = ''] = new RegExp(`\\b${name} = ([^]*?\\])`).exec(gni) ?? [];
  const [, first] = /^(\w+) \+ /.exec(list) ?? [];
  const own = [...list.matchAll(/"(.+?)"/g)].map(([, path]) => path);
  return first ? [...listOf(gni, first), ...own] : own;
}

/** One line for each of ours that has the name of one of Electron's. */
export function findSameObjects(electron: string): string[] {
  const ours = readFileSync(join(root, 'filenames.gni'), 'utf8');
  const replaced = new Set(listOf(ours, 'replaced_electron_sources'));
  const theirs = [...readFileSync(join(electron, 'filenames.gni'), 'utf8').matchAll(/"(shell\/.+?\.cc)"/g)]
    .map(([, path]) => path)
    .filter((path) => !replaced.has(path));
  const byName = new Map(theirs.map((path) => [basename(path), path]));
  return listOf(ours, 'electron_sources')
    .filter((path) => path.endsWith('.cc') && byName.has(basename(path)))
    .map((path) => `${path}: becomes the same object file as Electron's ${byName.get(basename(path))}`);
}
