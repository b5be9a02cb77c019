// Applies patches to copies of the files that they touch: the tree itself is only read.

import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { root } from '../tools';

import type { PatchDir } from './patch-set';

/** What became of one patch in one tree. */
export interface Outcome {
  /** The path of the patch. */
  patch: string;
  problems: string[];
  /** Hunks that fit, but on other lines than the patch says. */
  moved: string[];
}

/** @param tree a checkout of the repository that `dir` is for */
export function applyTo(tree: string, dir: PatchDir): Outcome[] {
  const copy = mkdtempSync(join(tmpdir(), 'verify-patches-'));
  try {
    const outcomes: Outcome[] = [];
    for (const path of new Set(dir.patches.flatMap(({ changes }) => changes.map((change) => change.path)))) {
      if (!existsSync(join(tree, path))) continue; // git says so, and for which patch.
      mkdirSync(dirname(join(copy, path)), { recursive: true });
      copyFileSync(join(tree, path), join(copy, path));
    }
    for (const patch of dir.patches) {
      const outcome: Outcome = { patch: patch.path, problems: [], moved: [] };
      outcomes.push(outcome);
      // git apply knows no fuzz: the context has to be there word for word. Without the ceiling it would take a
      // repository above the temporary folder for the one to work in.
      const { status, stderr } = spawnSync('git', ['apply', '--verbose', join(root, patch.path)], {
        cwd: copy,
        encoding: 'utf8',
        env: { ...process.env, GIT_CEILING_DIRECTORIES: dirname(copy), LC_ALL: 'C' }
      });
      const lines = stderr.split('\n');
      if (status !== 0) {
        const errors = lines.flatMap((line) => /^error: (?!while searching for:)(.*)$/.exec(line)?.[1] ?? []);
        outcome.problems.push(...(errors.length > 0 ? errors : [stderr]).map((error) => `${patch.path}: ${error}`));
      }
      let path = '';
      for (const line of lines) {
        path = /^Checking patch (.+)\.\.\.$/.exec(line)?.[1] ?? path;
        const hunk = /^Hunk #\d+ succeeded at .*$/.exec(line)?.[0];
        if (hunk) outcome.moved.push(`${patch.path}: ${path}: ${hunk}`);
      }
    }
    return outcomes;
  } finally {
    rmSync(copy, { recursive: true });
  }
}
