// Runs in both windows: the one that measures, and the one that answers.

import { electron } from '../lib/electron-renderer';
import { payload } from '../lib/payloads';
import { sample } from '../lib/sample';

const { ipcRenderer } = electron!;
let measured: MessagePort;

ipcRenderer.on('answer', ({ ports: [port] }) => {
  port.onmessage = ({ data }) => port.postMessage(data);
  ipcRenderer.send('ready');
});
ipcRenderer.on('measure', ({ ports: [port] }) => {
  measured = port;
  ipcRenderer.send('ready');
});

function measure(bytes: number, trips: number): Promise<number[]> {
  const message = payload(bytes);
  return sample(
    () =>
      new Promise<void>((resolve) => {
        measured.onmessage = () => resolve();
        measured.postMessage(message);
      }),
    trips
  );
}

Object.assign(globalThis, { measure });
