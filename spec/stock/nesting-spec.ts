import { ipcMain, MessageChannelMain } from 'electron/main';
import type { BrowserWindow } from 'electron/main';

import { expect } from 'chai';

import { once } from 'node:events';
import { openAsBlob } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import { temporaryFolder } from '../lib/files';
import { closeAllWindows, openWindow, run } from '../lib/windows';

const kinds = ['object', 'array', 'sparse array', 'Map', 'Set', 'Error'];

/** As many objects of a kind inside each other. */
function nest(depth: number, kind: string): unknown {
  let value: unknown = 'inside';
  for (let count = 0; count < depth; count++) {
    if (kind === 'object') value = { value };
    else if (kind === 'array') value = [value];
    else if (kind === 'sparse array') value = Object.assign([], { 3: value });
    else if (kind === 'Map') value = new Map([[value, 0]]);
    else if (kind === 'Set') value = new Set([value]);
    else value = Object.assign(new Error(), { cause: value, stack: '' });
  }
  return value;
}

function depthOf(value: any): number {
  let depth = 0;
  for (; typeof value === 'object'; depth++) {
    if (value instanceof Map) [[value]] = value;
    else if (value instanceof Set) [value] = value;
    else if (value instanceof Error) value = value.cause;
    else value = Array.isArray(value) ? value.at(-1) : value.value;
  }
  return depth;
}

const tooDeep = /^An object could not be cloned: (message|args\[0\]|result).* \.\.\. .* is too deeply nested\.$/;

describe('a value nested as deep as it can be', () => {
  let window: BrowserWindow;

  before(async () => {
    window = await openWindow();
    await window.webContents.executeJavaScript(`${nest} ${depthOf} var kinds = ${JSON.stringify(kinds)};`);
  });
  after(closeAllWindows);

  afterEach(() => {
    ipcMain.removeHandler('asked');
    ipcMain.removeAllListeners('sent');
  });

  for (const kind of kinds) {
    it(`crosses whichever way: ${kind}`, async () => {
      ipcMain.handle('asked', (_event, value) => [depthOf(value), nest(998, kind)]);
      const answer = await run(
        window,
        async (kind) => {
          const { ipcRenderer } = require('electron');
          const [there, back] = await ipcRenderer.invoke('asked', nest(1000, kind));
          const heard = new Promise<[Electron.IpcRendererEvent, unknown]>((resolve) =>
            ipcRenderer.once('sent', (...args: any[]) => resolve(args as [Electron.IpcRendererEvent, unknown]))
          );
          ipcRenderer.send('sent', 'ready');
          const [{ ports }, value] = await heard;
          const { data } = await new Promise<MessageEvent>((resolve) => (ports[0].onmessage = resolve));
          return [there, depthOf(back), depthOf(value), depthOf(data)];
        },
        kind
      ).catch((error: Error) => error);
      expect(answer).to.deep.equal([1000, 998, 1000, 1000]);
    });
  }

  beforeEach(() => {
    ipcMain.once('sent', ({ sender }, kind) => {
      if (kind !== 'ready') return;
      const { port1, port2 } = new MessageChannelMain();
      sender.postMessage('sent', nest(1000, 'object'), [port2]);
      port1.postMessage(nest(1000, 'array'));
    });
  });
});

describe('a value nested deeper', () => {
  let window: BrowserWindow;

  before(async () => {
    window = await openWindow();
    await window.webContents.executeJavaScript(`${nest} ${depthOf}`);
  });
  after(closeAllWindows);
  afterEach(() => ipcMain.removeHandler('asked'));

  for (const kind of kinds) {
    it(`throws at its sender, and hands nothing over: ${kind}`, async () => {
      const { port1, port2 } = new MessageChannelMain();
      const { port1: listed, port2: other } = new MessageChannelMain();
      for (const send of [
        () => window.webContents.postMessage('channel', nest(1001, kind), [listed]),
        () => window.webContents.mainFrame.postMessage('channel', nest(30_000, kind), [listed]),
        () => port1.postMessage(nest(1001, kind), [listed])
      ]) {
        expect(send).to.throw(DOMException, tooDeep);
      }
      listed.postMessage('usable');
      other.start();
      expect((await once(other, 'message'))[0].data).to.equal('usable');
      for (const port of [port2, listed]) port.close();
      const errors = await run(
        window,
        async (kind) => {
          const { ipcRenderer } = require('electron');
          const { port1, port2 } = new MessageChannel();
          const texts: string[] = [];
          for (const send of [
            () => ipcRenderer.send('channel', nest(1001, kind)),
            () => ipcRenderer.send('channel', nest(3000, kind)),
            () => ipcRenderer.postMessage('channel', nest(1001, kind), [port1]),
            () => ipcRenderer.invoke('channel', nest(1001, kind))
          ]) {
            try {
              await send();
            } catch (error) {
              texts.push((error as Error).message);
            }
          }
          port1.postMessage('usable');
          texts.push((await new Promise<MessageEvent>((resolve) => (port2.onmessage = resolve))).data);
          return texts;
        },
        kind
      );
      expect(errors.length).to.equal(5);
      for (const text of errors.slice(0, 4)) expect(text).to.match(tooDeep);
      expect(errors[4]).to.equal('usable');
    });
  }

  it('is counted once, wherever else it is, and may lead back to itself', async () => {
    ipcMain.handle('asked', (_event, value) => value.length);
    const length = await run(window, () => {
      const shared = { inside: {} };
      const list: object[] = Array.from({ length: 5000 }, () => shared);
      Object.assign(shared, { list });
      return require('electron').ipcRenderer.invoke('asked', list);
    });
    expect(length).to.equal(5000);
  });

  it('rejects what was invoked with it, where it is behind a getter and found out later', async () => {
    ipcMain.handle('asked', () => 'not read');
    const text = await run(window, () => {
      const value = {
        get value() {
          return nest(2600, 'object');
        }
      };
      return require('electron')
        .ipcRenderer.invoke('asked', value)
        .catch((error: Error) => error.message);
    });
    expect(text).to.match(/^Error invoking remote method 'asked': .*could not be deserialized/);
  });

  it('rejects what was invoked and is answered with it', async () => {
    ipcMain.handle('asked', () => nest(1001, 'object'));
    const text = await run(window, () =>
      require('electron')
        .ipcRenderer.invoke('asked')
        .catch((error: Error) => error.message)
    );
    expect(text).to.match(/^Error invoking remote method 'asked': DataCloneError: .* is too deeply nested\.$/);
  });
});

describe('an answer that the renderer cannot read', () => {
  after(closeAllWindows);
  afterEach(() => ipcMain.removeHandler('asked'));

  it('rejects what was invoked, and no other', async () => {
    const window = await openWindow();
    const folder = temporaryFolder({ 'file.txt': 'text' });
    const blob = await openAsBlob(join(folder, 'file.txt'));
    await rm(join(folder, 'file.txt'));
    ipcMain.handle('asked', (_event, number) => (number === 1 ? { blob } : number));
    const answers = await run(window, () =>
      Promise.all(
        [0, 1, 2].map((number) =>
          require('electron')
            .ipcRenderer.invoke('asked', number)
            .catch((error: Error) => error.message)
        )
      )
    );
    expect(answers).to.deep.equal([
      0,
      "Error invoking remote method 'asked': Error: The answer could not be read in this renderer",
      2
    ]);
  });
});
