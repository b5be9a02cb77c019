// The pages of fork-peer.ts: one that answers, and one that measures.

import { BrowserWindow, ipcMain, MessageChannelMain } from 'electron/main';
import type { MessagePortMain } from 'electron/main';

import { once } from 'node:events';

import type { TripsRequest } from './requests';

/** A page's clock is coarse: so many trips are timed as one. */
const tripsAtOnce = 10;

/** The numbers that are only there in the page's text. */
type PageRequest = Pick<TripsRequest, 'bytes' | 'isTransferred' | 'warmUp' | 'trips'>;

export async function openPage(): Promise<BrowserWindow> {
  const window = new BrowserWindow({ show: false, webPreferences: { nodeIntegration: true, contextIsolation: false } });
  await window.loadURL('data:text/html,<title>page</title>');
  return window;
}

/** Has a page send back what comes to these ports. */
export async function echoInPage(page: BrowserWindow, ports: MessagePortMain[], isTransferred: boolean): Promise<void> {
  await page.webContents.executeJavaScript(`{
    const { ipcRenderer } = require('electron');
    ipcRenderer.once('ports', ({ ports }, isTransferred) => {
      for (const port of ports) port.onmessage = ({ data }) => port.postMessage(data, isTransferred ? [data] : []);
      ipcRenderer.send('ready');
    });
  } undefined`);
  const ready = once(ipcMain, 'ready');
  page.webContents.postMessage('ports', isTransferred, ports);
  await ready;
}

/** Round trips from one page to another, in milliseconds. */
export async function measureInPage({
  channels,
  bytes,
  isTransferred,
  warmUp,
  trips
}: TripsRequest): Promise<number[]> {
  const [near, far] = [await openPage(), await openPage()];
  const pairs = Array.from({ length: channels }, () => new MessageChannelMain());
  const ports = pairs.map(({ port2 }) => port2);
  await echoInPage(far, ports, isTransferred);
  await near.webContents.executeJavaScript(`{
    const { ipcRenderer } = require('electron');
    globalThis.given = new Promise((resolve) => ipcRenderer.once('ports', ({ ports }) => resolve(ports)));
  } undefined`);
  near.webContents.postMessage(
    'ports',
    null,
    pairs.map(({ port1 }) => port1)
  );
  const request: PageRequest = { bytes, isTransferred, warmUp, trips };
  const times: number[] = await near.webContents.executeJavaScript(
    `(${measure})(${JSON.stringify(request)}, ${tripsAtOnce})`
  );
  near.destroy();
  far.destroy();
  return times;
}

/** Runs in the page. */
async function measure({ bytes, isTransferred, warmUp, trips }: PageRequest, tripsAtOnce: number): Promise<number[]> {
  const ports: MessagePort[] = await (globalThis as unknown as { given: Promise<MessagePort[]> }).given;
  const times: number[] = [];
  let data = new ArrayBuffer(bytes);
  let turn = 0;
  const trip = () =>
    new Promise<ArrayBuffer>((resolve) => {
      const port = ports[turn++ % ports.length];
      port.onmessage = (event) => resolve(event.data);
      port.postMessage(data, isTransferred ? [data] : []);
    });
  for (let i = 0; i < warmUp; i++) data = await trip();
  const atOnce = Math.min(tripsAtOnce, trips);
  for (let done = 0; done < trips; done += atOnce) {
    const start = performance.now();
    for (let i = 0; i < atOnce; i++) data = await trip();
    times.push((performance.now() - start) / atOnce);
  }
  if (data.byteLength !== bytes) throw new Error('The bytes that came back are not those that were sent');
  return times;
}
