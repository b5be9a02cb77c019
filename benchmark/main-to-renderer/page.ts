// The peer in a page: at the end of a port in the runtime's window; behind `evaluate` and `exposeFunction`, at the end of a
// WebSocket, or behind a page that relays one, in a bare one.

import { electron } from '../lib/electron-renderer';
import { respond } from './peer';

import type { ToPeer } from './peer';

electron?.ipcRenderer.on('ports', ({ ports }) => {
  for (const port of ports) port.onmessage = ({ data }) => respond(data, (message) => port.postMessage(message));
});

Object.assign(globalThis, {
  request: (message: ToPeer) => respond(message, (globalThis as unknown as ExposedToPage).toMain),
  connect(url) {
    const socket = new WebSocket(url);
    socket.onmessage = ({ data }) => respond(JSON.parse(data), (message) => socket.send(message));
  },
  async relay(url, peerUrl) {
    const { port1, port2 } = new MessageChannel();
    const ready = new Promise((resolve) => addEventListener('message', resolve, { once: true }));
    const peer = open(peerUrl)!;
    await ready;
    peer.postMessage(null, '*', [port2]);
    const socket = new WebSocket(url);
    socket.onmessage = ({ data }) => port1.postMessage(data);
    port1.onmessage = ({ data }) => socket.send(data);
  }
} satisfies PageFunctions);

// Opened by the page that relays.
if (opener) {
  addEventListener('message', ({ ports: [port] }) => {
    port.onmessage = ({ data }) => respond(JSON.parse(data), (message) => port.postMessage(message));
  });
  opener.postMessage('ready', '*');
}

/** What the other sides find in the page. */
export interface PageFunctions {
  request(message: ToPeer): void;
  connect(url: string): void;
  relay(url: string, peerUrl: string): Promise<void>;
}

/** What `exposeFunction` puts there. */
export interface ExposedToPage {
  toMain(message: string): void;
}
