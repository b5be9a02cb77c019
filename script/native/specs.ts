// Runs the specs in the fork's main process without Chromium, and counts.

import { join } from 'node:path';

import { root } from '../tools';
import { execute } from './execute';

import type { Flavour } from './layout';
import type { Counts } from './unittests';

const summary = /^(\d+) passed, (\d+) failed, (\d+) skipped$/;

/**
 * @param flavour of which build
 * @param pattern only the specs whose title matches
 * @throws when the suite ended without saying what it ran
 */
export async function runSpecs(flavour: Flavour, pattern?: string): Promise<Counts> {
  let last = '';
  const args = [join(root, 'script', 'run.mjs'), 'spec', '--native'];
  if (flavour === 'asan') args.push('--asan');
  if (pattern) args.push('--grep', pattern);
  await execute(process.execPath, args, {
    cwd: root,
    onLine: (line) => {
      console.log(line);
      if (summary.test(line)) last = line;
    }
  });
  const [passed, failed, skipped] = summary.exec(last)?.slice(1).map(Number) ?? [];
  if (passed === undefined) throw new Error('the specs ended without a summary');
  return { passed, failed, skipped };
}
