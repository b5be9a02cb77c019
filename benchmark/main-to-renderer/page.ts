// The peer in a page: at the end of a port in the runtime's window, behind `evaluate` and `exposeFunction` in a bare one.

import { electron } from '../lib/electron-renderer';
import { respond } from './peer';

import type { ToPeer } from './peer';

electron?.ipcRenderer.on('port', ({ ports: [port] }) => {
  port.onmessage = ({ data }) => respond(data, (message) => port.postMessage(message));
});

Object.assign(globalThis, {
  request: (message: ToPeer) => respond(message, (globalThis as unknown as ExposedToPage).toMain)
});

/** What puppeteer's side finds in the page. */
export interface PageFunctions {
  request(message: ToPeer): void;
}

/** What `exposeFunction` puts there. */
export interface ExposedToPage {
  toMain(message: string): void;
}
