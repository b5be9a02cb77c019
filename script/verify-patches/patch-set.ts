// All of patches/, as patches/config.json names it.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { root } from '../tools';
import { readPatchFile } from './patch-file';

import type { FileChange } from './patch-file';

/** The folder under which a checkout has this repository. */
const overlay = 'src/electron_ports/';

export interface Patch {
  /** Relative to this repository. */
  path: string;
  changes: FileChange[];
}

export interface PatchDir {
  /** The repository that it is for, as gclient has it: `src/electron`, `src`. */
  repo: string;
  /** In the order in which they are applied. */
  patches: Patch[];
}

export interface PatchSet {
  dirs: PatchDir[];
  problems: string[];
}

export function readPatchSet(): PatchSet {
  const problems: string[] = [];
  const config: { patch_dir: string; repo: string }[] = JSON.parse(
    readFileSync(join(root, 'patches', 'config.json'), 'utf8')
  );
  const dirs = config.map(({ patch_dir, repo }): PatchDir => {
    const dir = patch_dir.slice(overlay.length);
    if (!patch_dir.startsWith(overlay) || !existsSync(join(root, dir))) {
      problems.push(`patches/config.json: ${patch_dir} is no folder of this repository`);
      return { repo, patches: [] };
    }
    const list = readFileSync(join(root, dir, '.patches'), 'utf8')
      .split('\n')
      .filter(Boolean);
    const present = readdirSync(join(root, dir)).filter((name) => name !== '.patches');
    for (const name of present) {
      if (!list.includes(name)) problems.push(`${dir}/${name}: is not listed in .patches`);
    }
    const patches = list.flatMap((name, i): Patch[] => {
      const path = `${dir}/${name}`;
      if (list.indexOf(name) !== i) problems.push(`${path}: is listed twice in .patches`);
      if (!present.includes(name)) {
        problems.push(`${path}: is listed in .patches and not there`);
        return [];
      }
      const file = readPatchFile(name, readFileSync(join(root, path), 'utf8'));
      problems.push(...file.problems.map((problem) => `${path}: ${problem}`));
      return [{ path, changes: file.changes }];
    });
    return { repo, patches };
  });
  for (const { name } of readdirSync(join(root, 'patches'), { withFileTypes: true })) {
    if (
      !['config.json', 'README.md'].includes(name) &&
      !config.some(({ patch_dir }) => patch_dir === `${overlay}patches/${name}`)
    ) {
      problems.push(`patches/${name}: is not named in patches/config.json`);
    }
  }
  return { dirs, problems };
}
