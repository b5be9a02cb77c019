import { cpus, loadavg, release, totalmem, type } from 'node:os';

import type { Browser } from 'puppeteer-core';

/** What a result says of where it was measured. */
export interface Machine {
  /** ISO 8601. */
  date: string;
  cpu: string;
  cores: number;
  memoryGiB: number;
  system: string;
  node: string;
  chromium: string;
  /** The load average of the last minute, before the measuring began. */
  loadBefore: number;
}

export async function describeMachine(browser: Browser, loadBefore: number): Promise<Machine> {
  const processors = cpus();
  return {
    date: new Date().toISOString(),
    cpu: processors[0].model,
    cores: processors.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.version,
    chromium: await browser.version(),
    loadBefore
  };
}

export const loadNow = (): number => loadavg()[0];
