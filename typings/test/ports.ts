// What an app's TypeScript sees. Nothing here runs: `npm run tsc` reads it, and an unused @ts-expect-error is an error.

import { BrowserWindow, ipcMain, ipcRenderer, MessageChannelMain } from 'electron';
import * as utility from 'electron/utility';

import { MessageChannelNetworkAdapter } from '@automerge/automerge-repo-network-messagechannel';
import { BrowserWorker } from '@effect/platform-browser';
import { RPCLink } from '@orpc/client/message-port';
import { newMessagePortRpcSession } from 'capnweb';
import { wrap } from 'comlink';
import { PortMessenger } from 'penpal';

import type { Endpoint } from 'comlink';

function is<T>(_value: T): void {}

export function mainProcess(win: BrowserWindow, buffer: ArrayBuffer): void {
  const { port1, port2 } = new MessageChannelMain();
  is<Electron.MessagePortMain>(new ipcMain.MessageChannel().port1);
  // @ts-expect-error A port comes from a channel.
  is(new ipcMain.MessagePort());
  const found: unknown = port1;
  if (found instanceof ipcMain.MessagePort) is<boolean>(found.closed);
  // @ts-expect-error It is the port that says so.
  port1.closed = true;

  port1.postMessage(undefined);
  port1.postMessage({ port: port2, buffer }, [port2, buffer]);
  port1.postMessage('text', { transfer: [buffer] });
  port1.postMessage('text', {});
  // @ts-expect-error There is nothing to send.
  port1.postMessage();
  // @ts-expect-error A string cannot be handed over.
  port1.postMessage('text', ['port']);
  // @ts-expect-error It is `transfer`.
  port1.postMessage('text', { transferList: [port2] });
  // @ts-expect-error The list is missing its brackets.
  port1.postMessage('text', port2);

  port1.onmessage = (event) => {
    is<'message'>(event.type);
    is<readonly Electron.MessagePortMain[]>(event.ports);
    is<Electron.MessagePortMain>(event.target);
    is<[string, string]>([event.origin, event.lastEventId]);
    // @ts-expect-error The array is frozen.
    event.ports.push(port2);
  };
  port1.onmessageerror = ({ type, data }) => is<['messageerror', undefined]>([type, data]);
  port1.onclose = ({ type }) => is<'close'>(type);
  port1.onclose = null;
  // @ts-expect-error Neither a function nor null.
  port1.onmessage = 'message';

  port1.on('message', ({ data, ports: [first] }) => first?.postMessage(data));
  port1.on('message', (event) => is<['message', Electron.MessagePortMain]>([event.type, event.currentTarget]));
  port1.once('message', ({ target }) => target.close());
  port1.once('messageerror', ({ target }) => is<Electron.MessagePortMain>(target));
  port1.once('close', () => {});
  // @ts-expect-error A close event carries no data.
  port1.on('close', (event) => is<string>(event.data));
  // Electron's own type of the event goes on working.
  const listener = (event: Electron.MessageEvent): void => is(event.ports);
  port1.addListener('message', listener).off('message', listener).removeListener('message', listener);

  port1.addEventListener('message', (event) => is<'message'>(event.type), { once: true });
  port1.addEventListener('close', { handleEvent: (event) => is<'close'>(event.type) });
  port1.removeEventListener('messageerror', null);
  port1.addEventListener('message', function () {
    is<Electron.MessagePortMain>(this);
  });
  is<boolean>(port1.dispatchEvent({ type: 'close' }));
  // @ts-expect-error Here neither.
  port1.addEventListener('close', (event) => is<string>(event.data));
  // @ts-expect-error Neither a function nor an object with handleEvent.
  port1.addEventListener('message', 'listener');

  win.webContents.postMessage('channel', null, [port2, buffer]);
  win.webContents.mainFrame.postMessage('channel', { port2 }, { transfer: [port2] });
  // @ts-expect-error The channel comes first.
  win.webContents.postMessage({ port2 }, [port2]);
  // @ts-expect-error The DOM's ports are not the main process's.
  win.webContents.mainFrame.postMessage('channel', null, [new MessageChannel().port1]);

  ipcMain.on('channel', (event, message: string) => {
    is<Electron.MessagePortMain[]>(event.ports);
    event.reply('channel', message);
  });
  win.webContents.ipc.once('channel', ({ ports: [port] }) => port.start());
  win.webContents.mainFrame.ipc.once('channel', ({ ports: [port] }) => port.close());
}

export function file(port: Electron.MessagePortMain, win: BrowserWindow, handle: Electron.FileHandle): void {
  port.postMessage({ handle }, [handle]);
  win.webContents.postMessage('channel', { handle }, { transfer: [handle] });
  port.on('message', ({ data }) => {
    const file: Electron.TransferredFile<Electron.MessagePortMain> = data.file;
    port.postMessage({ file }, [file.transferredFile]);
  });
}

export async function fileInRenderer(port: MessagePort, data: { file: unknown }): Promise<void> {
  const file = TransferredFile.from(data.file);
  is<File>(await file.file('name', { type: 'text/plain' }));
  is<ReadableStream<Uint8Array>>(file.readable({ start: 1, end: 2 }));
  await file.writable({ truncate: true }).getWriter().write('text');
  // @ts-expect-error A file takes bytes and text.
  await file.writable().getWriter().write({});
  port.postMessage({ file }, [file.transferredFile]);
  // @ts-expect-error It comes with a message.
  is(new TransferredFile());
}

export function renderer(port: MessagePort, buffer: ArrayBuffer): void {
  ipcRenderer.postMessage('channel', { port }, [port, buffer]);
  ipcRenderer.postMessage('channel', { port }, { transfer: [port] });
  // @ts-expect-error A function cannot be handed over.
  ipcRenderer.postMessage('channel', null, { transfer: [() => {}] });
  ipcRenderer.on('channel', (event, _message: string) => is<MessagePort[]>(event.ports));
}

export function utilityProcess(child: Electron.UtilityProcess): void {
  is<Electron.MessagePortMain>(new utility.MessageChannelMain().port1);
  process.parentPort.on('message', ({ type, data, ports: [port] }) => port.postMessage([type, data]));

  child.on('message', (message) => is<string>(message));
  child.once('message', (message: string, event: Electron.MessagePortMainEvent<'message'>) => {
    event.ports[0].postMessage(message);
  });
  // @ts-expect-error Electron's overload comes first, and infers one parameter: the page about it says what to write.
  child.on('message', (message, event) => is([message, event]));
  child.on('messageerror', () => {});
}

/** Libraries that are written for the DOM's ports take ours as they are. */
export function libraries(port: Electron.MessagePortMain): void {
  is<MessagePort>(port);
  is<Endpoint>(port);
  wrap<() => string>(port);
  newMessagePortRpcSession(port);
  BrowserWorker.layer(() => port);
  void new PortMessenger({ port });
  void new MessageChannelNetworkAdapter(port);
  void new RPCLink({ port });
  // @ts-expect-error But none is there for the main process in a renderer.
  is<Electron.MessagePortMain>(new MessageChannel().port1);
}
