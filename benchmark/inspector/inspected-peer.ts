// The app that is inspected, or not: it makes round trips of its own on demand.

import { app, BrowserWindow, ipcMain, MessageChannelMain, utilityProcess } from 'electron/main';

import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { servePage } from '../lib/page-server';
import { payload } from '../lib/payloads';
import { sample } from '../lib/sample';

import type { InspectedAnswer, InspectedRequest } from './requests';

const isInspected = process.argv.includes('inspect');

async function openWindow(url: string): Promise<BrowserWindow> {
  const window = new BrowserWindow({ show: false, webPreferences: { nodeIntegration: true, contextIsolation: false } });
  await window.loadURL(url);
  return window;
}

/** Gives an end of a new channel to a window. */
async function give(window: BrowserWindow, channel: string, port: Electron.MessagePortMain) {
  const ready = once(ipcMain, 'ready');
  window.webContents.postMessage(channel, null, [port]);
  await ready;
}

function trips(port: Electron.MessagePortMain, bytes: number, count: number): Promise<number[]> {
  const message = payload(bytes);
  let answered = () => {};
  port.onmessage = () => answered();
  return sample(
    () =>
      new Promise<void>((resolve) => {
        answered = resolve;
        port.postMessage(message);
      }),
    count
  );
}

async function main() {
  const inspector = isInspected ? await app.inspectPorts({ open: false }) : undefined;
  app.on('window-all-closed', () => {});
  await app.whenReady();
  const server = await servePage(join(__dirname, 'page.js'));
  const [near, far] = [await openWindow(server.url('127.0.0.1')), await openWindow(server.url('localhost'))];
  const [here, toRenderer, toUtility, direct] = Array.from({ length: 4 }, () => new MessageChannelMain());
  here.port2.onmessage = ({ data }) => here.port2.postMessage(data);
  await give(near, 'answer', toRenderer.port2);
  await give(far, 'answer', direct.port2);
  await give(near, 'measure', direct.port1);
  const child = utilityProcess.fork(join(__dirname, 'utility-peer.cjs'));
  child.postMessage(null, [toUtility.port2]);

  const measures = {
    main: (bytes: number, count: number) => trips(here.port1, bytes, count),
    renderer: (bytes: number, count: number) => trips(toRenderer.port1, bytes, count),
    utility: (bytes: number, count: number) => trips(toUtility.port1, bytes, count),
    direct: (bytes: number, count: number) => near.webContents.executeJavaScript(`measure(${bytes}, ${count})`)
  };
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line) as InspectedRequest;
    const answer: InspectedAnswer =
      request.what === 'url'
        ? { url: inspector?.url }
        : { times: await measures[request.way](request.bytes, request.trips) };
    console.log(JSON.stringify(answer));
  }
  app.exit(0);
}

main().catch((error) => {
  console.error(error);
  app.exit(1);
});
