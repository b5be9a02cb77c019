// Builds the program that `npm run bench -- native` asks for figures.

import { join } from 'node:path';

import { configure } from './configure';
import { outOf } from './layout';
import { build } from './ninja';
import { chromiumVersion } from './pins';
import { builtStages, lockTree } from './tree';

const target = 'electron_ports_benchmark';

/** Whether all that it takes long to build is there. */
export const canBuildBenchmark = (): boolean => builtStages('plain').includes('v8');

/** What is compared, and how it was compiled: both sides alike. */
export const benchmarkBuild = `Chromium ${chromiumVersion}, optimized, with DCHECKs`;

/** @returns the path of the program */
export async function buildBenchmark(): Promise<string> {
  if (!canBuildBenchmark()) throw new Error('native tree not built (npm run native)');
  lockTree();
  await configure('plain');
  await build('plain', 'building (benchmark)', [`electron_ports:${target}`]);
  return join(outOf('plain'), target);
}
