// Round trips between a renderer and a worker thread: over a port that the thread holds, and relayed by the main thread,
// as apps do without one.

import { BrowserWindow, ipcMain, MessageChannelMain } from 'electron/main';

import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

import { Comparison } from '../lib/comparison';
import { servePage } from '../lib/page-server';
import { payloadSizes } from '../lib/payloads';
import { runBenchmark } from '../lib/run';

function workFor(milliseconds: number) {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

runBenchmark('worker-thread', 'Renderer to worker thread', async ({ rounds }) => {
  const server = await servePage(join(__dirname, 'page.js'));
  const window = new BrowserWindow({ show: false, webPreferences: { nodeIntegration: true, contextIsolation: false } });
  await window.loadURL(server.url('127.0.0.1'));
  const worker = new Worker(join(__dirname, 'echo-peer.cjs'));

  const connect = async (name: string) => {
    const { port1, port2 } = new MessageChannelMain();
    const ready = once(ipcMain, 'ready');
    window.webContents.postMessage('port', name, [port2]);
    await ready;
    return port1;
  };
  const direct = (await connect('direct')).toWorkerPort();
  worker.postMessage(direct, [direct]);
  const relayed = await connect('relay');
  relayed.on('message', ({ data }) => worker.postMessage(data));
  worker.on('message', (message) => relayed.postMessage(message));
  relayed.start();

  const sides = ['direct', 'relay'];
  const idle = new Comparison({ title: 'Round trip, main idle', unit: 'ms', sides });
  const busy = new Comparison({ title: 'Round trip, main at work for 10 of every 20 ms', unit: 'ms', sides });
  for (const { name, bytes, trips } of payloadSizes) {
    const measure = (side: string): Promise<number[]> =>
      window.webContents.executeJavaScript(`measure(...${JSON.stringify([side, bytes, trips])})`);
    await idle.run(name, rounds, measure);
    const work = setInterval(workFor, 20, 10);
    await busy.run(name, rounds, measure);
    clearInterval(work);
  }
  await worker.terminate();
  window.destroy();
  server.close();
  return [idle.result(), busy.result()];
});
