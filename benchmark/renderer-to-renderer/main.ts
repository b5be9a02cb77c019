// Round trips between two renderers: over a direct port that main handed out, through main, and over a channel of two
// windows of a bare Chromium.

import { BrowserWindow, ipcMain, MessageChannelMain } from 'electron/main';

import { once } from 'node:events';
import { join } from 'node:path';

import { Comparison } from '../lib/comparison';
import { servePage } from '../lib/page-server';
import { payloadSizes } from '../lib/payloads';
import { runBenchmark } from '../lib/run';

import type { BenchmarkContext } from '../lib/run';
import type { PageFunctions } from './page';
import type { Page } from 'puppeteer-core';

type Measure = (...args: Parameters<PageFunctions['measure']>) => Promise<number[]>;

const pageServer = servePage(join(__dirname, 'page.js'));

async function openWindow(url: string): Promise<BrowserWindow> {
  const window = new BrowserWindow({ show: false, webPreferences: { nodeIntegration: true, contextIsolation: false } });
  await window.loadURL(url);
  return window;
}

/** Two windows of the runtime, with a direct port and a relay between them. */
async function openRuntimeWindows({ check }: BenchmarkContext): Promise<Measure> {
  const server = await pageServer;
  const near = await openWindow(server.url('127.0.0.1'));
  const far = await openWindow(server.url('localhost'));
  ipcMain.on('question', (_, message) => far.webContents.send('question', message));
  ipcMain.on('reply', (_, message) => near.webContents.send('reply', message));
  const { port1, port2 } = new MessageChannelMain();
  const ready = once(ipcMain, 'ready');
  far.webContents.postMessage('answer', null, [port2]);
  near.webContents.postMessage('measure', null, [port1]);
  await ready;
  const [one, other] = [near, far].map((window) => window.webContents.getOSProcessId());
  check("the two windows' processes are two", one !== 0 && other !== 0 && one !== other);
  check('the clock of the measuring window is fine', await near.webContents.executeJavaScript('isIsolated()'));
  return (...args) => near.webContents.executeJavaScript(`measure(...${JSON.stringify(args)})`);
}

interface Trace {
  traceEvents: {
    name: string;
    args: { data?: { frames?: { isOutermostMainFrame?: boolean; processId?: number }[] } };
  }[];
}

/** A trace begins with the processes of the page's frames. */
async function pidOf(page: Page): Promise<number | undefined> {
  await page.tracing.start({ categories: ['disabled-by-default-devtools.timeline'] });
  const { traceEvents } = JSON.parse(Buffer.from((await page.tracing.stop())!).toString()) as Trace;
  const frames = traceEvents.find(({ name }) => name === 'TracingStartedInBrowser')?.args.data?.frames;
  return frames?.find(({ isOutermostMainFrame }) => isOutermostMainFrame)?.processId;
}

/** The same two pages, the second opened by the first, without anything of the runtime. */
async function openBareWindows({ browser, check }: BenchmarkContext): Promise<Measure> {
  const server = await pageServer;
  const near = await browser.newPage();
  await near.goto(server.url('127.0.0.1'));
  const opened = new Promise<Page>((resolve) => near.once('popup', (page) => resolve(page!)));
  await near.evaluate((url) => (globalThis as unknown as PageFunctions).openOther(url), server.url('localhost'));
  const [one, other] = [await pidOf(near), await pidOf(await opened)];
  check("the two bare windows' processes are two", Boolean(one && other) && one !== other);
  check(
    'the clock of the measuring bare window is fine',
    await near.evaluate(() => (globalThis as unknown as PageFunctions).isIsolated())
  );
  return (...args) => near.evaluate((args) => (globalThis as unknown as PageFunctions).measure(...args), args);
}

runBenchmark('renderer-to-renderer', 'Renderer to renderer', async (context) => {
  const measureRuntime = await openRuntimeWindows(context);
  const measureBare = await openBareWindows(context);
  const comparison = new Comparison({
    title: 'Round trip',
    unit: 'ms',
    sides: ['direct', 'bare', 'relay'],
    targets: [
      { side: 'direct', than: 'bare', atMost: 1.1 },
      { side: 'direct', than: 'relay', atLeast: 5 }
    ]
  });
  for (const { name, bytes, trips } of payloadSizes) {
    await comparison.run(name, context.rounds, (side) =>
      (side === 'bare' ? measureBare : measureRuntime)(side, bytes, trips)
    );
  }
  (await pageServer).close();
  return [comparison.result()];
});
