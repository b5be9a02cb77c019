// Runs a unit test binary and counts.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { execute } from './execute';
import { outOf } from './layout';
import { sanitizerEnvironment } from './sanitizer';

import type { Flavour } from './layout';

export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** The part of the test launcher's summary that is read here. A test that was run again has several results. */
interface Summary {
  per_iteration_data: Record<string, { status: string }[]>[];
}

function count(summaryFile: string): Counts {
  const summary = JSON.parse(readFileSync(summaryFile, 'utf8')) as Summary;
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const [name, results] of summary.per_iteration_data.flatMap((iteration) => Object.entries(iteration))) {
    const status = results.at(-1)?.status ?? 'no result';
    const outcome = status === 'SUCCESS' ? 'passed' : status === 'SKIPPED' ? 'skipped' : 'failed';
    counts[outcome]++;
    if (outcome === 'failed') console.log(`failed: ${name}: ${status}`);
  }
  return counts;
}

/**
 * Runs the tests of a binary. Its output is shown at the end: others may run beside it.
 * @param flavour in whose out dir it is
 * @param jobs how many tests at once
 * @param filter as of `--gtest_filter`
 * @throws when the binary ended without saying what it ran
 */
export async function runTests(flavour: Flavour, binary: string, jobs: number, filter?: string): Promise<Counts> {
  const folder = mkdtempSync(join(tmpdir(), 'electron-ports-native-'));
  const summaryFile = join(folder, 'summary.json');
  // A test that fails once has failed: no retries.
  const args = [
    `--test-launcher-summary-output=${summaryFile}`,
    '--test-launcher-retry-limit=0',
    `--test-launcher-jobs=${jobs}`
  ];
  if (filter) args.push(`--gtest_filter=${filter}`);
  try {
    const lines: string[] = [];
    const status = await execute(join(outOf(flavour), binary), args, {
      env: sanitizerEnvironment(flavour),
      onLine: (line) => lines.push(line)
    }).finally(() => console.log(lines.join('\n')));
    const counts = count(summaryFile);
    return status === 0 ? counts : { ...counts, failed: Math.max(counts.failed, 1) };
  } catch (error) {
    throw new Error(`${binary} ended without a summary`, { cause: error });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
