import { BrowserWindow, MessageChannelMain } from 'electron/main';

import { IPCModule } from '@achrinza/node-ipc';

import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';

import type { PageFunctions } from './page';
import type { ToPeer } from './peer';
import type { Browser } from 'puppeteer-core';

/** A way from this process to a peer and back. */
export interface Way {
  post(request: ToPeer): void;
  onreply: (message: string) => void;
  close(): void | Promise<void>;
}

export async function portWay(url: string): Promise<Way> {
  const window = new BrowserWindow({ show: false, webPreferences: { nodeIntegration: true, contextIsolation: false } });
  await window.loadURL(url);
  const { port1, port2 } = new MessageChannelMain();
  window.webContents.postMessage('port', null, [port2]);
  const way: Way = { post: (request) => port1.postMessage(request), onreply() {}, close: () => window.destroy() };
  port1.on('message', ({ data }) => way.onreply(data));
  port1.start();
  return way;
}

/** There by `evaluate`, back by a call of the exposed function. */
export async function puppeteerWay(browser: Browser, url: string): Promise<Way> {
  const page = await browser.newPage();
  const way: Way = {
    post(request) {
      page.evaluate((request) => (globalThis as unknown as PageFunctions).request(request), request).catch(fail);
    },
    onreply() {},
    close: () => page.close()
  };
  await page.exposeFunction('toMain', (message: string) => way.onreply(message));
  await page.goto(url);
  return way;
}

export async function nodeIpcWay(): Promise<Way> {
  const ipc = new IPCModule();
  const folder = mkdtempSync(join(tmpdir(), 'electron-ports-benchmark-')) + sep;
  Object.assign(ipc.config, { socketRoot: folder, id: 'main', silent: true });
  return new Promise((resolve, reject) => {
    ipc.serve(() => {
      const peer = fork(join(__dirname, 'node-ipc-peer.cjs'), [folder, ipc.config.id]);
      peer.once('error', reject);
      const onExit = () => fail(new Error("node-ipc's peer ended"));
      peer.once('exit', onExit);
      ipc.server.on('message', (message, socket) => {
        if (message !== 'ready') return way.onreply(message);
        way.post = (request) => ipc.server.emit(socket, 'message', request);
        resolve(way);
      });
      const way: Way = {
        post() {},
        onreply() {},
        close() {
          peer.off('exit', onExit);
          peer.kill();
          ipc.server.stop();
          rmSync(folder, { recursive: true, force: true });
        }
      };
    });
    ipc.server.start();
  });
}

function fail(error: Error) {
  console.error(error);
  process.exit(1);
}
