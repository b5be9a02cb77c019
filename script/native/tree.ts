// What is built: a small file beside the build says so, so that `npm test` can tell without starting anything.

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { argsOf } from './configure';
import { cache, outOf, sourceVersion } from './layout';
import { gnVersion } from './pins';

import type { Flavour } from './layout';

/** `mojo` has no V8; `v8` is all of the unit tests; `node` runs the specs in the fork's main process without Chromium. */
export const stages = ['mojo', 'v8', 'node'] as const;
export type Stage = (typeof stages)[number];

const recordOf = (flavour: Flavour): string => join(outOf(flavour), 'electron-ports-stages.json');

/** What a build depends on besides the files that ninja watches: when it changes, everything is compiled again. */
const recipeOf = (flavour: Flavour): string => JSON.stringify({ sourceVersion, gnVersion, args: argsOf(flavour) });

interface Built {
  recipe: string;
  stages: Stage[];
}

/** The stages whose Chromium part is complete. Those of another recipe do not count. */
export function builtStages(flavour: Flavour): Stage[] {
  const record = recordOf(flavour);
  if (!existsSync(record)) return [];
  try {
    const built = JSON.parse(readFileSync(record, 'utf8')) as Built;
    return built.recipe === recipeOf(flavour) ? stages.filter((stage) => built.stages.includes(stage)) : [];
  } catch {
    return [];
  }
}

export function markBuilt(flavour: Flavour, stage: Stage): void {
  const built: Built = { recipe: recipeOf(flavour), stages: [...new Set([...builtStages(flavour), stage])] };
  writeFileSync(recordOf(flavour), JSON.stringify(built));
}

/** The process that builds or tests in the cache now, other than this one. */
export function otherUser(): number | undefined {
  let pid: number;
  try {
    pid = Number(readFileSync(lock, 'utf8'));
    process.kill(pid, 0);
  } catch (error) {
    // A process of another user exists, though it may not be signalled.
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? pid! : undefined;
  }
  return pid === process.pid ? undefined : pid;
}

const lock = join(cache, 'lock');

/** Keeps other runs away until this process ends. Throws when there is one. */
export function lockTree(): void {
  mkdirSync(dirname(lock), { recursive: true });
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      process.on('exit', () => rmSync(lock, { force: true }));
      return;
    } catch {
      const pid = otherUser();
      if (pid !== undefined) throw new Error(`process ${pid} uses the native tree (${lock})`);
      rmSync(lock, { force: true });
    }
  }
  throw new Error(`could not take ${lock}`);
}
