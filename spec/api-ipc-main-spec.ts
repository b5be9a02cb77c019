import { ipcMain, webFrameMain } from 'electron/main';
import type { BrowserWindow, IpcMain, IpcMainEvent, IpcMainInvokeEvent } from 'electron/main';

import { expect } from 'chai';

import { once } from 'node:events';

import { collectUntil } from './lib/garbage';
import { isStock, skipInElectron } from './lib/needs';
import { closeAllWindows, closeWindow, createWindow, openWindow, run } from './lib/windows';

describe('ipcMain', () => {
  let window: BrowserWindow;

  before(async () => {
    window = await openWindow();
  });

  after(closeAllWindows);

  const emitters = (): IpcMain[] => [window.webContents.mainFrame.ipc, window.webContents.ipc, ipcMain];

  afterEach(() => {
    for (const emitter of emitters()) {
      emitter.removeAllListeners('channel');
      emitter.removeHandler('channel');
    }
  });

  /** Has the page send, and waits for the event. */
  async function sent(...args: unknown[]): Promise<[IpcMainEvent, ...any[]]> {
    const arrived = once(ipcMain, 'channel');
    await run(window, (args) => require('electron').ipcRenderer.send('channel', ...args), args);
    return (await arrived) as [IpcMainEvent, ...any[]];
  }

  const invoke = (...args: unknown[]) =>
    run(window, (args) => require('electron').ipcRenderer.invoke('channel', ...args), args);

  const invokeError = (...args: unknown[]): Promise<string> =>
    run(
      window,
      (args) =>
        require('electron')
          .ipcRenderer.invoke('channel', ...args)
          .then(
            () => 'no error',
            (error: Error) => `${error.name}: ${error.message}`
          ),
      args
    );

  describe('on', () => {
    it('gets every argument, and who sent them', async () => {
      const [event, ...args] = await sent(1, 'two', { three: [3] });
      expect(args).to.deep.equal([1, 'two', { three: [3] }]);
      expect(event.sender).to.equal(window.webContents);
      expect(event.senderFrame).to.equal(window.webContents.mainFrame);
      expect(event.processId).to.equal(window.webContents.mainFrame.processId);
      // Electron gives a list only to what postMessage() sent.
      expect(event.ports).to.deep.equal(isStock ? [] : undefined);
    });

    it('is told by a document’s first message the process that it is later known by', async () => {
      const other = createWindow();
      const arrived = once(ipcMain, 'channel');
      await other.loadURL(`data:text/html,<script>require('electron').ipcRenderer.send('channel')</script>`);
      const [{ processId, frameId }] = (await arrived) as [IpcMainEvent];
      const { mainFrame } = other.webContents;
      expect(processId).to.be.above(0);
      expect([mainFrame.processId, other.webContents.getProcessId()]).to.deep.equal([processId, processId]);
      expect(webFrameMain.fromId(processId, frameId)).to.equal(mainFrame);
      await closeWindow(other);
    });

    it('gets clones of what JSON has not', async () => {
      const arrived = once(ipcMain, 'channel');
      await run(window, () => {
        const map = new Map<unknown, unknown>([['self', null]]);
        map.set('self', map);
        require('electron').ipcRenderer.send('channel', map, new Date(7), -0, NaN, 12n, undefined, new Uint8Array([1]));
      });
      const [, map, date, ...rest] = await arrived;
      expect(map.get('self')).to.equal(map);
      expect(date).to.deep.equal(new Date(7));
      expect(Object.is(rest[0], -0)).to.equal(true);
      expect(rest.slice(1)).to.deep.equal([NaN, 12n, undefined, new Uint8Array([1])]);
    });

    it('is told first on the frame, then on the WebContents, then on ipcMain', async () => {
      const told: string[] = [];
      const [frame, contents] = emitters();
      ipcMain.on('channel', () => told.push('ipcMain'));
      contents.on('channel', () => told.push('webContents'));
      frame.on('channel', () => told.push('frame'));
      await sent();
      expect(told).to.deep.equal(['frame', 'webContents', 'ipcMain']);
    });

    it('is told in that order of what postMessage sends, with the same ports for all', async () => {
      const told: [string, unknown][] = [];
      for (const [index, emitter] of emitters().entries()) {
        emitter.on('channel', ({ ports }, message) => told.push([`${index} ${message}`, ports[0]]));
      }
      const arrived = once(ipcMain, 'channel');
      await run(window, () =>
        require('electron').ipcRenderer.postMessage('channel', 'm', [new MessageChannel().port1])
      );
      const [{ ports }] = await arrived;
      expect(told).to.deep.equal(['0 m', '1 m', '2 m'].map((text) => [text, ports[0]]));
      expect(ports[0]).to.be.an.instanceOf(ipcMain.MessagePort);
    });

    it('hears nothing of other windows on the ipc of a WebContents or a frame', async () => {
      const other = await openWindow();
      const heard: string[] = [];
      for (const ipc of [other.webContents.ipc, other.webContents.mainFrame.ipc]) {
        ipc.on('channel', () => heard.push('other'));
      }
      await sent();
      expect(heard).to.deep.equal([]);
      other.destroy();
    });

    it('takes a channel called error, listened for or not', async () => {
      ipcMain.handle('channel', () => {});
      const sendError = (text: string) =>
        run(
          window,
          (text) => {
            const { ipcRenderer } = require('electron');
            ipcRenderer.send('error', text);
            return ipcRenderer.invoke('channel');
          },
          text
        );
      await sendError('unheard');
      const heard: unknown[] = [];
      ipcMain.once('error', (_event: unknown, text: unknown) => heard.push(text));
      await sendError('heard');
      expect(heard).to.deep.equal(['heard']);
    });

    it('once() hears one message and no more', async () => {
      let count = 0;
      ipcMain.once('channel', () => count++);
      await sent();
      await sent();
      expect(count).to.equal(1);
    });
  });

  describe('event.reply', () => {
    it('answers the frame that sent', async () => {
      ipcMain.on('channel', (event, value) => event.reply('answer', value * 2, 'more'));
      const answer = await run(window, () => {
        const { ipcRenderer } = require('electron');
        ipcRenderer.send('channel', 21);
        return new Promise((resolve) =>
          ipcRenderer.once('answer', (_event: unknown, ...args: unknown[]) => resolve(args))
        );
      });
      expect(answer).to.deep.equal([42, 'more']);
    });

    it('answers after postMessage, too', async () => {
      ipcMain.on('channel', (event, value) => event.reply('answer', value * 2));
      const answer = await run(window, () => {
        const { ipcRenderer } = require('electron');
        ipcRenderer.postMessage('channel', 21);
        return new Promise((resolve) =>
          ipcRenderer.once('answer', (_event: unknown, value: unknown) => resolve(value))
        );
      });
      expect(answer).to.equal(42);
    });
  });

  describe('handle', () => {
    it('answers with what the handler returns, or its promise resolves with', async () => {
      ipcMain.handle('channel', (_event, value) => (value === 1 ? 'value' : Promise.resolve({ of: ['promise'] })));
      expect(await invoke(1)).to.equal('value');
      expect(await invoke(2)).to.deep.equal({ of: ['promise'] });
    });

    it('is told who asks', async () => {
      let event: IpcMainInvokeEvent | undefined;
      ipcMain.handle('channel', (each) => {
        event = each;
      });
      expect(await invoke()).to.equal(undefined);
      expect(event!.sender).to.equal(window.webContents);
      expect(event!.senderFrame).to.equal(window.webContents.mainFrame);
    });

    it('rejects with what the handler threw, or its promise rejected with', async () => {
      ipcMain.handle('channel', (_event, late) => {
        const error = new RangeError('the reason');
        if (late) return Promise.reject(error);
        throw error;
      });
      const text = "Error: Error invoking remote method 'channel': RangeError: the reason";
      expect(await invokeError(false)).to.equal(text);
      expect(await invokeError(true)).to.equal(text);
    });

    it('rejects when the result cannot be cloned, and goes on answering', async function () {
      skipInElectron(this, '43.4.1 does not answer then: its ReplyChannel has dropped the callback before it clones');
      ipcMain.handle('channel', (_event, good) => (good ? 'good' : () => {}));
      expect(await invokeError(false)).to.match(
        /^Error: Error invoking remote method 'channel': .*An object could not be cloned/
      );
      expect(await invoke(true)).to.equal('good');
    });

    it('rejects when there is no handler', async () => {
      expect(await invokeError()).to.equal(
        "Error: Error invoking remote method 'channel': Error: No handler registered for 'channel'"
      );
    });

    it('rejects with what has no text, too', async () => {
      ipcMain.handle('channel', () => {
        throw Object.create(null);
      });
      let text: string | undefined;
      const answered = invokeError().then((error) => (text = error));
      // Electron answers when it has collected what would have answered.
      await collectUntil(() => text !== undefined);
      expect(await answered).to.match(/^Error: Error invoking remote method 'channel'/);
    });

    it('refuses a second handler, and what is no function', async () => {
      ipcMain.handle('channel', () => 'first');
      expect(() => ipcMain.handle('channel', () => 'second')).to.throw(
        Error,
        "Attempted to register a second handler for 'channel'"
      );
      expect(await invoke()).to.equal('first');
      expect(() => ipcMain.handle('other', 'text' as never)).to.throw(
        TypeError,
        "Expected handler to be a function, but found type 'string'"
      );
      ipcMain.handle('other', () => {});
      ipcMain.removeHandler('other');
    });

    it('has the nearest handler answer: of the frame, of the WebContents, of ipcMain', async () => {
      const names = ['frame', 'webContents', 'ipcMain'];
      for (const [index, emitter] of emitters().entries()) emitter.handle('channel', () => names[index]);
      const answers: unknown[] = [];
      for (const emitter of emitters()) {
        answers.push(await invoke());
        emitter.removeHandler('channel');
      }
      expect(answers).to.deep.equal(names);
    });

    it('answers each call with its own answer, whatever order they come in', async () => {
      const waiting: (() => void)[] = [];
      ipcMain.handle('channel', (_event, value) => {
        const answered = new Promise((resolve) => waiting.unshift(() => resolve(value)));
        if (waiting.length === 3) for (const answer of waiting) answer();
        return answered;
      });
      const answers = await run(window, () => {
        const { ipcRenderer } = require('electron');
        return Promise.all(['a', 'b', 'c'].map((value) => ipcRenderer.invoke('channel', value)));
      });
      expect(answers).to.deep.equal(['a', 'b', 'c']);
    });

    it('handleOnce answers once', async () => {
      ipcMain.handleOnce('channel', () => 'once');
      expect(await invoke()).to.equal('once');
      expect(await invokeError()).to.include("No handler registered for 'channel'");
    });

    it('removeHandler leaves no handler, and room for another', async () => {
      ipcMain.handle('channel', () => 'first');
      ipcMain.removeHandler('channel');
      expect(await invokeError()).to.include("No handler registered for 'channel'");
      ipcMain.handle('channel', () => 'second');
      expect(await invoke()).to.equal('second');
    });

    it('drops the answer once the document that asked is gone', async () => {
      let answer = (_value: string) => {};
      const asked = new Promise<void>((resolve) =>
        ipcMain.handle('channel', () => {
          resolve();
          return new Promise((resolve) => (answer = resolve));
        })
      );
      await run(window, () => {
        require('electron').ipcRenderer.invoke('channel');
      });
      await asked;
      await window.loadURL('about:blank');
      answer('late');
      ipcMain.removeHandler('channel');
      ipcMain.handle('channel', () => 'of the next document');
      expect(await invoke()).to.equal('of the next document');
    });
  });
});
