import { app } from 'electron/main';

import { writeFileSync } from 'node:fs';

import { connectPuppeteer, launchChromium } from '../../runtime/main/chromium/launch';
import { describeMachine, loadNow } from './machine';

import type { ComparisonResult } from './comparison';
import type { Machine } from './machine';
import type { Browser } from 'puppeteer-core';

/** What a benchmark's main script hands to script/bench.ts. */
export interface Report {
  name: string;
  title: string;
  machine: Machine;
  comparisons: ComparisonResult[];
  /** What was checked, so that the figures mean what they say. */
  checked: string[];
}

export interface BenchmarkContext {
  /** A Chromium like the runtime's, started in the same way, without anything of the runtime in it. */
  browser: Browser;
  /** How many rounds count. */
  rounds: number;
  /** Notes that something holds, or throws. */
  check(what: string, holds: boolean): void;
}

type Measure = (context: BenchmarkContext) => Promise<ComparisonResult[]>;

/** Runs a benchmark as an app's main script: `main.cjs ROUNDS FILE` writes its report to FILE, and ends the app. */
export function runBenchmark(name: string, title: string, measure: Measure) {
  run(name, title, measure).catch((error) => {
    console.error(error);
    app.exit(1);
  });
}

async function run(name: string, title: string, measure: Measure): Promise<void> {
  const [rounds, file] = process.argv.slice(-2);
  const checked: string[] = [];
  app.on('window-all-closed', () => {});
  const load = loadNow();
  await app.whenReady();
  const chromium = await launchChromium(connectPuppeteer, { headless: true });
  try {
    const machine = describeMachine(await chromium.client.version(), load);
    const comparisons = await measure({
      browser: chromium.client,
      rounds: Number(rounds),
      check(what, holds) {
        if (!holds) throw new Error(`Not so: ${what}`);
        checked.push(what);
      }
    });
    writeFileSync(file, JSON.stringify({ name, title, machine, comparisons, checked } satisfies Report));
  } finally {
    await chromium.close();
  }
  app.exit(0);
}
