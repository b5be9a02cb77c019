// What runs: a main script on the stock runtime tells what its objects have.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

import { root } from '../tools';

export interface Shape {
  /** `Function.length`, of a function. */
  length?: number;
  /** Its parameters end with `...rest`, which `length` says nothing of. */
  hasRest?: boolean;
  isClass?: boolean;
}

/** By owner, as in `Member`, and by name. */
export type RunningApi = Record<string, Record<string, Shape>>;

export function runningApi(): RunningApi {
  const { stdout, status, error } = spawnSync(
    process.execPath,
    [join(root, 'script', 'run.mjs'), 'electron', join(root, 'script', 'check-api', 'main.cjs')],
    { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }
  );
  const json = stdout?.split('\n').find((line) => line.startsWith('{'));
  if (status !== 0 || !json) throw new Error(`the main script ended with ${error ?? status} before it told its API`);
  return JSON.parse(json) as RunningApi;
}
