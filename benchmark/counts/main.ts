// Opens and closes a thousand windows, a hundred thousand ports, ten thousand streams and a thousand workers: when each kind
// is over, nothing of it may be left. `main.cjs DIVISOR FILE` does a DIVISORth of that and writes its report to FILE.

import { app, BrowserWindow, MessageChannelMain } from 'electron/main';

import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

import { countLife } from '../lib/life';
import { describeMachine, loadNow } from '../lib/machine';

import type { Life } from '../lib/life';
import type { Machine } from '../lib/machine';
import type { MessagePort as NodePort } from 'node:worker_threads';

export interface CountsSample extends Life {
  /** What had been done since the last sample. */
  what: string;
  count: number;
  /** Pages, frames and workers of Chromium. */
  targets: number;
  /** Files and folders in the folder for temporary ones. */
  files: number;
  /** What keeps Node.js running. */
  handles: number;
}

export interface CountsReport {
  name: 'counts';
  machine: Machine;
  samples: CountsSample[];
}

const [divisor, file] = [Number(process.argv.at(-2)), process.argv.at(-1)!];

const script = readFileSync(join(__dirname, 'page.js'), 'utf8');
const url = `data:text/html,${encodeURIComponent(`<!doctype html><title>counts</title><script>${script}</script>`)}`;

async function open(): Promise<BrowserWindow> {
  const window = new BrowserWindow({ show: false, webPreferences: { nodeIntegration: true, contextIsolation: false } });
  await window.loadURL(url);
  return window;
}

/** Does something so many times, several at once. */
async function repeat(count: number, atOnce: number, action: () => Promise<unknown>) {
  let left = count;
  const run = async () => {
    while (left-- > 0) await action();
  };
  await Promise.all(Array.from({ length: atOnce }, run));
}

const bytes = new Uint8Array(1024);

/** Each does one of its kind, which is over when it resolves. */
const kinds: Record<string, { count: number; atOnce: number; action(window: BrowserWindow): Promise<unknown> }> = {
  windows: {
    count: 1000,
    atOnce: 2,
    async action() {
      const window = await open();
      const closed = once(window, 'closed');
      window.destroy();
      await closed;
    }
  },
  ports: {
    count: 100_000,
    atOnce: 100,
    /** One of two stays in this process; the other goes to the page, which drops it. */
    async action(window) {
      const { port1, port2 } = new MessageChannelMain();
      const closed = once(port1, 'close');
      port1.postMessage('text');
      window.webContents.postMessage('drop', null, [port2]);
      port1.close();
      await closed;
    }
  },
  streams: {
    count: 10_000,
    atOnce: 10,
    async action(window) {
      const stream = new ReadableStream({
        start(controller) {
          controller.enqueue(bytes);
          controller.enqueue(bytes);
          controller.close();
        }
      });
      const { port1, port2 } = new MessageChannelMain();
      window.webContents.postMessage('read', null, [port2]);
      port1.postMessage(stream, [stream as any]);
      const message = once(port1, 'message');
      port1.start();
      const [{ data }] = await message;
      if (data !== 2) throw new Error(`A stream of 2 chunks gave ${data}`);
      port1.close();
    }
  },
  workers: {
    count: 1000,
    atOnce: 2,
    async action() {
      const worker = new Worker(
        `require('node:worker_threads').parentPort.once('message', (port) => port.on('message', (value) => port.postMessage(value)));`,
        { eval: true }
      );
      const { port1, port2 } = new MessageChannelMain();
      const port: NodePort = (port2 as any).toWorkerPort();
      worker.postMessage(port, [port]);
      const message = once(port1, 'message');
      port1.start();
      port1.postMessage('text');
      await message;
      const closed = once(port1, 'close');
      await worker.terminate();
      await closed;
    }
  }
};

async function countTargets(): Promise<number> {
  const [profile] = readdirSync(tmpdir()).filter((name) => name.startsWith('electron-ports-'));
  const [port] = readFileSync(join(tmpdir(), profile, 'DevToolsActivePort'), 'utf8').split('\n');
  const targets = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as unknown[];
  return targets.length;
}

async function sample(what: string, count: number): Promise<CountsSample> {
  const targets = await countTargets();
  return {
    what,
    count,
    ...(await countLife()),
    targets,
    files: readdirSync(tmpdir(), { recursive: true }).filter((name) => !/cache|\.log$/i.test(String(name))).length,
    handles: process.getActiveResourcesInfo().length
  };
}

async function count(): Promise<void> {
  app.on('window-all-closed', () => {});
  app.commandLine.appendSwitch('remote-debugging-port', '0');
  const load = loadNow();
  await app.whenReady();
  const window = await open();
  const agent: string = await window.webContents.executeJavaScript('navigator.userAgent');
  const samples: CountsSample[] = [];
  const report = async (what: string, count: number) => {
    samples.push(await sample(what, count));
    console.error(JSON.stringify(samples.at(-1)));
  };
  for (const [what, { count, atOnce, action }] of Object.entries(kinds)) {
    const act = () => action(window);
    // What comes once, and stays, comes before the first sample of each.
    await repeat(20, atOnce, act);
    await report(what, 20);
    const rest = Math.ceil(count / divisor);
    for (let part = 0; part < 2; part++) {
      await repeat(rest / 2, atOnce, act);
      await report(what, rest / 2);
    }
  }
  writeFileSync(
    file,
    JSON.stringify({
      name: 'counts',
      machine: describeMachine(/Chrome\/[\d.]+/.exec(agent)?.[0] ?? agent, load),
      samples
    } satisfies CountsReport)
  );
  app.exit(0);
}

count().catch((error) => {
  console.error(error);
  app.exit(1);
});
