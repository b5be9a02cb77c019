import { MessageChannelMain } from 'electron/main';
import type { BrowserWindow, MessagePortMain } from 'electron/main';

import { once } from 'node:events';
import { setImmediate as nextTask } from 'node:timers/promises';

import { defer } from './defer';
import { run } from './windows';

declare global {
  /** In a page that was given a port: where it is. Only for functions that `run` sends to the page. */
  var page: any;
}

/** A channel whose ends are closed when the test is over. */
export function openChannel(): MessageChannelMain {
  const channel = new MessageChannelMain();
  const { port1, port2 } = channel;
  defer(() => port1.close());
  defer(() => port2.close());
  return channel;
}

/** A channel between the main process and a page, which finds its end in `page.port`, not started. */
export async function connect(window: BrowserWindow, name = 'port'): Promise<MessagePortMain> {
  const { port1, port2 } = openChannel();
  await givePort(window, port2, name);
  return port1;
}

/** Gives a page a port, as `page[name]`, not started. */
export async function givePort(window: BrowserWindow, port: MessagePortMain, name = 'port') {
  await expectPort(window, name);
  window.webContents.postMessage('port', null, [port]);
  await portArrived(window);
}

/** Has a page take the port that comes next on the channel `port`, as `page[name]`. */
export function expectPort(window: BrowserWindow, name: string): Promise<void> {
  return run(
    window,
    (name) => {
      const { ipcRenderer } = require('electron');
      globalThis.page ??= {};
      page.arrival = new Promise<void>((resolve) => {
        ipcRenderer.once('port', (event: Electron.IpcRendererEvent) => {
          [page[name]] = event.ports;
          resolve();
        });
      });
    },
    name
  );
}

/** Resolves once it has. */
export function portArrived(window: BrowserWindow): Promise<void> {
  return run(window, () => page.arrival);
}

/** Has a page hand over its `page[name]`, by IPC. */
export async function takePort(window: BrowserWindow, name = 'port'): Promise<MessagePortMain> {
  const sent = once(window.webContents.ipc, 'port');
  await run(window, (name) => require('electron').ipcRenderer.postMessage('port', null, [page[name]]), name);
  const [event] = (await sent) as [Electron.IpcMainEvent];
  const [port] = event.ports;
  defer(() => port.close());
  return port;
}

/** A channel between two pages, which find their ends in `page.port`. */
export async function connectPages(one: BrowserWindow, other: BrowserWindow) {
  const { port1, port2 } = openChannel();
  await givePort(one, port1);
  await givePort(other, port2);
}

/**
 * Lets what is pending between ports of the main process happen: for specs that something does not happen. It is
 * messages that are waited for, several in turn, because each may cause others.
 */
export async function settle() {
  for (let turn = 0; turn < 4; turn++) {
    const { port1, port2 } = new MessageChannelMain();
    const arrived = once(port2, 'message');
    port2.start();
    port1.postMessage(null);
    await arrived;
    port1.close();
    await nextTask();
  }
}

/** The same, by way of a page: everything that the page sent before has arrived. */
export async function settleWith(window: BrowserWindow) {
  for (let turn = 0; turn < 2; turn++) {
    const port = await connect(window, 'settling');
    const answered = once(port, 'message');
    port.start();
    await run(window, () => page.settling.postMessage(null));
    await answered;
    port.close();
    await settle();
  }
}

/** Everything that happens on a port, in order, from now on. */
export function record(port: MessagePortMain): {
  events: [type: string, data?: unknown][];
  count(type: string): number;
} {
  const events: [type: string, data?: unknown][] = [];
  port.on('message', ({ data }) => events.push(['message', data]));
  port.on('messageerror', () => events.push(['messageerror']));
  port.on('close', () => events.push(['close']));
  return { events, count: (type) => events.filter(([each]) => each === type).length };
}

/** The data of the next `count` messages. Starts the port. */
export async function read(port: MessagePortMain, count: number): Promise<any[]> {
  const data: unknown[] = [];
  if (count === 0) return data;
  return new Promise((resolve) => {
    const listener = (event: Electron.MessagePortMainEvent) => {
      data.push(event.data);
      if (data.length < count) return;
      port.off('message', listener);
      resolve(data);
    };
    port.on('message', listener);
    port.start();
  });
}

/** 0, 1, 2, ... */
export const range = (count: number) => Array.from({ length: count }, (_, index) => index);
