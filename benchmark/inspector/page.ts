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

// Of one trip a page's clock, with its steps of 5 µs, would tell a cost of 5 % or of nothing.
const tripsPerSample = 10;

async function measure(bytes: number, trips: number): Promise<number[]> {
  const message = payload(bytes);
  const times = await sample(
    () =>
      new Promise<void>((resolve) => {
        let left = tripsPerSample;
        measured.onmessage = () => {
          if (--left > 0) measured.postMessage(message);
          else resolve();
        };
        measured.postMessage(message);
      }),
    trips / tripsPerSample
  );
  return times.map((time) => time / tripsPerSample);
}

Object.assign(globalThis, { measure });
