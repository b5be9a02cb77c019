// Runs in every page of the benchmark: the one that measures and the one that answers, in the runtime's windows and in
// bare ones.

import { electron } from '../lib/electron-renderer';
import { payload } from '../lib/payloads';
import { sample } from '../lib/sample';

/** A way to the other page and back. */
interface Way {
  post(message: string): void;
  onreply: (message: string) => void;
}

const ways: Record<string, Way> = {};

function wayOver(port: MessagePort): Way {
  const way: Way = { post: (message) => port.postMessage(message), onreply() {} };
  port.onmessage = ({ data }) => way.onreply(data);
  return way;
}

function answerAt(port: MessagePort) {
  port.onmessage = ({ data }) => port.postMessage(data);
}

async function measure(name: string, bytes: number, trips: number): Promise<number[]> {
  const way = ways[name];
  const message = payload(bytes);
  const trip = () =>
    new Promise<void>((resolve, reject) => {
      way.onreply = (reply) => (reply.length === bytes ? resolve() : reject(new Error('Another message came back')));
      way.post(message);
    });
  return sample(trip, trips);
}

/** Opens a window on the other site and makes a channel to it. */
async function openOther(url: string): Promise<void> {
  const ready = new Promise((resolve) => addEventListener('message', resolve, { once: true }));
  const other = window.open(url)!;
  await ready;
  const { port1, port2 } = new MessageChannel();
  other.postMessage('port', '*', [port2]);
  ways.bare = wayOver(port1);
}

if (window.opener) {
  addEventListener('message', ({ ports }) => answerAt(ports[0]));
  window.opener.postMessage('ready', '*');
}

if (electron) {
  const { ipcRenderer } = electron;
  ipcRenderer.on('answer', ({ ports }) => answerAt(ports[0]));
  ipcRenderer.on('question', (_, message) => ipcRenderer.send('reply', message));
  ipcRenderer.on('measure', ({ ports }) => {
    ways.direct = wayOver(ports[0]);
    ways.relay = { post: (message) => ipcRenderer.send('question', message), onreply() {} };
    ipcRenderer.send('ready');
  });
  ipcRenderer.on('reply', (_, message) => ways.relay.onreply(message));
}

const functions = { measure, openOther, isIsolated: () => crossOriginIsolated };
export type PageFunctions = typeof functions;
Object.assign(globalThis, functions);
