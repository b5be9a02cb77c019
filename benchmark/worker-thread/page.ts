// A page that measures round trips to a worker thread, by the ports that it is given.

import { electron } from '../lib/electron-renderer';
import { payload } from '../lib/payloads';
import { sample } from '../lib/sample';

const ports: Record<string, MessagePort> = {};

electron?.ipcRenderer.on('port', (event, name: string) => {
  ports[name] = event.ports[0];
  ports[name].start();
  electron!.ipcRenderer.send('ready');
});

function measure(name: string, bytes: number, trips: number): Promise<number[]> {
  const port = ports[name];
  const message = payload(bytes);
  const trip = () =>
    new Promise<void>((resolve, reject) => {
      port.onmessage = ({ data }) =>
        data.length === bytes ? resolve() : reject(new Error('Another message came back'));
      port.postMessage(message);
    });
  return sample(trip, trips);
}

const functions = { measure };
export type PageFunctions = typeof functions;
Object.assign(globalThis, functions);
