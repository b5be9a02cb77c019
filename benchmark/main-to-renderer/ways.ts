import { BrowserWindow, MessageChannelMain } from 'electron/main';

import { IPCModule } from '@achrinza/node-ipc';
import { WebSocketServer } from 'ws';

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';

import type { PageFunctions } from './page';
import type { ToPeer } from './peer';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'puppeteer-core';
import type { WebSocket } from 'ws';

/** A way from this process to a peer and back. */
export interface Way {
  post(request: ToPeer): void;
  onreply: (message: string) => void;
  close(): void | Promise<void>;
}

/** A window at the other ends of some channels, with a way over each. */
export async function portWays(url: string, count: number): Promise<Way[]> {
  const window = new BrowserWindow({ show: false, webPreferences: { nodeIntegration: true, contextIsolation: false } });
  await window.loadURL(url);
  const channels = Array.from({ length: count }, () => new MessageChannelMain());
  const ends = channels.map(({ port2 }) => port2);
  window.webContents.postMessage('ports', null, ends);
  return channels.map(({ port1 }) => {
    const way: Way = { post: (request) => port1.postMessage(request), onreply() {}, close: () => window.destroy() };
    port1.on('message', ({ data }) => way.onreply(data));
    port1.start();
    return way;
  });
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

/** What the runtime itself goes by, with nothing of the runtime in it: a WebSocket, and for `relay` a port behind it. */
export async function webSocketWay(browser: Browser, url: string, peerUrl?: string): Promise<Way> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, maxPayload: 2 ** 28 });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const connected = once(server, 'connection');
  const page = await browser.newPage();
  await page.goto(url);
  await page.evaluate(
    (url, peerUrl) => {
      const { connect, relay } = globalThis as unknown as PageFunctions;
      return peerUrl === undefined ? connect(url) : relay(url, peerUrl);
    },
    `ws://127.0.0.1:${port}/`,
    peerUrl
  );
  const [socket] = (await connected) as [WebSocket];
  const way: Way = {
    post: (request) => socket.send(JSON.stringify(request)),
    onreply() {},
    async close() {
      await page.close();
      server.close();
    }
  };
  socket.on('message', (data) => way.onreply(data.toString()));
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
