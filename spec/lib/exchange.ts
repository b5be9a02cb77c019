import { MessageChannelMain } from 'electron/main';
import type { BrowserWindow, MessagePortMain } from 'electron/main';

import { once } from 'node:events';

import { defer } from './defer';
import { openWindow, run } from './windows';

declare global {
  /** In a page with an exchange. Only for functions that `run` sends to the page. */
  var exchange: {
    port: MessagePort;
    /** The data of the next message, also of one that has arrived already; rejects for one that cannot be read. */
    next(): Promise<any>;
    /** Whatever a spec keeps in the page from one call of `run` to the next. */
    kept: any;
  };
}

/** Messages as they arrive, to be awaited one by one. */
class Inbox {
  #arrived: (() => any)[] = [];
  #waiting: ((take: () => any) => void)[] = [];

  add(take: () => any) {
    const waiting = this.#waiting.shift();
    if (waiting) waiting(take);
    else this.#arrived.push(take);
  }

  async next(): Promise<any> {
    const take = this.#arrived.shift() ?? (await new Promise<() => any>((resolve) => this.#waiting.push(resolve)));
    return take();
  }
}

export interface Exchange {
  window: BrowserWindow;
  /** The main process's end, started. The page's is `exchange.port`. */
  port: MessagePortMain;
  /** The data of the page's next message; rejects for one that cannot be read. */
  next(): Promise<any>;
}

function unreadable(): never {
  throw new Error('messageerror');
}

/** A window and a channel to its page, both ends of which are read message by message. */
export async function openExchange(url?: string): Promise<Exchange> {
  const window = await openWindow(url);
  const { port1: port, port2 } = new MessageChannelMain();
  defer(() => port.close());
  const arrived = once(window.webContents.ipc, 'exchange');
  await run(window, () => {
    const { ipcRenderer } = require('electron');
    ipcRenderer.once('exchange', ({ ports: [port] }: Electron.IpcRendererEvent) => {
      const arrived: (() => any)[] = [];
      const waiting: ((take: () => any) => void)[] = [];
      const add = (take: () => any) => (waiting.length > 0 ? waiting.shift()!(take) : arrived.push(take));
      const next = async () =>
        (arrived.shift() ?? (await new Promise<() => any>((resolve) => waiting.push(resolve))))();
      port.onmessage = ({ data }) => add(() => data);
      port.onmessageerror = () =>
        add(() => {
          throw new Error('messageerror');
        });
      globalThis.exchange = { port, next, kept: undefined };
      ipcRenderer.send('exchange');
    });
  });
  window.webContents.postMessage('exchange', null, [port2]);
  await arrived;

  const inbox = new Inbox();
  port.on('message', ({ data }) => inbox.add(() => data));
  port.on('messageerror', () => inbox.add(unreadable));
  port.start();
  return { window, port, next: () => inbox.next() };
}
