// Questions of a page that the main process answers: over a port, and with ipcRenderer.invoke.

import { BrowserWindow, ipcMain, MessageChannelMain } from 'electron/main';

import { once } from 'node:events';
import { join } from 'node:path';

import { Comparison } from '../lib/comparison';
import { servePage } from '../lib/page-server';
import { payloadSizes } from '../lib/payloads';
import { runBenchmark } from '../lib/run';

runBenchmark('invoke', 'Renderer to main', async ({ rounds }) => {
  const server = await servePage(join(__dirname, 'page.js'));
  const window = new BrowserWindow({ show: false, webPreferences: { nodeIntegration: true, contextIsolation: false } });
  await window.loadURL(server.url('127.0.0.1'));

  ipcMain.handle('echo', (_event, message) => message);
  const { port1, port2 } = new MessageChannelMain();
  port1.onmessage = ({ data }) => port1.postMessage(data);
  const ready = once(ipcMain, 'ready');
  window.webContents.postMessage('port', null, [port2]);
  await ready;

  const comparison = new Comparison({ title: 'Round trip', unit: 'ms', sides: ['port', 'invoke'] });
  for (const { name, bytes, trips } of payloadSizes) {
    await comparison.run(name, rounds, (side) =>
      window.webContents.executeJavaScript(`measure(...${JSON.stringify([side, bytes, trips])})`)
    );
  }
  window.destroy();
  server.close();
  return [comparison.result()];
});
