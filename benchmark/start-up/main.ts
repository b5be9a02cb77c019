// How long it takes to start: an app until its first message between renderers, a window until it answers.

import { BrowserWindow } from 'electron/main';

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';

import { before } from '../lib/before';
import { Comparison } from '../lib/comparison';
import { runBenchmark } from '../lib/run';
import { sample } from '../lib/sample';

import type { Browser } from 'puppeteer-core';

const windowsPerRound = 5;

/** From `npm start` in a checkout to the first message that arrived at the other renderer. */
async function startApp(cwd: string): Promise<number[]> {
  const from = performance.now();
  const shell = process.platform === 'win32';
  const child = spawn('npm', ['start'], { cwd, stdio: ['ignore', 'pipe', 'inherit'], shell });
  let arrived: number | undefined;
  const closed = once(child, 'close');
  for await (const line of createInterface({ input: child.stdout })) {
    // The example's worker says so when the other renderer's message is there.
    if (/^worker +was asked for/.test(line)) arrived ??= performance.now();
  }
  const [status] = await closed;
  if (status !== 0 || arrived === undefined) throw new Error('npm start failed, or no message arrived in it');
  return [arrived - from];
}

async function openWindows(): Promise<number[]> {
  const windows: BrowserWindow[] = [];
  const loads: Promise<void>[] = [];
  const samples = await sample(async () => {
    const window = new BrowserWindow({
      show: false,
      webPreferences: { nodeIntegration: true, contextIsolation: false }
    });
    windows.push(window);
    const reply = once(window.webContents.ipc, 'reply');
    const load = window.loadURL(
      `data:text/html,<script>
        const { ipcRenderer } = require('electron');
        ipcRenderer.on('request', () => ipcRenderer.send('reply'));
      </script>`
    );
    loads.push(load);
    window.webContents.send('request');
    await reply;
  }, windowsPerRound);
  await Promise.all(loads);
  const closed = windows.map((window) => once(window, 'closed'));
  for (const window of windows) window.destroy();
  await Promise.all(closed);
  return samples;
}

async function openPages(browser: Browser): Promise<number[]> {
  const before = new Set(await browser.pages());
  const samples = await sample(async () => {
    await browser.newPage();
  }, windowsPerRound);
  for (const page of await browser.pages()) if (!before.has(page)) await page.close();
  return samples;
}

runBenchmark('start-up', 'Start-up', async ({ browser, rounds }) => {
  const checkouts = new Map([
    ['npm start', process.cwd()],
    ...(before ? [['before', resolve(before, '..', '..')] as const] : [])
  ]);
  const app = new Comparison({
    title: 'npm start to its first message',
    unit: 'ms',
    sides: [...checkouts.keys()],
    targets: before ? [{ side: 'npm start', than: 'before', atMost: 1.05 }] : []
  });
  const window = new Comparison({
    title: 'A window to its first reply, beside a bare page',
    unit: 'ms',
    sides: ['BrowserWindow', 'newPage']
  });
  await app.run('', rounds, (side) => startApp(checkouts.get(side)!));
  await window.run('', rounds, (side) => (side === 'newPage' ? openPages(browser) : openWindows()));
  return [app.result(), window.result()];
});
