import { app, BrowserWindow, ipcMain } from 'electron/main';
import type { WebPreferences } from 'electron/main';

import { expect } from 'chai';

import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { defer } from './lib/defer';
import { temporaryFolder } from './lib/files';
import { isStock, skipInElectron } from './lib/needs';
import { range } from './lib/ports';
import { rejection } from './lib/rejection';
import { serve } from './lib/server';
import { closeAllWindows, closeWindow, openWindow, run } from './lib/windows';

describe('BrowserWindow', () => {
  afterEach(closeAllWindows);

  describe('its life', () => {
    it('is listed and found until it has closed', async () => {
      const window = new BrowserWindow({ show: false });
      expect(BrowserWindow.getAllWindows()).to.deep.equal([window]);
      expect(BrowserWindow.fromId(window.id)).to.equal(window);
      expect(BrowserWindow.fromWebContents(window.webContents)).to.equal(window);
      const closed = once(window, 'closed');
      window.close();
      await closed;
      expect(BrowserWindow.getAllWindows()).to.deep.equal([]);
      expect(BrowserWindow.fromId(window.id)).to.equal(null);
    });

    it('takes null for no options, and for no web preferences', async () => {
      for (const options of [null as never, { show: false, webPreferences: null as never }]) {
        const window = new BrowserWindow(options);
        await window.loadURL('data:text/html,<title>there</title>');
        expect(window.getTitle()).to.equal('there');
      }
    });

    it('tells close, then closed, once each', async () => {
      const window = await openWindow();
      const told: string[] = [];
      window.on('close', () => told.push('close'));
      window.on('closed', () => told.push('closed'));
      const closed = once(window, 'closed');
      window.close();
      await closed;
      expect(window.isDestroyed()).to.equal(true);
      expect(told).to.deep.equal(['close', 'closed']);
    });

    it('stays, and works, when a listener of close prevents it', async () => {
      const window = await openWindow();
      const asked = once(window, 'close');
      window.once('close', (event) => event.preventDefault());
      window.close();
      await asked;
      expect(await run(window, () => 'still here')).to.equal('still here');
      expect(window.isDestroyed()).to.equal(false);
      const closed = once(window, 'closed');
      window.close();
      await closed;
    });

    it('destroy() cannot be prevented', async () => {
      const window = await openWindow();
      const told: string[] = [];
      window.on('close', (event) => {
        event.preventDefault();
        told.push('close');
      });
      const closed = once(window, 'closed');
      window.destroy();
      await closed;
      expect(window.isDestroyed()).to.equal(true);
      expect(told).to.deep.equal([]);
    });

    it('throws for a call after its end', async () => {
      const window = new BrowserWindow({ show: false });
      const closed = once(window, 'closed');
      window.destroy();
      await closed;
      expect(() => window.loadURL('about:blank')).to.throw(TypeError, 'Object has been destroyed');
      for (const name of ['close', 'reload', 'getTitle', 'isVisible', 'show', 'showInactive', 'hide'] as const) {
        expect(() => window[name](), name).to.throw(TypeError, 'Object has been destroyed');
      }
      expect(() => window.setTitle('title')).to.throw(TypeError, 'Object has been destroyed');
      window.destroy();
      expect(window.isDestroyed()).to.equal(true);
    });

    it('throws for a call of its webContents after its end', async () => {
      const window = new BrowserWindow({ show: false });
      const { webContents } = window;
      const destroyed = once(webContents, 'destroyed');
      window.destroy();
      await destroyed;
      expect(() => webContents.close()).to.throw(TypeError, 'Object has been destroyed');
      expect(() => webContents.close({ waitForBeforeUnload: true })).to.throw(TypeError, 'Object has been destroyed');
      expect(() => webContents.getURL()).to.throw(TypeError, 'Object has been destroyed');
      expect(webContents.isDestroyed()).to.equal(true);
    });

    it('tells nothing more once a listener of its webContents has destroyed it', async () => {
      for (const event of ['did-finish-load', 'page-title-updated'] as const) {
        const window = new BrowserWindow({ show: false });
        const told: string[] = [];
        window.on('closed', () => told.push('closed'));
        window.on('ready-to-show', () => told.push('ready-to-show'));
        window.on('page-title-updated', () => told.push('page-title-updated'));
        const closed = once(window, 'closed');
        window.webContents.once(event as 'did-finish-load', () => window.destroy());
        await Promise.all([closed, window.loadURL('data:text/html,<title>titled</title>').catch(() => {})]);
        expect(told.slice(told.indexOf('closed'))).to.deep.equal(['closed']);
      }
    });

    it('can be closed and made again many times', async () => {
      for (let i = 0; i < 5; i++) {
        const window = new BrowserWindow({ show: false });
        const load = i % 2 ? window.loadURL('about:blank') : undefined;
        window.destroy();
        await load?.catch(() => {});
      }
      const window = await openWindow();
      expect(await run(window, () => 1)).to.equal(1);
    });
  });

  describe('its title', () => {
    const page = (title: string) => `data:text/html,<title>${title}</title>`;

    it('is its option, or the name of the app, until a page has one', async () => {
      const window = new BrowserWindow({ show: false, title: 'given' });
      expect(window.getTitle()).to.equal('given');
      await window.loadURL('data:text/html,untitled');
      expect(window.getTitle()).to.equal('given');
      await window.loadURL(page('of the page'));
      expect(window.getTitle()).to.equal('of the page');
      for (const title of [undefined, 1 as never]) {
        expect(new BrowserWindow({ show: false, title }).getTitle()).to.equal(app.getName());
      }
    });

    it('stays when a listener prevents the page from changing it', async () => {
      const window = new BrowserWindow({ show: false, title: 'mine' });
      window.once('page-title-updated', (event) => event.preventDefault());
      await window.loadURL(page('of the page'));
      expect([window.getTitle(), window.webContents.getTitle()]).to.deep.equal(['mine', 'of the page']);
      await window.loadURL(page('of the next'));
      expect(window.getTitle()).to.equal('of the next');
    });

    it('is what the app sets it to, until the page changes', async () => {
      const window = new BrowserWindow({ show: false });
      await window.loadURL(page('of the page'));
      window.setTitle('set');
      expect([window.title, window.webContents.getTitle()]).to.deep.equal(['set', 'of the page']);
      window.title = 'assigned';
      expect(window.getTitle()).to.equal('assigned');
      expect(() => window.setTitle(1 as never)).to.throw(TypeError, 'conversion failure from');
      const seen = new Promise((resolve) => {
        window.webContents.once('page-title-updated', () => resolve(window.getTitle()));
      });
      await run(window, () => {
        document.title = 'changed';
      });
      expect(await seen).to.equal('changed');
    });
  });

  describe('closing a page', () => {
    const told: string[] = [];
    let window: BrowserWindow;

    beforeEach(async () => {
      told.length = 0;
      window = await openWindow('data:text/html,<title>page</title>');
      ipcMain.on('told', (_event, text) => told.push(text));
      ipcMain.on('port', ({ ports }) => ports[0].on('message', ({ data }) => told.push(data)).start());
      window.on('close', () => told.push('close'));
      window.on('closed', () => told.push('closed'));
      await run(window, () => {
        const { ipcRenderer } = require('electron');
        addEventListener('beforeunload', (event) => {
          ipcRenderer.send('told', 'beforeunload');
          if ((globalThis as any).stays) event.preventDefault();
        });
        addEventListener('pagehide', () => {
          ipcRenderer.send('told', 'pagehide');
          const { port1, port2 } = new MessageChannel();
          port1.postMessage('port of pagehide');
          ipcRenderer.postMessage('port', 0, [port2]);
        });
      });
    });

    afterEach(() => {
      for (const channel of ['told', 'port', 'save']) ipcMain.removeAllListeners(channel);
    });

    const stay = (stays: boolean) => run(window, (stays) => Object.assign(globalThis, { stays }) && 0, stays);

    it('runs its handlers between close and closed, and brings what they send', async () => {
      const closed = once(window, 'closed');
      window.close();
      expect(window.isDestroyed()).to.equal(false);
      await closed;
      expect(window.isDestroyed()).to.equal(true);
      expect(told.filter((text) => text !== 'port of pagehide')).to.deep.equal([
        'close',
        'beforeunload',
        'pagehide',
        'closed'
      ]);
      while (!told.includes('port of pagehide')) await new Promise(setImmediate);
    });

    it('brings all that they send, however long the app takes over each', async () => {
      const saved: number[] = [];
      const busyMilliseconds = 50;
      ipcMain.on('save', (_event, index) => {
        saved.push(index);
        for (const end = Date.now() + busyMilliseconds; Date.now() < end; );
      });
      window.on('closed', () => saved.push(-1));
      await run(window, () => {
        addEventListener('pagehide', () => {
          for (let i = 0; i < 60; i++) require('electron').ipcRenderer.send('save', i, new Uint8Array(1e5));
        });
      });
      const closed = once(window, 'closed');
      window.close();
      await closed;
      expect(saved).to.deep.equal([...range(60), -1]);
    });

    it('is not done when its beforeunload prevents it, and is when that is prevented', async () => {
      await stay(true);
      const asked = once(window.webContents, 'will-prevent-unload');
      window.close();
      await asked;
      expect(await run(window, () => document.title)).to.equal('page');
      expect(window.isDestroyed()).to.equal(false);
      expect(told).to.deep.equal(['close', 'beforeunload']);
      window.webContents.once('will-prevent-unload', (event) => event.preventDefault());
      const closed = once(window, 'closed');
      window.close();
      await closed;
      expect(told.filter((text) => text !== 'port of pagehide')).to.deep.equal([
        'close',
        'beforeunload',
        'close',
        'beforeunload',
        'pagehide',
        'closed'
      ]);
    });

    it('runs neither handler when it is destroyed', async () => {
      await stay(true);
      const closed = once(window, 'closed');
      window.destroy();
      await closed;
      // What they sent would be here before what another window says.
      const other = await openWindow();
      await run(other, () => require('electron').ipcRenderer.send('told', 'other'));
      while (!told.includes('other')) await new Promise(setImmediate);
      expect(told).to.deep.equal(['closed', 'other']);
    });

    it('runs neither when it is destroyed, though nobody would hear what they send', async () => {
      const asked: string[] = [];
      const server = await serve((path) => {
        asked.push(path);
        return '<title>page</title>';
      });
      defer(() => server.close());
      const isRunning = (pid: number) => {
        try {
          return process.kill(pid, 0);
        } catch {
          return false;
        }
      };
      const leave = async (how: 'close' | 'destroy') => {
        const window = await openWindow(`${server.origin}/page`);
        const pid = window.webContents.getOSProcessId();
        await run(
          window,
          (how) => {
            for (const type of ['beforeunload', 'pagehide']) {
              addEventListener(type, () => navigator.sendBeacon(`/${type}-${how}`));
            }
          },
          how
        );
        const closed = once(window, 'closed');
        window[how]();
        await closed;
        while (isRunning(pid)) await new Promise((resolve) => setTimeout(resolve, 20));
      };
      await leave('close');
      await leave('destroy');
      await openWindow(`${server.origin}/last`);
      expect(asked.filter((path) => path.includes('-')).sort()).to.deep.equal([
        '/beforeunload-close',
        '/pagehide-close'
      ]);
    });

    it('runs neither for webContents.close()', async () => {
      await stay(true);
      const closed = once(window, 'closed');
      window.webContents.close();
      await closed;
      expect(told).to.deep.equal(['closed']);
    });

    it('asks the page in webContents.close() with waitForBeforeUnload', async () => {
      await stay(true);
      const asked = once(window.webContents, 'will-prevent-unload');
      window.webContents.close({ waitForBeforeUnload: true });
      await asked;
      expect(await run(window, () => document.title)).to.equal('page');
    });

    it('lets a page stay when it is to show another one', async () => {
      await stay(true);
      // A page without user activation is not asked.
      await window.webContents.executeJavaScript('0', true);
      const asked = once(window.webContents, 'will-prevent-unload');
      const failed: unknown[] = [];
      window.webContents.on('did-fail-load', (_event, ...details) => failed.push(details.slice(0, 4)));
      const error = rejection(window.loadURL('data:text/html,next'));
      await asked;
      expect(await error).to.include({ code: 'ERR_ABORTED' });
      expect(failed).to.deep.equal([[-3, 'ERR_ABORTED', 'data:text/html,next', true]]);
      expect(await run(window, () => document.title)).to.equal('page');
    });

    it('lets a page stay when it is to be loaded again, and works as before', async () => {
      await stay(true);
      await window.webContents.executeJavaScript('0', true);
      const stopped = once(window.webContents, 'did-stop-loading');
      window.reload();
      await stopped;
      expect(window.webContents.isLoading()).to.equal(false);
      expect(await run(window, () => document.title)).to.equal('page');
    });

    it('does not ask for ever where script is busy, before or in its handler', async () => {
      for (const handler of ['() => {}', '() => { for (;;); }']) {
        const busy = await openWindow();
        await busy.webContents.executeJavaScript(`onbeforeunload = ${handler}; 0`, true);
        if (handler === '() => {}') void busy.webContents.executeJavaScript('setTimeout(() => { for (;;); })');
        const closed = once(busy, 'closed');
        busy.close();
        await closed;
      }
    });
  });

  describe('what has begun to load and comes to nothing', () => {
    const told: string[] = [];

    async function open(path: string) {
      let isFirst = true;
      const server = await serve((asked) => {
        if (asked === '/never') return undefined;
        if (asked === '/nothing' || (asked === '/once' && !isFirst)) return { status: 204 };
        if (asked === '/download') return { headers: { 'content-disposition': 'attachment' }, body: 'file' };
        if (asked === '/once') isFirst = false;
        return `<!doctype html><title>page</title><a href="/nothing">nothing</a>
          <a href="/file" download>file</a><script>if (location.hash) stop();</script>`;
      });
      defer(() => server.close());
      const window = new BrowserWindow({ show: false });
      const loaded = window.loadURL(server.origin + path);
      window.webContents.on('did-start-loading', () => told.push('start'));
      window.webContents.on('did-stop-loading', () => told.push('stop'));
      window.webContents.on('did-fail-load', (_event, code) => told.push(`fail ${code}`));
      return { window, loaded, origin: server.origin };
    }

    beforeEach(() => {
      told.length = 0;
    });

    it('ends as it began: a link to what is no page', async () => {
      const { window, loaded } = await open('/page');
      await loaded;
      told.length = 0;
      const stopped = once(window.webContents, 'did-stop-loading');
      await run(window, () => document.querySelector('a')!.click());
      await stopped;
      expect(told).to.deep.equal(['start', 'stop']);
      expect(await run(window, () => document.title)).to.equal('page');
    });

    it('ends as it began: a page that is no page the second time', async () => {
      const { window, loaded } = await open('/once');
      await loaded;
      const stopped = once(window.webContents, 'did-stop-loading');
      window.reload();
      await stopped;
      expect(window.webContents.isLoading()).to.equal(false);
      expect(await run(window, () => document.title)).to.equal('page');
    });

    it('is told to who waits for it: a page that stops itself', async () => {
      const { window, loaded } = await open('/page#stop');
      expect(await rejection(loaded)).to.include({ errno: -3 });
      expect(told).to.deep.equal(['start', 'fail -3', 'stop']);
      expect(window.webContents.isLoading()).to.equal(false);
      expect(await run(window, () => document.title)).to.equal('page');
    });

    for (const [what, path] of [
      ['is an empty answer', '/nothing'],
      ['is a download', '/download']
    ]) {
      it(`rejects, and is not told to have failed: what the app loads ${what}`, async function () {
        if (path === '/download') skipInElectron(this, 'asks the person where to put it');
        const { window, loaded, origin } = await open('/page');
        await loaded;
        told.length = 0;
        expect(await rejection(window.loadURL(origin + path))).to.include({ code: 'ERR_FAILED', errno: -2 });
        expect(told).to.deep.equal(['start', 'stop']);
        expect(await run(window, () => document.title)).to.equal('page');
      });
    }

    it('rejects when its window is destroyed', async () => {
      const { window, loaded } = await open('/never');
      const error = rejection(loaded);
      window.destroy();
      expect(await error).to.include({ code: 'ERR_FAILED', errno: -2 });
    });
  });

  it('loadFile loads a file from an absolute path, with its query and fragment', async () => {
    const folder = temporaryFolder({
      'a page.html': '<title>file</title><script src="beside.js"></script>',
      'beside.js': 'globalThis.beside = 1'
    });
    const window = new BrowserWindow({ show: false });
    await window.loadFile(join(folder, 'a page.html'), { query: { a: 'b c' }, hash: 'end' });
    expect(window.webContents.getTitle()).to.equal('file');
    expect(await run(window, () => [location.search, location.hash, (globalThis as any).beside])).to.deep.equal([
      '?a=b%20c',
      '#end',
      1
    ]);
    const error = await window.loadFile(join(folder, 'none.html')).catch((error) => error);
    expect(error).to.include({ code: 'ERR_FILE_NOT_FOUND', errno: -6 });
  });

  it('lets a page of file: load modules, workers, styles and data from there, and see into its frames', async () => {
    const folder = temporaryFolder({
      'index.html': `<!doctype html><link rel="stylesheet" crossorigin href="style.css"><body><iframe src="frame.html"></iframe>
        <script>
          const of = (worker) => new Promise((resolve) => {
            worker.onmessage = ({ data }) => resolve(data);
            worker.onerror = () => resolve('failed');
          });
          const got = (async () => ({
            dynamic: (await import('./exports.js')).default,
            fetched: await (await fetch('data.json')).json(),
            requested: await new Promise((resolve) => {
              const request = new XMLHttpRequest();
              request.open('GET', 'data.json');
              request.onloadend = () => resolve(request.responseText);
              request.send();
            }),
            classic: await of(new Worker('classic.js')),
            modular: await of(new Worker('modular.mjs', { type: 'module' }))
          }))();
        </script>
        <script type="module" src="module.js"></script>`,
      'style.css': 'body { color: rgb(1, 2, 3) }',
      'module.js': "import value from './exports.js'; globalThis.imported = value;",
      'exports.js': "export default 'exported'",
      'data.json': '"data"',
      'classic.js': "fetch('data.json').then((answer) => answer.json()).then((data) => postMessage('classic ' + data))",
      'modular.mjs': "import value from './exports.js'; postMessage('modular ' + value);",
      'frame.html': '<title>frame</title>'
    });
    const window = new BrowserWindow({ show: false });
    await window.loadFile(join(folder, 'index.html'));
    const got = await window.webContents.executeJavaScript(
      `got.then((got) => ({ ...got, imported, color: getComputedStyle(document.body).color,
        frame: document.querySelector('iframe').contentDocument?.title }))`
    );
    expect(got).to.deep.equal({
      dynamic: 'exported',
      fetched: 'data',
      requested: '"data"',
      classic: 'classic data',
      modular: 'modular exported',
      imported: 'exported',
      color: 'rgb(1, 2, 3)',
      frame: 'frame'
    });
  });

  it('enforces the policy of a page where no script of the app runs', async () => {
    const window = new BrowserWindow({ show: false });
    const policy = '<meta http-equiv="content-security-policy" content="script-src \'nonce-good\'">';
    await window.loadURL(
      `data:text/html,${encodeURIComponent(`${policy}<script nonce="good">ran = ['good']</script><script>ran.push('bad')</script>`)}`
    );
    expect(await window.webContents.executeJavaScript('ran')).to.deep.equal(['good']);
  });

  describe('webPreferences', () => {
    async function open(webPreferences: WebPreferences, url = 'data:text/html,<title>page</title>') {
      const window = new BrowserWindow({ show: false, webPreferences });
      await window.loadURL(url);
      return window;
    }

    const has = (window: BrowserWindow) =>
      run(window, () =>
        ['require', 'process', 'module', 'electron', 'fromPreload'].filter((name) => name in globalThis)
      );

    it('give a page nothing by default', async () => {
      expect(await has(await open({}))).to.deep.equal([]);
    });

    it('give a page nothing of Node integration with context isolation', async () => {
      expect(await has(await open({ nodeIntegration: true }))).to.deep.equal([]);
    });

    it('give a page require with Node integration and no context isolation', async () => {
      const window = await open({ nodeIntegration: true, contextIsolation: false });
      const names = ['electron', 'electron/renderer'];
      expect(
        await run(
          window,
          (names) => names.map((name) => require(name).ipcRenderer === require('electron').ipcRenderer),
          names
        )
      ).to.deep.equal([true, true]);
    });

    it('take no more than one preload, whose path is the one that was given', async () => {
      const folder = temporaryFolder({
        'preload.js': `const { ipcRenderer } = require('electron');
          ipcRenderer.send('preload', __filename, __dirname, typeof module, typeof exports, process.type);`
      });
      const loaded = once(ipcMain, 'preload');
      await open({ preload: join(folder, 'preload.js'), sandbox: false });
      const [, ...told] = await loaded;
      expect(told).to.deep.equal([join(folder, 'preload.js'), folder, 'object', 'object', 'renderer']);
    });

    it('share a world between preload and page without context isolation', async () => {
      const folder = temporaryFolder({ 'preload.js': 'globalThis.fromPreload = require("electron").ipcRenderer' });
      const window = await open({ preload: join(folder, 'preload.js'), contextIsolation: false, sandbox: false });
      expect(await has(window)).to.deep.equal(['fromPreload']);
      ipcMain.handleOnce('answer', () => 42);
      expect(await run(window, () => (globalThis as any).fromPreload.invoke('answer'))).to.equal(42);
    });

    it('keep preload and page apart with context isolation', async () => {
      const folder = temporaryFolder({
        'preload.js': `globalThis.fromPreload = 1; Array.prototype.mine = 1;
          require('electron').ipcRenderer.on('ask', () => require('electron').ipcRenderer.send('world', typeof fromPage));`
      });
      const window = await open({ preload: join(folder, 'preload.js') });
      await run(window, () => {
        Object.assign(globalThis, { fromPage: 1 });
      });
      expect(await has(window)).to.deep.equal([]);
      expect(await run(window, () => 'mine' in Array.prototype)).to.equal(false);
      const world = once(ipcMain, 'world');
      window.webContents.send('ask');
      expect((await world)[1]).to.equal('undefined');
    });

    it('give a preload what libraries ask for when they are loaded', async () => {
      const folder = temporaryFolder({
        'preload.js': `const { setTimeout: later } = require('timers');
          const address = require('url');
          const order = [];
          process.once('loaded', () => order.push('loaded'));
          order.push('preload');
          setImmediate((value) => order.push(value), 'immediate');
          later(() => {
            require('electron').ipcRenderer.send('asked', {
              order,
              modules: ['common', 'renderer'].every((name) => require('electron/' + name) === require('electron')),
              electron: process.versions.electron,
              chrome: process.versions.chrome,
              argument: process.argv.includes('--of-the-app=1'),
              host: address.parse('https://host/').host,
              class: typeof address.URL,
              buffer: Buffer.from('text').toString('base64'),
              global: typeof global
            });
          }, 50);`
      });
      const asked = once(ipcMain, 'asked');
      await open({ preload: join(folder, 'preload.js'), additionalArguments: ['--of-the-app=1'] });
      const [, facts] = await asked;
      expect(facts.electron).to.match(/^\d+\.\d+\.\d+/);
      expect(facts.chrome).to.match(/^\d+(\.\d+){3}$/);
      expect(facts).to.deep.include({
        order: ['preload', 'loaded', 'immediate'],
        argument: true,
        modules: true,
        host: 'host',
        class: 'undefined',
        buffer: 'dGV4dA==',
        global: 'object'
      });
    });

    it('give a preload additionalArguments that are a list of strings, and no others', async () => {
      const folder = temporaryFolder({
        'preload.js': `require('electron').ipcRenderer.send('has', process.argv.includes('--of-the-app=1'));`
      });
      const given: unknown[] = [['--of-the-app=1', ''], ['--of-the-app=1', 2], '--of-the-app=1'];
      const has: boolean[] = [];
      for (const additionalArguments of given) {
        const told = once(ipcMain, 'has');
        await open({ preload: join(folder, 'preload.js'), additionalArguments: additionalArguments as never });
        has.push((await told)[1]);
      }
      expect(has).to.deep.equal([true, false, false]);
    });

    it('run the preload before any script of the page, in every document', async () => {
      const folder = temporaryFolder({ 'preload.js': 'globalThis.early = document.readyState;' });
      const page = 'data:text/html,<script>globalThis.seen = typeof early</script>';
      const window = await open({ preload: join(folder, 'preload.js'), contextIsolation: false }, page);
      expect(await run(window, () => (globalThis as any).seen)).to.equal('string');
      await window.loadURL(`${page}<p>`);
      expect(await run(window, () => (globalThis as any).seen)).to.equal('string');
    });

    it('take a preload that requires and imports files beside it', async () => {
      const folder = temporaryFolder({
        'preload.js': `const { word } = require('./lib/word'); require('electron').ipcRenderer.send('word', word);`,
        'lib/word.js': `exports.word = require('./other.js') + '!';`,
        'lib/other.js': `module.exports = 'beside';`
      });
      const heard = once(ipcMain, 'word');
      await open({ preload: join(folder, 'preload.js'), sandbox: false });
      expect((await heard)[1]).to.equal('beside!');
    });

    it('give a preload what it may ask of its process', async () => {
      const folder = temporaryFolder({
        'preload.js': `const { arch, isMainFrame, sandboxed, version } = process;
          process.nextTick((...args) => require('electron').ipcRenderer.send('process', process.uptime(), ...args),
            { arch, isMainFrame, sandboxed, version });`
      });
      const heard = once(ipcMain, 'process');
      await open({ preload: join(folder, 'preload.js'), sandbox: false });
      const [, uptime, facts] = await heard;
      expect(uptime).to.be.above(0);
      const { arch, version } = process;
      expect(facts).to.deep.equal({ arch, isMainFrame: true, sandboxed: false, version });
    });

    it('take a preload that is an ES module', async () => {
      const folder = temporaryFolder({
        'preload.mjs': `import { ipcRenderer, contextBridge } from 'electron';
          import electron from 'electron/renderer';
          import { word } from './word.mjs';
          contextBridge.exposeInMainWorld('word', word);
          ipcRenderer.send('word', word, electron.ipcRenderer === ipcRenderer, import.meta.url);`,
        'word.mjs': `export const word = 'imported';`
      });
      const heard = once(ipcMain, 'word');
      const window = await open({ preload: join(folder, 'preload.mjs'), sandbox: false });
      const { href } = pathToFileURL(join(folder, 'preload.mjs'));
      expect((await heard).slice(1)).to.deep.equal(['imported', true, href]);
      expect(await run(window, () => (globalThis as any).word)).to.equal('imported');
    });

    for (const [what, files, text] of [
      ['throws', { 'preload.js': 'throw new Error("of the preload")' }, /of the preload/],
      ['is no script', { 'preload.js': 'no script' }, /./],
      ['is missing', {}, /preload/],
      ['requires what is not there', { 'preload.js': 'require("./none")' }, /none/]
    ] as const) {
      it(`load the page, and tell it on the console, when the preload ${what}`, async () => {
        const preload = join(temporaryFolder(files), 'preload.js');
        const window = new BrowserWindow({ show: false, webPreferences: { preload, sandbox: false } });
        const messages: string[] = [];
        window.webContents.on('console-message', ({ message, level }) => {
          expect(level).to.equal('error');
          messages.push(message);
        });
        await window.loadURL('data:text/html,<title>loaded</title>');
        expect(window.webContents.getTitle()).to.equal('loaded');
        expect(messages[0]).to.equal(`Unable to load preload script: ${preload}`);
        expect(messages[1]).to.match(text);
      });
    }

    it('take no preload by a relative path, and load the page', async () => {
      const webPreferences = { preload: 'preload.js' };
      const window = await open(webPreferences);
      expect(window.webContents.getTitle()).to.equal('page');
      // Electron adds to it.
      const { preload } = webPreferences;
      expect(isStock ? webPreferences : { preload }).to.deep.equal({ preload: 'preload.js' });
    });
  });

  it('takes no size that is no whole number, and no preload script that is no text', async () => {
    const options: unknown[] = [
      { width: 1000 / 3, height: Number.NaN },
      { width: null, height: '600' },
      { width: 2 ** 40 },
      { webPreferences: { preload: null } },
      { webPreferences: { preload: 5 } }
    ];
    for (const each of options) {
      const window = new BrowserWindow({ show: false, ...(each as object) });
      await window.loadURL('about:blank');
      await closeWindow(window);
    }
  });
});
