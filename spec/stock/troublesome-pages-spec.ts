import { BrowserWindow, ipcMain, MessageChannelMain } from 'electron/main';

import { expect } from 'chai';
import { stub, useFakeTimers } from 'sinon';

import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { join } from 'node:path';

import { runApp } from '../lib/apps';
import { defer } from '../lib/defer';
import { openExchange } from '../lib/exchange';
import { temporaryFolder } from '../lib/files';
import { read } from '../lib/ports';
import { serve } from '../lib/server';
import { closeAllWindows, createWindow, openWindow, run } from '../lib/windows';
import { startWorker } from '../lib/worker-threads';

import type { SpecServer } from '../lib/server';

/** Pages that stop, flood or mislead: each harms itself at most. */
describe('a page on the stock runtime', () => {
  let server: SpecServer;
  let html: string;
  before(async () => {
    server = await serve(() => html);
  });
  after(() => server.close());
  afterEach(closeAllWindows);

  const load = (window: BrowserWindow, text: string) => {
    html = text;
    return window.loadURL(`${server.origin}/page`);
  };

  /** Has a window's page send, and waits for it. */
  async function expectIpc(window: BrowserWindow) {
    const here = once(window.webContents.ipc, 'here');
    await run(window, () => require('electron').ipcRenderer.send('here'));
    await here;
  }

  describe('whose script plays with the document', () => {
    it('loads, and so does the next, when it removes each frame that it sees', async () => {
      const window = createWindow();
      await load(
        window,
        `<!doctype html><title>remover</title><script>
          globalThis.removed = 0;
          new MutationObserver(() => {
            for (const frame of document.querySelectorAll('iframe')) { frame.remove(); removed++; }
          }).observe(document, { childList: true, subtree: true });
        </script>`
      );
      expect(window.getTitle()).to.equal('remover');
      // Its own frames are not the runtime's business: it still can do as it likes.
      const removed = await run(window, () => {
        document.body.append(document.createElement('iframe'));
        return new Promise<number>((resolve) => setTimeout(() => resolve((globalThis as any).removed), 50));
      });
      expect(removed).to.be.within(1, 30);
      await expectIpc(await openWindow());
    });

    it('is said to have no IPC when its link has not come for long', async () => {
      const clock = useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      const error = stub(console, 'error');
      try {
        await load(
          createWindow(),
          `<!doctype html><script>
            new MutationObserver(() => document.querySelectorAll('iframe').forEach((each) => each.remove()))
              .observe(document, { childList: true, subtree: true });
          </script>`
        );
        await openWindow();
        clock.tick(10_000);
        await new Promise(setImmediate);
        expect(error.args).to.deep.equal([
          [`No IPC with ${server.origin}/page: the page has not let its link to the main process load for 10 s.`]
        ]);
      } finally {
        error.restore();
        clock.restore();
      }
    });

    it('has IPC when it removes its root element while it is parsed', async () => {
      const window = createWindow();
      const here = once(window.webContents.ipc, 'here');
      await load(
        window,
        `<!doctype html><script>
          document.documentElement.remove();
          require('electron').ipcRenderer.send('here');
        </script><p>more`
      );
      await here;
      await expectIpc(window);
      expect(await run(window, () => document.documentElement)).to.equal(null);
    });

    it('has IPC when it takes another root element later, or while it is parsed', async () => {
      for (const script of [
        'document.documentElement.replaceWith(document.createElement("html"))',
        `document.documentElement.remove();
         addEventListener('load', () => document.append(document.createElement('html')))`,
        `document.documentElement.remove();
         setTimeout(() => { if (!document.documentElement) document.append(document.createElement('html')) }, 300)`
      ]) {
        const window = createWindow();
        await load(window, `<!doctype html><script>${script}</script>`);
        await expectIpc(window);
      }
    });

    it('has loaded though its script never ends from then on', async () => {
      const window = createWindow();
      await load(
        window,
        `<!doctype html><title>busy</title><script>addEventListener('load', () => setTimeout(() => { for (;;); }))</script>`
      );
      expect(window.getTitle()).to.equal('busy');
      expect(window.webContents.isLoading()).to.equal(false);
    });

    it('has nothing of the runtime left in it by frames that are gone before they have IPC', async () => {
      const preload = join(
        temporaryFolder({ 'preload.js': `require('electron').ipcRenderer.send('here')` }),
        'preload.js'
      );
      const window = new BrowserWindow({ show: false, webPreferences: { preload, nodeIntegrationInSubFrames: true } });
      await load(window, '<!doctype html><body>');
      await run(window, () => {
        for (let i = 0; i < 20; i++) {
          const frame = document.createElement('iframe');
          document.body.append(frame);
          setTimeout(() => frame.remove(), i);
        }
      });
      const here = once(window.webContents.ipc, 'here');
      await run(window, () => {
        document.body.append(document.createElement('iframe'));
      });
      await here;
      await run(window, async () => {
        while (document.querySelectorAll('iframe').length > 1) await new Promise((resolve) => setTimeout(resolve, 20));
      });
    });

    it('has the title that is a text, whatever it puts in its place', async () => {
      const window = createWindow();
      await load(
        window,
        `<!doctype html><script>
          Object.defineProperty(document, 'title', { get: () => ({ toString: 1 }) });
        </script>`
      );
      expect(window.webContents.getTitle()).to.equal('');
    });
  });

  describe('that are not visible', () => {
    it('goes on after alert, confirm and prompt, which are answered as by who closes them', async () => {
      const window = await openWindow();
      const answers = await run(window, () => [alert('a'), confirm('b'), prompt('c', 'd')]);
      expect(answers).to.deep.equal([undefined, false, null]);
      await load(window, '<!doctype html><script>document.title = String(confirm("while it is parsed"))</script>');
      expect(window.getTitle()).to.equal('false');
    });
  });

  describe('that stops keeps no other window from loading', () => {
    it('with a script that never ends', async () => {
      const window = await openWindow();
      const running = once(window.webContents.ipc, 'running');
      const isOver = run(window, () => {
        require('electron').ipcRenderer.send('running');
        for (;;);
      }).then(() => true);
      isOver.catch(() => {});
      await running;
      const other = await openWindow();
      await expectIpc(other);
      other.reload();
      await once(other.webContents, 'did-finish-load');
      expect(other.webContents.getOSProcessId()).to.be.above(0);
      expect(await Promise.race([isOver, false])).to.equal(false);
    });

    it('with a process that the system has stopped, or that is killed meanwhile', async function () {
      if (process.platform === 'win32') this.skip();
      const window = await openWindow();
      const pid = window.webContents.getOSProcessId();
      process.kill(pid, 'SIGSTOP');
      let isGone = false;
      const gone = once(window.webContents, 'render-process-gone').then(() => (isGone = true));
      // Chromium gives a process 10 s to take part in what all of them do.
      const end = setTimeout(() => process.kill(pid, 'SIGKILL'), 8000);
      const other = await openWindow();
      await expectIpc(other);
      expect(other.webContents.getOSProcessId()).to.be.above(0);
      expect(isGone).to.equal(false);
      clearTimeout(end);
      other.webContents.once('dom-ready', () => process.kill(pid, 'SIGKILL'));
      await other.loadURL('data:text/html,next');
      await gone;
      await expectIpc(other);
      expect(other.webContents.getOSProcessId()).to.be.above(0);
    });
  });

  it('can send an array of four billion holes', async () => {
    const window = await openWindow();
    const sparse = once(window.webContents.ipc, 'sparse');
    await run(window, () => {
      const array: unknown[] = [1];
      array.length = 2 ** 32 - 1;
      require('electron').ipcRenderer.send('sparse', array);
    });
    const [, array] = await sparse;
    expect(array).to.have.length(2 ** 32 - 1);
    expect(Object.keys(array)).to.deep.equal(['0']);
  });

  it('can have that array thrown by who gets it, and refused with what is its value in a Map', async () => {
    defer(() => ipcMain.removeHandler('endless'));
    ipcMain.handle('endless', (_event, array, refuse) => {
      if (refuse) return new Map([[array, () => {}]]);
      throw array;
    });
    const window = await openWindow();
    const errors = await run(window, async () => {
      const array: unknown[] = [];
      array.length = 2 ** 32 - 1;
      const { ipcRenderer } = require('electron');
      const ask = (refuse: boolean) => ipcRenderer.invoke('endless', array, refuse).catch(String);
      return [await ask(false), await ask(true)];
    });
    expect(errors[0]).to.equal("Error: Error invoking remote method 'endless': an Array");
    expect(errors[1]).to.match(/An object could not be cloned: .*values\(\)\[0\] is a function/);
  });

  describe('that floods the main process', () => {
    it('with questions for its memory keeps no other window from loading, and gets every answer', async function () {
      if (process.platform !== 'linux') this.skip();
      const window = await openWindow();
      const asked = run(window, async () => {
        const { getProcessMemoryInfo } = process as unknown as { getProcessMemoryInfo(): Promise<unknown> };
        const answers = await Promise.all(Array.from({ length: 2000 }, () => getProcessMemoryInfo()));
        return answers.length;
      });
      await Promise.all([openWindow(), openWindow()]);
      expect(await asked).to.equal(2000);
    });

    it('with 130,000 messages that are not read can pass their port on', async function () {
      this.timeout(120_000);
      const { port } = await openExchange();
      const { port1, port2 } = new MessageChannelMain();
      const count = 130_000;
      for (let i = 0; i < count; i++) {
        port2.postMessage(i);
      }
      port.postMessage(null, [port2]);
      await read(port1, count);
      port1.close();
    });
  });

  describe('that sends more than is read', () => {
    const { setMaximumBacklogForTesting } = process._linkedBinding('electron_ports_hub') as {
      setMaximumBacklogForTesting(bytes: number): Promise<void>;
    };
    beforeEach(() => setMaximumBacklogForTesting(1 << 22));
    afterEach(() => setMaximumBacklogForTesting(1 << 30));

    it('loses the port on which it waits, and no other', async () => {
      const { port, window, next } = await openExchange();
      const { port1, port2 } = new MessageChannelMain();
      // Fetched by this process, and not read.
      const closed = new Promise<boolean>((resolve) => port1.on('close', () => resolve(port1.closed)));
      port.postMessage(port2, [port2]);
      await run(window, async () => {
        const flooded = await exchange.next();
        const closed = new Promise((resolve) => (flooded.onclose = resolve));
        flooded.start();
        for (let count = 0; count < 20; count++) flooded.postMessage(new Uint8Array(300_000));
        await closed;
        exchange.port.postMessage('works');
      });
      expect(await closed).to.equal(true);
      expect(await next()).to.equal('works');
    });

    it('loses the port of a worker thread, too, that waits for a file which nobody gives', async () => {
      const { port, window } = await openExchange();
      const { port1, port2 } = new MessageChannelMain();
      startWorker(port1.toWorkerPort(), () => {});
      port.postMessage(port2, [port2]);
      await run(window, async () => {
        const flooded = await exchange.next();
        const closed = new Promise((resolve) => (flooded.onclose = resolve));
        flooded.start();
        const { port1: kept, port2: transferredFile } = new globalThis.MessageChannel();
        (globalThis as any).kept = kept;
        flooded.postMessage({ transferredFile }, [transferredFile]);
        for (let count = 0; count < 20; count++) flooded.postMessage(new Uint8Array(300_000));
        await closed;
      });
    });

    it('loses its link, and no other page does', async () => {
      const [window, other] = [await openWindow(), await openWindow()];
      const asked = new Promise<void>((resolve) =>
        window.webContents.ipc.handle('never', () => {
          resolve();
          return new Promise(() => {});
        })
      );
      await run(window, () => {
        const { ipcRenderer } = require('electron');
        (globalThis as any).answer = ipcRenderer.invoke('never').catch((error: Error) => error.message);
      });
      await asked;
      const flooded = run(window, () => {
        for (let count = 0; count < 8000; count++) require('electron').ipcRenderer.send('unread', count);
      });
      // Until it has all been sent, this process reads nothing.
      for (const end = Date.now() + 2000; Date.now() < end; );
      await flooded;
      expect(await run(window, () => (globalThis as any).answer)).to.include('does not listen to this document');
      // Nor does what comes from then on wait for ever, or for the next document.
      const again = () =>
        require('electron')
          .ipcRenderer.invoke('never')
          .catch((error: Error) => error.message);
      expect(await run(window, again)).to.include('does not listen to this document');
      const { port1, port2 } = new MessageChannelMain();
      const closed = once(port1, 'close');
      window.webContents.postMessage('to the next', null, [port2]);
      await closed;
      await expectIpc(other);
    });

    it('loses nothing while it is read, though it be more', async () => {
      const { window, next } = await openExchange();
      await run(window, () => {
        for (let count = 0; count < 2; count++) exchange.port.postMessage(new Uint8Array(1_000_000));
      });
      await next();
      await next();
      await run(window, async () => {
        for (let count = 0; count < 20; count++) {
          exchange.port.postMessage(new Uint8Array(300_000));
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      });
      for (let count = 0; count < 20; count++) expect(await next()).to.have.length(300_000);
    });

    it('loses nothing of what is passed on as it is read', async () => {
      const { port, window } = await openExchange();
      let read = 0;
      port.on('message', ({ data }) => {
        structuredClone(data, { transfer: [data] });
        port.postMessage(++read);
      });
      const answered = await run(window, async () => {
        let answered = 0;
        for (let count = 0; count < 20; count++) {
          const buffer = new ArrayBuffer(300_000);
          exchange.port.postMessage(buffer, [buffer]);
          answered = await exchange.next();
        }
        return answered;
      });
      expect(answered).to.equal(20);
    });

    it('loses nothing of what is read by a listener that throws', async () => {
      const { lines } = await runApp(async ({ app, BrowserWindow, ipcMain }) => {
        process.on('uncaughtException', () => {});
        const { setMaximumBacklogForTesting } = process._linkedBinding('electron_ports_hub') as {
          setMaximumBacklogForTesting(bytes: number): Promise<void>;
        };
        await app.whenReady();
        let read = 0;
        ipcMain.on('message', (event) => {
          event.reply('read', ++read);
          throw new Error('of the app');
        });
        const window = new BrowserWindow({
          show: false,
          webPreferences: { nodeIntegration: true, contextIsolation: false }
        });
        await window.loadURL('data:text/html,');
        await setMaximumBacklogForTesting(1 << 22);
        const answered = await window.webContents.executeJavaScript(`(async () => {
          const { ipcRenderer } = require('electron');
          let answered = 0;
          for (let count = 0; count < 20; count++) {
            const read = new Promise((resolve) => ipcRenderer.once('read', (_event, number) => resolve(number)));
            ipcRenderer.send('message', new Uint8Array(300_000));
            answered = await read;
          }
          return answered;
        })()`);
        console.log(answered);
        app.quit();
      });
      expect(lines).to.deep.equal(['20']);
    });
  });

  describe('that sends what the runtime’s own script never would', () => {
    /** What its renderer can say over the document's link, where page script shares the runtime's realm. */
    const sendRaw = (window: BrowserWindow, script: string) =>
      window.webContents.executeJavaScript(
        `{ const raw = process._linkedBinding('electron_renderer_ipc').createForRenderFrame(); ${script}; undefined; }`
      );

    for (const script of [
      'raw.send("channel", { length: 0 })',
      'raw.send("channel", { length: 1 })',
      'raw.invoke("channel", { length: 0 })'
    ]) {
      it(`loses its link, and affects no other page: ${script}`, async () => {
        const window = await openWindow();
        const { port } = await openExchange();
        await expectIpc(window);
        const heard: unknown[] = [];
        ipcMain.on('channel', () => heard.push(1));
        defer(() => ipcMain.removeAllListeners('channel'));
        await sendRaw(window, script);
        await run(window, () => require('electron').ipcRenderer.send('channel', 'after'));
        await expectIpc(await openWindow());
        expect(heard).to.deep.equal([]);
        expect(port.closed).to.equal(false);
        // The next document has one of its own.
        await window.loadURL('about:blank#next');
        window.reload();
        await once(window.webContents, 'did-finish-load');
        await expectIpc(window);
      });
    }

    it('is told, and nothing is sent, when it sends more arguments than a message can have', async () => {
      const window = await openWindow();
      const error = await run(window, () => {
        const { ipcRenderer } = require('electron');
        try {
          ipcRenderer.send('many', ...new Array(70_000).fill(0));
        } catch (error) {
          return String(error);
        }
      });
      expect(error).to.equal(
        'RangeError: A message can have 16384 arguments, got 70000. Send an array as one argument.'
      );
      const many = once(window.webContents.ipc, 'many');
      await run(window, () => require('electron').ipcRenderer.send('many', ...new Array(16_384).fill(0)));
      expect(await many).to.have.length(16_385);
    });

    it('gets an error for each request of a file that is none, and the file goes on', async () => {
      const { window, port } = await openExchange();
      const folder = temporaryFolder({ file: 'contents' });
      const handle = await open(join(folder, 'file'), 'r+');
      port.postMessage({ handle }, [handle as any]);
      const codes = await run(window, async () => {
        const file: MessagePort = (await exchange.next()).handle.transferredFile;
        const answers: any[] = [];
        const requests: [string, ...unknown[]][] = [
          ['write', 0, { length: 5 }],
          ['write', 0, undefined],
          ['write', 0, 'text'],
          ['write', null, new Uint8Array(1)],
          ['write', -1, new Uint8Array(1)],
          ['write', 0, new Uint8Array(2 ** 20 + 1)],
          ['read', 0, NaN],
          ['read', 0, -1],
          ['read', 2 ** 64, 1],
          ['read', 0n, 1],
          ['read', {}, []],
          ['read'],
          ['truncate', -1],
          ['truncate', {}],
          ['claim', 'key', { toString: 1 }],
          ['constructor'],
          ['read', 0, 3]
        ];
        await new Promise<void>((resolve) => {
          file.onmessage = ({ data }) => {
            answers[data.id] = data.error?.code ?? data.result;
            if (data.id === requests.length - 1) resolve();
          };
          requests.forEach(([method, ...args], id) => file.postMessage({ type: 'request', id, method, args }));
        });
        file.close();
        return answers.map((answer) => (answer instanceof Uint8Array ? [...answer] : answer));
      });
      expect(codes).to.deep.equal([
        'ERR_INVALID_ARG_TYPE',
        'ERR_INVALID_ARG_TYPE',
        'ERR_INVALID_ARG_TYPE',
        'ERR_OUT_OF_RANGE',
        'ERR_OUT_OF_RANGE',
        'ERR_OUT_OF_RANGE',
        'ERR_OUT_OF_RANGE',
        'ERR_OUT_OF_RANGE',
        'ERR_OUT_OF_RANGE',
        'ERR_OUT_OF_RANGE',
        'ERR_OUT_OF_RANGE',
        'ERR_OUT_OF_RANGE',
        'ERR_OUT_OF_RANGE',
        'ERR_OUT_OF_RANGE',
        false,
        'ERR_CHANNEL_NO_METHOD',
        [...Buffer.from('con')]
      ]);
    });
  });

  describe('leaves nothing of its window in the main process', () => {
    // Removes each frame that it sees, and so the runtime's: its link never comes.
    const remover = `<script>new MutationObserver(() => document.querySelectorAll('iframe').forEach((each) => each.remove()))
      .observe(document, { childList: true, subtree: true });</script>`;
    const page = `data:text/html,${encodeURIComponent('<p>page')}`;

    const ends: [when: string, end: (window: BrowserWindow) => unknown][] = [
      ['at once', (window) => window.destroy()],
      [
        'while it is loading',
        (window) => {
          void window.loadURL(page);
          window.destroy();
        }
      ],
      [
        'when it has navigated',
        (window) => {
          window.webContents.once('did-navigate', () => window.destroy());
          void window.loadURL(page);
        }
      ],
      [
        'when its document is parsed',
        (window) => {
          window.webContents.once('dom-ready', () => window.destroy());
          void window.loadURL(page);
        }
      ],
      [
        'when it has loaded',
        async (window) => {
          await window.loadURL(page);
          window.destroy();
        }
      ],
      [
        'as a person closes it',
        async (window) => {
          await window.loadURL(page);
          window.close();
        }
      ],
      [
        'while it reloads',
        async (window) => {
          await window.loadURL(page);
          window.webContents.once('did-navigate', () => window.destroy());
          window.reload();
        }
      ],
      [
        'that has no IPC',
        async (window) => {
          await window.loadURL(`data:text/html,${encodeURIComponent(remover)}`);
          window.destroy();
        }
      ],
      [
        'whose renderer crashed',
        async (window) => {
          await window.loadURL(page);
          window.webContents.once('render-process-gone', () => window.destroy());
          window.webContents.forcefullyCrashRenderer();
        }
      ]
    ];
    for (const [when, end] of ends) {
      it(`closed ${when}`, async function () {
        // Each collection takes a while.
        this.timeout(30_000);
        const open = async () => {
          const window = createWindow();
          const references = [new WeakRef<object>(window), new WeakRef<object>(window.webContents)];
          const closed = once(window, 'closed');
          await end(window);
          await closed;
          return references;
        };
        const references = [await open(), await open()].flat();
        // The last one may be held by what is told last.
        await openWindow();
        const isThere = () => references.some((each) => each.deref());
        // A window that was closed at once is still opened, and then closed.
        for (const end = Date.now() + 15_000; Date.now() < end && isThere(); ) {
          await new Promise((resolve) => setTimeout(resolve, 200));
          (process as any)._linkedBinding('electron_common_v8_util').requestGarbageCollectionForTesting();
        }
        expect(references.filter((each) => each.deref())).to.have.length(0);
      });
    }
  });
});
