import { ipcMain, MessageChannelMain } from 'electron/main';
import type { BrowserWindow } from 'electron/main';

import { expect } from 'chai';

import { once } from 'node:events';

import { defer } from './lib/defer';
import { skipInElectron } from './lib/needs';
import { rejection } from './lib/rejection';
import { serve } from './lib/server';
import { closeAllWindows, closeWindow, createWindow, openWindow, run } from './lib/windows';

describe('ipcRenderer', () => {
  let window: BrowserWindow;

  before(async () => {
    window = await openWindow();
  });

  after(closeAllWindows);

  afterEach(() => {
    ipcMain.removeAllListeners('channel');
    ipcMain.removeHandler('channel');
  });

  /** Runs a function that is to throw in the page. */
  const thrown = (script: string | (() => unknown)): Promise<string> =>
    window.webContents.executeJavaScript(`(async () => {
      const { ipcRenderer } = require('electron');
      const { port1, port2 } = new MessageChannel();
      Object.assign(globalThis, { ipcRenderer, port1, port2, buffer: new ArrayBuffer(8) });
      try { await (${script})(); return 'no error'; } catch (error) { return error.name + ': ' + error.message; }
    })()`);

  /** Proves that port1 and the buffer, which were in a call that threw, can be sent now, and that the two ports talk. */
  async function expectAllUsable() {
    const arrived = once(ipcMain, 'channel');
    await run(window, () => {
      const { ipcRenderer, port1, port2, buffer } = globalThis as any;
      port2.postMessage('through');
      ipcRenderer.postMessage('channel', { length: buffer.byteLength }, [port1]);
    });
    const [{ ports }, message] = await arrived;
    expect(message).to.deep.equal({ length: 8 });
    ports[0].start();
    expect((await once(ports[0], 'message'))[0].data).to.equal('through');
    ports[0].close();
  }

  describe('send, invoke and postMessage', () => {
    it('arrive in the order they were called, whichever they are', async () => {
      const order: number[] = [];
      ipcMain.on('channel', (_event, value) => order.push(value));
      ipcMain.handle('channel', (_event, value) => order.push(value));
      await run(window, async () => {
        const { ipcRenderer } = require('electron');
        const calls: unknown[] = [];
        for (let i = 0; i < 300; i += 3) {
          ipcRenderer.send('channel', i);
          ipcRenderer.postMessage('channel', i + 1, [new MessageChannel().port1]);
          calls.push(ipcRenderer.invoke('channel', i + 2));
        }
        await Promise.all(calls);
      });
      expect(order).to.deep.equal(Array.from({ length: 300 }, (_, i) => i));
    });
  });

  describe('send', () => {
    it('throws for what cannot be cloned, and sends what comes after', async () => {
      const heard: unknown[] = [];
      ipcMain.on('channel', (_event, value) => heard.push(value));
      const text = await thrown(() => {
        const { ipcRenderer } = globalThis as any;
        ipcRenderer.send('channel', 'fine', () => {});
      });
      expect(text).to.include('An object could not be cloned');
      const arrived = once(ipcMain, 'channel');
      await run(window, () => require('electron').ipcRenderer.send('channel', 'next'));
      await arrived;
      expect(heard).to.deep.equal(['next']);
    });

    it('throws what a getter threw', async () => {
      const text = await thrown(() =>
        require('electron').ipcRenderer.send('channel', {
          get bad() {
            throw new RangeError('mine');
          }
        })
      );
      expect(text).to.match(/mine|An object could not be cloned/);
    });

    it('throws for a channel that is no string', async () => {
      expect(await thrown(() => require('electron').ipcRenderer.send(null as never))).to.match(
        /^TypeError: Error processing argument at index \d, conversion failure from null/
      );
    });
  });

  describe('invoke', () => {
    it('rejects when an argument cannot be cloned', async () => {
      const text = await thrown(() => require('electron').ipcRenderer.invoke('channel', Symbol('s')));
      expect(text).to.include('An object could not be cloned');
    });

    it('gives back what only a renderer can hold', async function () {
      skipInElectron(this, 'clones it with V8 alone in invoke()');
      ipcMain.handle('channel', (_event, value) => value);
      const width = await run(window, () =>
        require('electron')
          .ipcRenderer.invoke('channel', new DOMRect(0, 0, 7))
          .then((rect: DOMRect) => rect.width)
      );
      expect(width).to.equal(7);
    });

    it('rejects when the main process cannot read what was sent, which loses nothing else', async function () {
      if ('Float16Array' in globalThis) {
        console.log('skipped: this main process can read all that a page can send, Float16Arrays included');
        this.skip();
      }
      ipcMain.handle('channel', (_event, value) => value);
      const text = await thrown(() =>
        require('electron').ipcRenderer.invoke('channel', new (globalThis as any).Float16Array(2))
      );
      expect(text).to.include("Error invoking remote method 'channel': ");
      expect(await run(window, () => require('electron').ipcRenderer.invoke('channel', 'next'))).to.equal('next');
    });
  });

  describe('postMessage', () => {
    it('sends ports, which are the same objects in the message and in event.ports', async () => {
      const arrived = once(ipcMain, 'channel');
      await run(window, () => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = ({ data }) => port1.postMessage(`echo ${data}`);
        require('electron').ipcRenderer.postMessage('channel', { deep: [port2] }, [port2]);
      });
      const [{ ports }, { deep }] = await arrived;
      expect(ports).to.have.lengthOf(1);
      expect(deep[0]).to.equal(ports[0]);
      expect(Object.isFrozen(ports)).to.equal(true);
      ports[0].postMessage('hello');
      ports[0].start();
      expect((await once(ports[0], 'message'))[0].data).to.equal('echo hello');
      ports[0].close();
    });

    it('takes { transfer } as it takes an array, and nothing', async () => {
      const counts: number[] = [];
      ipcMain.on('channel', ({ ports }) => counts.push(ports.length));
      await run(window, async () => {
        const { ipcRenderer } = require('electron');
        const port = () => new MessageChannel().port1;
        ipcRenderer.postMessage('channel', 0);
        ipcRenderer.postMessage('channel', 0, undefined);
        ipcRenderer.postMessage('channel', 0, []);
        ipcRenderer.postMessage('channel', 0, {});
        ipcRenderer.postMessage('channel', 0, { transfer: undefined });
        ipcRenderer.postMessage('channel', 0, { transfer: [port(), port()] });
        ipcRenderer.postMessage('channel', 0, [port()]);
        await ipcRenderer.invoke('flush').catch(() => {});
      });
      expect(counts).to.deep.equal([0, 0, 0, 0, 0, 2, 1]);
    });

    it('sends undefined where there is no message', async () => {
      const arrived = once(ipcMain, 'channel');
      await run(window, () => (require('electron').ipcRenderer.postMessage as (channel: string) => void)('channel'));
      expect((await arrived).slice(1)).to.deep.equal([undefined]);
    });

    it('moves an ArrayBuffer: it is detached here and whole there', async () => {
      const arrived = once(ipcMain, 'channel');
      const left = await run(window, () => {
        const { buffer } = new Uint8Array([1, 2, 3]);
        require('electron').ipcRenderer.postMessage('channel', { buffer }, [buffer]);
        return buffer.byteLength;
      });
      expect(left).to.equal(0);
      const [, { buffer }] = await arrived;
      expect(new Uint8Array(buffer)).to.deep.equal(new Uint8Array([1, 2, 3]));
    });

    for (const [args, error] of [
      ['', 'TypeError: Error processing argument at index 0, conversion failure from undefined'],
      ['5, 0, [port1]', 'TypeError: Error processing argument at index 0, conversion failure from '],
      ['null, 0, [port1]', 'TypeError: Error processing argument at index 0, conversion failure from null'],
      [
        "'channel', 0, 'text'",
        'TypeError: Invalid value for transfer: expected an array or { transfer }, got a string.'
      ],
      ["'channel', 0, 5", 'TypeError: Invalid value for transfer: expected an array or { transfer }, got a number.'],
      ["'channel', 0, null", 'TypeError: Invalid value for transfer: expected an array or { transfer }, got null.'],
      [
        "'channel', 0, { transfer: port1 }",
        'TypeError: Invalid value for transfer: expected an array or { transfer }, got a MessagePort.'
      ],
      [
        "'channel', 0, [port1, null]",
        'TypeError: Invalid value for transfer: at index 1, expected a transferable object, got null.'
      ],
      [
        "'channel', 0, [port1, 'text']",
        'TypeError: Invalid value for transfer: at index 1, expected a transferable object, got a string.'
      ],
      ["'channel', 0, [port1, buffer, {}]", /^(DataClone|Type)Error: .*index 2/],
      ["'channel', 0, [port1, port1]", /^DataCloneError: An object could not be cloned: .*index 1 is a duplicate/],
      [
        "'channel', 0, [port1, buffer, buffer]",
        /^DataCloneError: An object could not be cloned: .*index 2 is a duplicate/
      ],
      ["'channel', () => {}, [port1, buffer]", /^DataCloneError: An object could not be cloned/],
      ["'channel', { port: port1, other: port2 }, [port1, buffer]", /^DataCloneError: An object could not be cloned/],
      ["'channel', { get bad() { throw new RangeError('mine'); } }, [port1, buffer]", 'RangeError: mine']
    ] as [string, string | RegExp][]) {
      it(`throws for (${args}), and hands nothing over`, async () => {
        const text = await thrown(`() => ipcRenderer.postMessage(${args})`);
        if (typeof error === 'string') expect(text).to.equal(error);
        else expect(text).to.match(error);
        await expectAllUsable();
      });
    }

    it('throws for a port that was transferred before, and keeps the others', async () => {
      const text = await thrown(() => {
        const { ipcRenderer, port1 } = globalThis as any;
        const spent = new MessageChannel().port1;
        new MessageChannel().port1.postMessage(0, [spent]);
        ipcRenderer.postMessage('channel', 0, [port1, spent]);
      });
      expect(text).to.match(/^DataCloneError: An object could not be cloned: .*index 1 is already neutered/);
      await expectAllUsable();
    });

    it('throws for a buffer that was transferred before, and keeps the others', async () => {
      const text = await thrown(() => {
        const { ipcRenderer, port1 } = globalThis as any;
        const spent = new ArrayBuffer(1);
        structuredClone(spent, { transfer: [spent] });
        ipcRenderer.postMessage('channel', 0, [port1, spent]);
      });
      expect(text).to.match(/^DataCloneError: An object could not be cloned: .* already detached/);
      await expectAllUsable();
    });

    it('keeps the rest when a getter of the message transfers a port of the list', async () => {
      const text = await thrown(() => {
        const { ipcRenderer, port1 } = globalThis as any;
        const spent = new MessageChannel().port1;
        const message = {
          get trap() {
            new MessageChannel().port1.postMessage(0, [spent]);
            return 0;
          }
        };
        ipcRenderer.postMessage('channel', message, [port1, spent]);
      });
      expect(text).to.match(/^DataCloneError: An object could not be cloned/);
      await expectAllUsable();
    });
  });

  describe('on', () => {
    it('gets the ports of webContents.postMessage, which are the ones in the message', async () => {
      const { port1, port2 } = new MessageChannelMain();
      await run(window, () => {
        const { ipcRenderer } = require('electron');
        ipcRenderer.once('ports', (event: Electron.IpcRendererEvent, { port }: { port: MessagePort }) => {
          port.postMessage([
            event.ports.length,
            event.ports[0] === port,
            port instanceof MessagePort,
            event.sender === ipcRenderer
          ]);
        });
      });
      window.webContents.postMessage('ports', { port: port2 }, [port2]);
      port1.start();
      const [{ data }] = await once(port1, 'message');
      expect(data).to.deep.equal([1, true, true, true]);
      port1.close();
    });

    it('hears each of several messages of one kind once, in order, and the later ones, too, when a listener throws', async () => {
      await run(window, () => {
        const heard: unknown[] = [];
        require('electron').ipcRenderer.on('many', (_event: unknown, value: unknown) => {
          heard.push(value);
          if (value === 1) throw new Error('a listener threw');
        });
        Object.assign(globalThis, { heard });
      });
      for (let i = 0; i < 5; i++) {
        if (i % 2) window.webContents.postMessage('many', i);
        else window.webContents.send('many', i);
      }
      ipcMain.handle('channel', () => 0);
      expect(
        await run(window, () =>
          require('electron')
            .ipcRenderer.invoke('channel')
            .then(() => (globalThis as any).heard)
        )
      ).to.deep.equal([0, 1, 2, 3, 4]);
    });

    it('hears what came before it listened to a document that still loads, after removeAllListeners of all, too', async function () {
      skipInElectron(this, 'delivers at once, whether anyone listens or not');
      const server = await serve((path) => {
        if (path === '/never.js') return undefined;
        return `<script>
          const { ipcRenderer } = require('electron');
          ipcRenderer.removeAllListeners();
          ipcRenderer.invoke('channel').then(() => {
            ipcRenderer.on('early', (event, value) => ipcRenderer.send('channel', value, document.readyState));
          });
        </script><script src="/never.js"></script>`;
      });
      defer(() => server.close());
      // What answers comes after the message, which has no listener yet.
      ipcMain.handle('channel', ({ sender }) => sender.send('early', 'value'));
      const heard = once(ipcMain, 'channel');
      const loading = createWindow();
      // It never ends, but with the window.
      const ended = rejection(loading.loadURL(server.origin));
      expect((await heard).slice(1)).to.deep.equal(['value', 'loading']);
      await closeWindow(loading);
      await ended;
    });

    it('hears at once what it listens for, behind what nobody listens for yet, in a document that still loads', async function () {
      const server = await serve((path) =>
        path === '/never.js'
          ? undefined
          : `<script>
              const { ipcRenderer } = require('electron');
              ipcRenderer.on('late', (event, value) => ipcRenderer.send('channel', value, document.readyState));
              ipcRenderer.send('channel');
            </script><script src="/never.js"></script>`
      );
      defer(() => server.close());
      const loading = createWindow();
      const asked = once(ipcMain, 'channel');
      // It never ends, but with the window.
      const ended = rejection(loading.loadURL(server.origin));
      await asked;
      const heard = once(ipcMain, 'channel');
      loading.webContents.send('early', 0);
      loading.webContents.send('late', 1);
      expect((await heard).slice(1)).to.deep.equal([1, 'loading']);
      await closeWindow(loading);
      await ended;
    });

    it('hears no more after off, removeListener and removeAllListeners, and once only after once', async () => {
      await run(window, () => {
        const { ipcRenderer } = require('electron');
        const heard: string[] = [];
        const listener = (name: string) => () => heard.push(name);
        const [a, b] = [listener('off'), listener('removeListener')];
        ipcRenderer.on('gone', a).off('gone', a);
        ipcRenderer.addListener('gone', b).removeListener('gone', b);
        ipcRenderer.on('gone', listener('removeAllListeners')).removeAllListeners('gone');
        ipcRenderer.once('gone', listener('once'));
        Object.assign(globalThis, { heard });
      });
      window.webContents.send('gone');
      window.webContents.send('gone');
      ipcMain.handle('channel', () => 0);
      expect(
        await run(window, () =>
          require('electron')
            .ipcRenderer.invoke('channel')
            .then(() => (globalThis as any).heard)
        )
      ).to.deep.equal(['once']);
    });
  });
});
