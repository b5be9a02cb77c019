// An ArrayBuffer from a renderer to main, from main's question to the bytes in its memory: transferred over a port, and
// by what apps do without one.

import { BrowserWindow, ipcMain, MessageChannelMain } from 'electron/main';

import { WebSocketServer } from 'ws';

import { once } from 'node:events';
import { join } from 'node:path';

import { Comparison } from '../lib/comparison';
import { servePage } from '../lib/page-server';
import { runBenchmark } from '../lib/run';
import { sample } from '../lib/sample';

import type { PageFunctions } from './page';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'puppeteer-core';
import type { WebSocket } from 'ws';

const sizes = [
  { name: '1 MiB', bytes: 2 ** 20, trips: 10 },
  { name: '16 MiB', bytes: 2 ** 24, trips: 5 },
  { name: '64 MiB', bytes: 2 ** 26, trips: 3 }
];

/** A way for a buffer. */
interface Way {
  prepare(bytes: number): Promise<void>;
  /** Asks for what was prepared, and gives it once it is here. */
  get(): Promise<{ byteLength: number }>;
  close(): void | Promise<void>;
}

async function transferred(url: string): Promise<Way> {
  const window = new BrowserWindow({ show: false, webPreferences: { nodeIntegration: true, contextIsolation: false } });
  await window.loadURL(url);
  const { port1, port2 } = new MessageChannelMain();
  const ready = once(ipcMain, 'ready');
  window.webContents.postMessage('port', null, [port2]);
  await ready;
  port1.start();
  return {
    prepare: (bytes) => window.webContents.executeJavaScript(`prepare(${bytes})`),
    async get() {
      const arrived = once(port1, 'message');
      port1.postMessage('send');
      return (await arrived)[0].data;
    },
    close: () => window.destroy()
  };
}

/** Calls a function of a bare page. */
const call = <Name extends keyof PageFunctions>(page: Page, name: Name, ...args: Parameters<PageFunctions[Name]>) =>
  page.evaluate(`${name}(...${JSON.stringify(args)})`) as Promise<void>;

async function base64(browser: Browser, url: string): Promise<Way> {
  const page = await browser.newPage();
  let arrived: (bytes: Buffer) => void;
  await page.exposeFunction('toMain', (text: string) => arrived(Buffer.from(text, 'base64')));
  await page.goto(url);
  return {
    prepare: (bytes) => call(page, 'prepare', bytes),
    async get() {
      const bytes = new Promise<Buffer>((resolve) => (arrived = resolve));
      await call(page, 'sendBase64');
      return bytes;
    },
    close: () => page.close()
  };
}

async function webSocket(browser: Browser, url: string): Promise<Way> {
  const page = await browser.newPage();
  await page.goto(url);
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, maxPayload: 2 ** 28 });
  await once(server, 'listening');
  const connected = once(server, 'connection');
  await call(page, 'connect', `ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const [socket] = (await connected) as [WebSocket];
  return {
    prepare: (bytes) => call(page, 'prepare', bytes),
    async get() {
      const arrived = once(socket, 'message');
      await call(page, 'sendCopy');
      return (await arrived)[0] as Buffer;
    },
    async close() {
      server.close();
      await page.close();
    }
  };
}

runBenchmark('array-buffer', 'An ArrayBuffer to main', async ({ browser, rounds }) => {
  const server = await servePage(join(__dirname, 'page.js'));
  const url = server.url('127.0.0.1');
  const ways: Record<string, Way> = {
    port: await transferred(url),
    base64: await base64(browser, url),
    WebSocket: await webSocket(browser, url)
  };
  const comparison = new Comparison({ title: 'Until it is there', unit: 'ms', sides: Object.keys(ways) });
  for (const { name, bytes, trips } of sizes) {
    await comparison.run(name, rounds, (side) =>
      sample(
        async () => {
          const { byteLength } = await ways[side].get();
          if (byteLength !== bytes) throw new Error(`${byteLength} instead of ${bytes} bytes came by ${side}`);
        },
        trips,
        () => ways[side].prepare(bytes)
      )
    );
  }
  for (const way of Object.values(ways)) await way.close();
  server.close();
  return [comparison.result()];
});
