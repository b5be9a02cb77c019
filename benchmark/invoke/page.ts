// A page that asks the main process.

import { electron } from '../lib/electron-renderer';
import { payload } from '../lib/payloads';
import { sample } from '../lib/sample';

const { ipcRenderer } = electron!;
let port: MessagePort;

ipcRenderer.on('port', ({ ports }) => {
  [port] = ports;
  ipcRenderer.send('ready');
});

const ways: Record<string, (message: string) => Promise<string>> = {
  port: (message) =>
    new Promise((resolve) => {
      port.onmessage = ({ data }) => resolve(data);
      port.postMessage(message);
    }),
  invoke: (message) => ipcRenderer.invoke('echo', message)
};

function measure(way: string, bytes: number, trips: number): Promise<number[]> {
  const message = payload(bytes);
  return sample(async () => {
    const { length } = await ways[way](message);
    if (length !== bytes) throw new Error('Another message came back');
  }, trips);
}

Object.assign(globalThis, { measure });
