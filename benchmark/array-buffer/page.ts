// A page that sends a buffer to main: transferred over a port in the runtime's window, and in a bare one as base64 to an
// exposed function, or copied by a WebSocket.

import { electron } from '../lib/electron-renderer';

declare global {
  interface Uint8Array {
    // Chromium has it, the TypeScript that is pinned knows it not.
    toBase64(): string;
  }
}

/** What `exposeFunction` puts into the bare page. */
declare const toMain: (base64: string) => Promise<void>;

let buffer: ArrayBuffer;
let socket: WebSocket;
let port: MessagePort;

const functions = {
  /** A new buffer, every page of it written to. */
  prepare(bytes: number) {
    buffer = new ArrayBuffer(bytes);
    new Uint8Array(buffer).fill(7);
  },
  async connect(url: string) {
    socket = new WebSocket(url);
    await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }));
  },
  sendBase64() {
    // Its answer is not part of what is measured.
    toMain(new Uint8Array(buffer).toBase64()).catch(reportError);
  },
  sendCopy() {
    socket.send(buffer);
  },
  sendTransferred() {
    port.postMessage(buffer, [buffer]);
  }
};
export type PageFunctions = typeof functions;
Object.assign(globalThis, functions);

electron?.ipcRenderer.on('port', ({ ports }) => {
  port = ports[0];
  // Main asks by the way that it gets the answer by.
  port.onmessage = () => functions.sendTransferred();
  electron!.ipcRenderer.send('ready');
});
