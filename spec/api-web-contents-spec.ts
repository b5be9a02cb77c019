import { BrowserWindow, ipcMain, MessageChannelMain, webContents } from 'electron/main';

import { expect } from 'chai';
import { stub, useFakeTimers } from 'sinon';

import { once } from 'node:events';
import { join } from 'node:path';

import { temporaryFolder } from './lib/files';
import { isStock, skipInElectron } from './lib/needs';
import { rejection } from './lib/rejection';
import { serve } from './lib/server';
import { closeAllWindows, createWindow, openWindow, run } from './lib/windows';

import type { SpecServer } from './lib/server';

const html = (body: string) => `data:text/html,${encodeURIComponent(body)}`;

/** The number of each message that a page of `script` hears on `channel`, once it heard `count` of them. */
const listening = (count: number) => `
  const heard = [];
  const { ipcRenderer } = require('electron');
  ipcRenderer.on('channel', (event, value) => {
    heard.push([value, event.ports.length]);
    if (heard.length === ${count}) ipcRenderer.send('heard', heard);
  });`;

/** Sends five messages of both kinds. */
function sendFive({ webContents }: BrowserWindow) {
  for (let i = 0; i < 5; i++) {
    if (i % 2) webContents.postMessage('channel', i, [new MessageChannelMain().port1]);
    else webContents.send('channel', i);
  }
}
const five = [0, 1, 2, 3, 4].map((value) => [value, value % 2]);

describe('WebContents', () => {
  let server: SpecServer;

  before(async () => {
    server = await serve((path) => {
      switch (path.replace(/\?.*/, '')) {
        case '/never':
        case '/slow.png':
          return undefined;
        case '/slow':
          return '<img src="/slow.png">';
        case '/lead':
          return `<script>
            const pause = Number(new URLSearchParams(location.search).get('pause'));
            addEventListener('load', () => setTimeout(() => (location.href = '/led'), pause));
          </script>`;
        case '/console':
          return "<script>console.log('one', 2);\nconsole.info('i');\nconsole.warn('w');\nconsole.error('e');\nconsole.debug('d');\nthrow new Error('last')</script>";
        case '/title':
          return '<title>real</title><form name="title"></form>';
        case '/nothing':
          return { status: 204 };
        case '/moved':
          return { status: 302, headers: { location: '/there' } };
        case '/lost':
          return { status: 404, body: '<title>lost</title>' };
        default:
          return `<title>${path}</title>`;
      }
    });
  });

  after(() => server.close());
  afterEach(closeAllWindows);

  it('closes each port that it posts to a page that is killed just then', async () => {
    const closes: Promise<unknown>[] = [];
    for (let round = 0; round < 12; round++) {
      const { webContents } = await openWindow(`${server.origin}/page`);
      const gone = once(webContents, 'render-process-gone');
      for (let count = 0; count < 20 && !webContents.isCrashed(); count++) {
        if (count === 5) process.kill(webContents.getOSProcessId(), 'SIGKILL');
        const { port1, port2 } = new MessageChannelMain();
        closes.push(once(port1, 'close'));
        webContents.postMessage('channel', null, [port2]);
        port1.start();
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      await gone;
    }
    await Promise.all(closes);
  });

  it('tells nothing more once it is destroyed, whatever it was at', async () => {
    const events = ['did-start-loading', 'did-stop-loading', 'did-navigate', 'did-frame-navigate', 'dom-ready'];
    events.push('did-finish-load', 'did-frame-finish-load', 'frame-created', 'render-process-gone');
    const told: string[] = [];
    for (const way of ['close', 'loading', 'crashing']) {
      const window = await openWindow(`${server.origin}/page`);
      if (way === 'loading') window.loadURL(`${server.origin}/slow`).catch(() => {});
      const closed = once(window, 'closed');
      for (const name of events) {
        window.webContents.on(name as 'dom-ready', () => {
          if (window.isDestroyed()) told.push(`${way}: ${name}`);
        });
      }
      if (way === 'crashing') window.webContents.forcefullyCrashRenderer();
      if (way === 'close') window.close();
      else window.destroy();
      await closed;
    }
    // What Chromium still had to say of them has come before this.
    await openWindow(`${server.origin}/page`);
    await openWindow(`${server.origin}/page`);
    expect(told).to.deep.equal([]);
  });

  describe('its events', () => {
    /** Notes the events of a window, in their order. */
    function note(window: BrowserWindow) {
      const noted: string[] = [];
      const { webContents } = window;
      webContents.on('did-start-loading', () => noted.push('did-start-loading'));
      webContents.on('did-start-navigation', ({ url, isMainFrame }) =>
        noted.push(`did-start-navigation ${new URL(url).pathname} ${isMainFrame}`)
      );
      webContents.on('did-navigate', (_event, url) => noted.push(`did-navigate ${new URL(url).pathname}`));
      webContents.on('dom-ready', () => noted.push('dom-ready'));
      webContents.on('page-title-updated', (_event, title) => noted.push(`page-title-updated ${title}`));
      webContents.on('did-finish-load', () => noted.push('did-finish-load'));
      webContents.on('did-stop-loading', () => noted.push('did-stop-loading'));
      webContents.on('did-navigate-in-page', (_event, url) => noted.push(`did-navigate-in-page ${new URL(url).hash}`));
      webContents.on('did-fail-load', (_event, code, text) => noted.push(`did-fail-load ${code} ${text}`));
      return noted;
    }

    it('tell of a load, and of one within the document', async () => {
      const window = createWindow();
      const noted = note(window);
      const ready = once(window, 'ready-to-show');
      await window.loadURL(`${server.origin}/page`);
      await ready;
      expect(noted.filter((text) => !text.startsWith('page-title'))).to.deep.equal([
        'did-start-loading',
        'did-start-navigation /page true',
        'did-navigate /page',
        'dom-ready',
        'did-finish-load',
        'did-stop-loading'
      ]);
      expect(noted).to.include('page-title-updated /page');
      noted.length = 0;
      const within = once(window.webContents, 'did-navigate-in-page');
      await run(window, () => {
        location.hash = 'there';
      });
      await within;
      expect(noted).to.include('did-navigate-in-page #there');
    });

    it('tell of a load that fails, whose URL is that of the page then', async () => {
      const window = createWindow();
      const noted = note(window);
      const warn = stub(console, 'warn');
      const url = 'file:///no/such/file.html';
      try {
        window.loadURL(url).catch(() => {});
        await once(window.webContents, 'did-fail-load');
        expect(noted).to.include('did-fail-load -6 ERR_FILE_NOT_FOUND');
        // Electron says so where logging is enabled.
        if (isStock) {
          expect(warn.args.flat().join()).to.include(`Failed to load URL: ${url} with error: ERR_FILE_NOT_FOUND`);
        }
      } finally {
        warn.restore();
      }
      expect(window.webContents.getURL()).to.equal(url);
      expect(noted.join()).to.not.include('did-navigate');
    });

    it('tell once that a load has stopped, at the end, when it fails', async () => {
      const window = createWindow();
      const noted = note(window);
      const warn = stub(console, 'warn');
      try {
        await window.loadURL('file:///no/such/file.html').catch(() => {});
        await window.loadURL(`${server.origin}/page`);
      } finally {
        warn.restore();
      }
      const told = noted.filter((text) => /^did-(start|stop|finish|fail)-load/.test(text));
      expect(told.slice(0, -3)).to.deep.equal([
        'did-start-loading',
        'did-fail-load -6 ERR_FILE_NOT_FOUND',
        'did-finish-load',
        'did-stop-loading'
      ]);
    });

    it('tell of an URL that is none that it fails, and nothing of what is loading', async () => {
      const window = createWindow();
      const noted = note(window);
      const invalid = rejection(window.loadURL('no url'));
      expect(noted).to.deep.equal(['did-fail-load -300 ERR_INVALID_URL']);
      expect(await invalid).to.include({ code: 'ERR_INVALID_URL' });
      expect(noted.splice(0)).to.have.length(1);
      const loaded = window.loadURL(`${server.origin}/slow`);
      await once(window.webContents, 'dom-ready');
      expect(window.webContents.isLoading()).to.equal(true);
      noted.length = 0;
      await rejection(window.loadURL('no url'));
      expect(window.webContents.isLoading()).to.equal(true);
      expect(noted).to.deep.equal(['did-fail-load -300 ERR_INVALID_URL']);
      loaded.catch(() => {});
    });

    it('tell of a load that fails before it rejects, and of one that the page began', async () => {
      const window = createWindow();
      const noted: string[] = [];
      const warn = stub(console, 'warn');
      window.webContents.on('did-fail-provisional-load', (_event, code, text, url, isMainFrame) =>
        noted.push(`did-fail-provisional-load ${code} ${text} ${url} ${isMainFrame}`)
      );
      window.webContents.on('did-fail-load', (_event, code, text, url, isMainFrame) =>
        noted.push(`did-fail-load ${code} ${text} ${url} ${isMainFrame}`)
      );
      const told = (url: string) =>
        ['did-fail-provisional-load', 'did-fail-load'].map((name) => `${name} -6 ERR_FILE_NOT_FOUND ${url} true`);
      try {
        await window.loadURL('file:///no/file.html').catch(() => noted.push('rejected'));
        expect(noted).to.deep.equal([...told('file:///no/file.html'), 'rejected']);
        await window.loadURL(`file://${__filename}`);
        noted.length = 0;
        const failed = once(window.webContents, 'did-fail-load');
        await run(window, () => {
          location.href = 'file:///no/other.html';
        });
        await failed;
        expect(noted).to.deep.equal(told('file:///no/other.html'));
      } finally {
        warn.restore();
      }
    });

    it('tell what the server said, and where it led', async () => {
      const window = createWindow();
      const noted: unknown[] = [];
      window.webContents.on('did-navigate', (_event, url, code, text) =>
        noted.push([new URL(url).pathname, code, text])
      );
      window.webContents.on('did-redirect-navigation', ({ url, isMainFrame }) =>
        noted.push(['redirect', new URL(url).pathname, isMainFrame])
      );
      await window.loadURL(`${server.origin}/page`);
      await window.loadURL(`${server.origin}/lost`);
      await window.loadURL(`${server.origin}/moved`);
      await window.loadURL('data:text/html,text');
      expect(noted).to.deep.equal([
        ['/page', 200, 'OK'],
        ['/lost', 404, 'Not Found'],
        ['redirect', '/there', true],
        ['/there', 200, 'OK'],
        ['text/html,text', 200, 'OK']
      ]);
    });

    it('tell the title as soon as it is there, and what script makes of it', async () => {
      const window = createWindow();
      const noted: string[] = [];
      window.on('page-title-updated', (_event, title, explicit) => noted.push(`${title} ${explicit}`));
      window.webContents.on('dom-ready', () => noted.push('dom-ready'));
      const page = '<title>parsed</title><p>text';
      await window.loadURL(`data:text/html,${encodeURIComponent(page)}`);
      expect(noted).to.deep.equal(['parsed true', 'dom-ready']);
      const change = async (script: () => void) => {
        const updated = once(window, 'page-title-updated');
        await run(window, script);
        await updated;
        // Electron tells of a title between two, too.
        await run(window, () => 0);
        const title = window.getTitle();
        expect(noted.at(-1))
          .to.match(/ (true|false)$/)
          .and.satisfy((text: string) => text.startsWith(`${title} `));
        return title;
      };
      expect(
        await change(() => {
          document.title = 'set';
        })
      ).to.equal('set');
      expect(
        await change(() => {
          document.querySelector('title')!.firstChild!.nodeValue = 'text';
        })
      ).to.equal('text');
      expect(await change(() => document.querySelector('title')!.remove())).to.equal('');
      expect(
        await change(() => {
          document.head.append(document.createElement('title'));
          document.title = 'new';
        })
      ).to.equal('new');
      expect(
        await change(() => {
          const head = document.createElement('head');
          head.innerHTML = '<title>of another head</title>';
          document.head.replaceWith(head);
        })
      ).to.equal('of another head');
    });

    it('give a file without a title its name', async function () {
      skipInElectron(this, 'tells of no title then');
      const window = createWindow();
      const updated = once(window, 'page-title-updated');
      await window.loadFile(join(temporaryFolder({ 'name.html': '<p>text' }), 'name.html'));
      expect((await updated).slice(1)).to.deep.equal(['name.html', false]);
      expect(window.getTitle()).to.equal('name.html');
    });

    it('have what Chromium logs of a page for console messages', async function () {
      skipInElectron(this, 'has that in DevTools only');
      const window = createWindow();
      const logged = new Promise<{ level: string; message: string }>((resolve) =>
        window.webContents.on('console-message', (event) => {
          if (event.message.includes('404')) resolve(event);
        })
      );
      await window.loadURL(`${server.origin}/page`);
      await run(window, () => fetch('/lost').then(() => 0));
      expect(await logged).to.include({ level: 'error' });
    });
  });

  describe('messages sent right after loadURL, which is not awaited', () => {
    for (const [kind, page] of [
      ['an inline script', `<script>${listening(5)}</script>`],
      ['a script at the end', `<p>text<div></div><script>${listening(5)}</script>`],
      ['a module, which runs late', `<script type="module">${listening(5)}</script>`],
      [
        'a listener added on DOMContentLoaded',
        `<script>addEventListener('DOMContentLoaded', () => { ${listening(5)} })</script>`
      ]
    ]) {
      it(`reach ${kind}, all and in order`, async function () {
        if (kind.includes('late')) skipInElectron(this, 'delivers them before the document is complete');
        const window = createWindow();
        const heard = once(ipcMain, 'heard');
        const load = window.loadURL(html(page));
        sendFive(window);
        expect((await heard)[1]).to.deep.equal(five);
        await load;
      });
    }

    it('are for the next document, not for the one that is still there', async function () {
      skipInElectron(this, 'delivers them to the document that is there');
      const window = await openWindow(html(`<script>${listening(1)}</script>`));
      const heard = once(ipcMain, 'heard');
      const load = window.loadURL(html(`<script>${listening(5)}</script>`));
      sendFive(window);
      expect((await heard)[1]).to.deep.equal(five);
      await load;
    });

    it('are for the document after a reload', async () => {
      const window = await openWindow(html(`<script>${listening(5)}</script>`));
      const heard = once(ipcMain, 'heard');
      window.webContents.reload();
      sendFive(window);
      expect((await heard)[1]).to.deep.equal(five);
    });

    it('are for the last of several documents', async function () {
      skipInElectron(this, 'delivers them to the document that is there');
      const window = await openWindow(html(`<script>${listening(1)}</script>`));
      const heard = once(ipcMain, 'heard');
      window.loadURL(`${server.origin}/never`).catch(() => {});
      const load = window.loadURL(html(`<script>${listening(5)}</script>`));
      sendFive(window);
      expect((await heard)[1]).to.deep.equal(five);
      await load;
    });

    it('go to the document that stays when nothing comes of it', async () => {
      const window = await openWindow(html(`<script>${listening(5)}</script>`));
      const heard = once(ipcMain, 'heard');
      window.loadURL(`${server.origin}/nothing`).catch(() => {});
      sendFive(window);
      expect((await heard)[1]).to.deep.equal(five);
    });
  });

  describe('loadURL', () => {
    const failure = (loading: Promise<void>) =>
      loading.then(
        () => 'loaded',
        ({ code, errno, message }) => ({ code, errno, message })
      );

    it('resolves once the document has loaded, whatever its status and its way', async () => {
      const window = createWindow();
      await window.loadURL(`${server.origin}/moved`);
      expect(window.webContents.getURL()).to.equal(`${server.origin}/there`);
      expect(window.webContents.getTitle()).to.equal('/there');
      await window.loadURL(`${server.origin}/lost`);
      expect(window.webContents.getTitle()).to.equal('lost');
      // Electron rejects, with ERR_FAILED, as nothing is loaded.
      if (!isStock) return;
      await window.loadURL(`${server.origin}/lost#fragment`);
      expect(window.webContents.getURL()).to.equal(`${server.origin}/lost#fragment`);
    });

    it('loads an empty document with a fragment first as it does any other', async () => {
      const window = createWindow();
      const loaded: string[] = [];
      for (const each of ['did-navigate', 'did-finish-load'] as const) {
        (window.webContents as NodeJS.EventEmitter).on(each, () => loaded.push(each));
      }
      await window.loadURL('about:blank#fragment');
      expect(loaded).to.deep.equal(['did-navigate', 'did-finish-load']);
      expect(window.webContents.getURL()).to.equal('about:blank#fragment');
      expect(window.webContents.getOSProcessId()).to.be.greaterThan(0);
      const greeted = once(ipcMain, 'hello');
      await run(window, () => require('electron').ipcRenderer.send('hello'));
      await greeted;
    });

    it('rejects for an URL that is none', async () => {
      const window = createWindow();
      expect(await failure(window.loadURL('no url'))).to.deep.include({ code: 'ERR_INVALID_URL', errno: -300 });
    });

    it('rejects without a word when nobody waits for it', async () => {
      const window = createWindow();
      const unhandled: unknown[] = [];
      const note = (error: unknown) => unhandled.push(error);
      process.on('unhandledRejection', note);
      const failed = once(window.webContents, 'did-fail-load');
      void window.loadURL('file:///no/such/file');
      await failed;
      await new Promise(setImmediate);
      process.off('unhandledRejection', note);
      expect(unhandled).to.deep.equal([]);
    });

    it('rejects when nothing answers there, and loads the next', async () => {
      const window = createWindow();
      const closed = await serve(() => '');
      closed.close();
      const url = `${closed.origin}/`;
      expect(await failure(window.loadURL(url))).to.deep.equal({
        code: 'ERR_CONNECTION_REFUSED',
        errno: -102,
        message: `ERR_CONNECTION_REFUSED (-102) loading '${url}'`
      });
      await window.loadURL(server.origin);
    });

    for (const [when, path] of [
      ['before it answered', '/never'],
      ['while it was loading', '/slow']
    ]) {
      it(`rejects when another document takes the place of this one ${when}`, async function () {
        if (path === '/slow') skipInElectron(this, 'rejects the next loadURL(), too');
        const window = createWindow();
        const failed: number[][] = [];
        window.webContents.on('did-fail-load', (_event, code, _text, _url, _isMainFrame, ...ids) =>
          failed.push([code, ...ids])
        );
        const first = failure(window.loadURL(server.origin + path));
        if (path === '/slow') await once(window.webContents, 'dom-ready');
        const { processId, routingId } = window.webContents.mainFrame;
        await window.loadURL(`${server.origin}/next`);
        expect(await first).to.deep.include({ errno: -3 });
        expect(window.webContents.getTitle()).to.equal('/next');
        // An app that shows a page about what has failed must not show it in place of the next.
        expect(failed).to.deep.equal(path === '/slow' ? [[-3, processId, routingId]] : []);
      });
    }
  });

  it('says what is wrong with an address that is none', async () => {
    const window = createWindow();
    const load = (url: unknown) => () => window.loadURL(url as string);
    expect(load(undefined)).to.throw(TypeError, 'conversion failure from undefined');
    expect(load(new URL('about:blank'))).to.throw(
      TypeError,
      'Error processing argument at index 0, conversion failure from'
    );
    const file = rejection(Promise.resolve().then(() => window.loadFile(undefined as never)));
    expect((await file).message).to.equal('Must pass filePath as a string');
  });

  it('has what is sent where a load has failed go to the document that is loaded then', async () => {
    const window = createWindow();
    window.webContents.once('did-fail-load', () => {
      void window.loadURL(
        `data:text/html,<title>why</title><script>
          const { ipcRenderer } = require('electron');
          ipcRenderer.on('why', (_event, code) => ipcRenderer.send('told', code));
        </script>`
      );
      window.webContents.send('why', 'stopped');
    });
    window.webContents.ipc.once('here', (event) => event.reply('stop'));
    const told = once(window.webContents.ipc, 'told');
    const first = window.loadURL(
      `data:text/html,<img src="${server.origin}/never"><script>
        const { ipcRenderer } = require('electron');
        ipcRenderer.once('stop', () => stop());
        ipcRenderer.send('here');
      </script>`
    );
    expect(await rejection(first)).to.include({ errno: -3 });
    expect((await told)[1]).to.equal('stopped');
  });

  it('keeps messages going both ways after going back in history', async () => {
    const window = await openWindow(`${server.origin}/first`);
    await run(window, () => {
      Object.assign(globalThis, { former: true });
    });
    await window.loadURL(`${server.origin.replace('127.0.0.1', 'localhost')}/second`);
    const shown = once(window.webContents, 'did-finish-load');
    await run(window, () => history.back());
    await shown;
    expect(window.webContents.getURL()).to.equal(`${server.origin}/first`);
    expect(await run(window, () => 'former' in globalThis)).to.equal(false);
    ipcMain.handleOnce('back', () => 'answer');
    expect(await run(window, () => require('electron').ipcRenderer.invoke('back'))).to.equal('answer');
  });

  describe('executeJavaScript', () => {
    let window: BrowserWindow;
    beforeEach(async () => {
      window = await openWindow();
    });
    const execute = (code: string) => window.webContents.executeJavaScript(code);

    it('waits for a promise for as long as it takes', async () => {
      const clock = useFakeTimers({ toFake: ['setTimeout'] });
      try {
        const running = once(window.webContents.ipc, 'running');
        const outcome = execute(
          `new Promise((settle) => { Object.assign(globalThis, { settle }); require('electron').ipcRenderer.send('running'); })`
        );
        await running;
        clock.tick(24 * 60 * 60 * 1000);
        await execute('settle("at last")');
        expect(await outcome).to.equal('at last');
      } finally {
        clock.restore();
      }
    });

    it('gives values as structured clone has them, and waits for promises', async () => {
      for (const value of [0, -0, NaN, Infinity, 10n, 'text', '', true, null, undefined]) {
        const code = typeof value === 'string' ? JSON.stringify(value) : Object.is(value, -0) ? '-0' : `${value}`;
        const literal = typeof value === 'bigint' ? `${value}n` : code;
        expect(Object.is(await execute(literal), value), literal).to.equal(true);
        expect(Object.is(await execute(`Promise.resolve(${literal})`), value), literal).to.equal(true);
      }
      expect(await execute('({ a: [1, { b: NaN }], c: undefined })')).to.deep.equal({
        a: [1, { b: NaN }],
        c: undefined
      });
      expect(await execute('new Date(7)')).to.deep.equal(new Date(7));
      expect(await execute('new Map([[1, new Set([2])]])')).to.deep.equal(new Map([[1, new Set([2])]]));
      expect(await execute('new Uint8Array(100000).fill(7)')).to.deep.equal(new Uint8Array(100000).fill(7));
      const loop = await execute('const loop = {}; loop.loop = loop; loop');
      expect(loop.loop).to.equal(loop);
      expect(await execute('new Promise((resolve) => setTimeout(resolve, 20, "later"))')).to.equal('later');
    });

    it('rejects with the error that the promise rejected with', async () => {
      for (const name of ['Error', 'TypeError', 'RangeError']) {
        const error = await execute(`Promise.reject(new ${name}('the reason'))`).catch((error) => error);
        expect(error).to.be.an.instanceOf((globalThis as any)[name]);
        expect(error.message).to.equal('the reason');
      }
      expect(await execute("Promise.reject('text')").catch((error) => error)).to.equal('text');
    });

    it('rejects when the code throws, or is none, or gives what cannot be cloned', async () => {
      for (const code of ["throw new Error('at once')", 'no code']) {
        expect(await execute(code).catch((error) => error), code).to.be.an.instanceOf(Error);
      }
      // Electron makes undefined of an element.
      for (const code of ['() => {}', 'Symbol()', '({ deep: [() => {}] })', ...(isStock ? ['document.body'] : [])]) {
        expect((await execute(code).catch((error) => error)).message, code).to.match(/could not be cloned/);
      }
      expect(await execute('1')).to.equal(1);
    });

    it('takes what is no text for its text, and whatever is true for a gesture', async () => {
      const execute = (code: unknown, ...gesture: unknown[]) =>
        window.webContents.executeJavaScript(code as string, ...(gesture as [boolean]));
      for (const [code, value] of [
        [Buffer.from('1 + 1'), 2],
        [{ toString: () => '"text"' }, 'text'],
        [5, 5],
        [undefined, undefined]
      ]) {
        expect(await execute(code)).to.equal(value);
      }
      expect(await rejection(execute({ __proto__: null }))).to.be.an.instanceOf(TypeError);
      for (const gesture of [null, 0, undefined, 1]) {
        expect(await execute('navigator.userActivation.isActive', gesture)).to.equal(Boolean(gesture));
      }
    });

    it('waits for the first document that the app loads', async () => {
      const fresh = createWindow();
      // Until it is open.
      await openWindow();
      const title = fresh.webContents.executeJavaScript('document.title');
      await openWindow();
      await fresh.loadURL(html('<title>first</title>'));
      expect(await title).to.equal('first');
    });

    it('rejects when its window is destroyed already', async () => {
      const { webContents } = window;
      const destroyed = once(webContents, 'destroyed');
      window.destroy();
      await destroyed;
      expect(await rejection(webContents.executeJavaScript('1'))).to.include({ message: 'Object has been destroyed' });
    });

    it('waits for the document that is loading', async () => {
      const load = window.loadURL(html('<title>next</title>'));
      expect(await execute('document.title')).to.equal('next');
      await load;
    });
  });

  describe('console-message', () => {
    it('tells level, text, and place', async () => {
      const window = createWindow();
      const messages: [string, string, number][] = [];
      const done = new Promise<void>((resolve) =>
        window.webContents.on('console-message', ({ level, message, lineNumber, sourceId }, ...deprecated) => {
          expect(sourceId).to.equal(`${server.origin}/console`);
          messages.push([level, message, lineNumber]);
          const number = ['debug', 'info', 'warning', 'error'].indexOf(level);
          expect(deprecated).to.deep.equal([number, message, lineNumber, sourceId]);
          if (message.includes('last')) resolve();
        })
      );
      await window.loadURL(`${server.origin}/console`);
      await done;
      expect(messages).to.deep.equal([
        ['info', 'one 2', 1],
        ['info', 'i', 2],
        ['warning', 'w', 3],
        ['error', 'e', 4],
        ['debug', 'd', 5],
        ['error', 'Uncaught Error: last', 6]
      ]);
    });
  });

  describe('render-process-gone', () => {
    for (const [how, reason, end] of [
      ['forcefullyCrashRenderer', 'crashed', (window: BrowserWindow) => window.webContents.forcefullyCrashRenderer()],
      ['kill -9', 'killed', (window: BrowserWindow) => process.kill(window.webContents.getOSProcessId(), 'SIGKILL')]
    ] as const) {
      it(`comes after ${how}, and the window can load again`, async () => {
        const window = await openWindow(html(`<title>here</title>`));
        const gone = once(window.webContents, 'render-process-gone');
        let stops = 0;
        window.webContents.on('did-stop-loading', () => stops++);
        end(window);
        const [, details] = await gone;
        // Nothing was loading.
        expect(stops).to.equal(0);
        expect(details.reason).to.equal(reason);
        expect(details.exitCode).to.be.a('number');
        expect(window.webContents.isCrashed()).to.equal(true);
        expect(window.isDestroyed()).to.equal(false);
        const loaded = once(window.webContents, 'did-finish-load');
        window.webContents.reload();
        await loaded;
        expect(window.webContents.isCrashed()).to.equal(false);
        ipcMain.handleOnce('after', () => 'answer');
        expect(await run(window, () => require('electron').ipcRenderer.invoke('after'))).to.equal('answer');
      });
    }

    it('is of that one window: another renderer goes on', async () => {
      const [doomed, other] = await Promise.all([openWindow(), openWindow()]);
      expect(doomed.webContents.getOSProcessId()).not.to.equal(other.webContents.getOSProcessId());
      const gone = once(doomed.webContents, 'render-process-gone');
      doomed.webContents.forcefullyCrashRenderer();
      await gone;
      expect(await run(other, () => 'alive')).to.equal('alive');
    });
  });

  describe('its life', () => {
    it('is listed and found by id until it is destroyed', async () => {
      const window = await openWindow();
      const contents = window.webContents;
      const { id } = contents;
      expect(webContents.getAllWebContents()).to.include(contents);
      expect(webContents.fromId(id)).to.equal(contents);
      expect(BrowserWindow.fromWebContents(contents)).to.equal(window);
      let destroyed = 0;
      contents.on('destroyed', () => destroyed++);
      const gone = once(contents, 'destroyed');
      window.destroy();
      await gone;
      // Electron tells it while it goes.
      await new Promise(setImmediate);
      expect(webContents.getAllWebContents().includes(contents)).to.equal(false);
      expect(webContents.fromId(id)).to.equal(undefined);
      expect(contents.isDestroyed()).to.equal(true);
      expect(destroyed).to.equal(1);
    });

    it('ends with window.close() in the page, whatever its history', async () => {
      const window = await openWindow(`${server.origin}/one`);
      await window.loadURL(`${server.origin}/two`);
      const closed = once(window, 'closed');
      run(window, () => window.close()).catch(() => {});
      await closed;
      expect(window.isDestroyed()).to.equal(true);
    });

    it('tells dom-ready, then did-finish-load, for every document', async () => {
      const window = createWindow();
      const told: string[] = [];
      window.webContents.on('dom-ready', () => told.push('dom-ready'));
      window.webContents.on('did-finish-load', () => told.push('did-finish-load'));
      await window.loadURL(server.origin);
      await window.loadURL(html('<p>'));
      expect(told).to.deep.equal(['dom-ready', 'did-finish-load', 'dom-ready', 'did-finish-load']);
    });

    it('emits ipc-message for what send() brought', async () => {
      const window = await openWindow();
      const told = once(window.webContents, 'ipc-message');
      await run(window, () => require('electron').ipcRenderer.send('channel', 1, 'two'));
      const [event, ...rest] = await told;
      expect(event.senderFrame).to.equal(window.webContents.mainFrame);
      expect(rest).to.deep.equal(['channel', 1, 'two']);
    });
  });

  describe('a page that goes on by itself', () => {
    for (const pause of [0, 5, 20]) {
      it(`${pause} ms after it has loaded has loaded`, async () => {
        const window = createWindow();
        const events: string[] = [];
        for (const name of ['did-finish-load', 'did-fail-load', 'did-start-navigation'] as const) {
          window.webContents.on(name as 'did-finish-load', () => events.push(name));
        }
        await window.loadURL(`${server.origin}/lead?pause=${pause}`);
        while (!window.webContents.getURL().endsWith('/led') || window.webContents.isLoading()) {
          await once(window.webContents, 'did-stop-loading');
        }
        expect(events).to.deep.equal([
          'did-start-navigation',
          'did-finish-load',
          'did-start-navigation',
          'did-finish-load'
        ]);
      });
    }

    it('is loading, and what is to run meanwhile runs in the document that comes', async () => {
      const window = await openWindow(`${server.origin}/here`);
      const started = once(window.webContents, 'did-start-loading');
      await run(window, () => {
        location.href = '/there';
      });
      await started;
      expect(window.webContents.isLoading()).to.equal(true);
      expect(await run(window, () => location.pathname)).to.equal('/there');
    });
  });

  it('is titled as its page is, whatever the page calls `title`', async () => {
    const window = createWindow();
    const titles: string[] = [];
    window.on('page-title-updated', (_event, title) => titles.push(title));
    await window.loadURL(`${server.origin}/title`);
    expect([window.getTitle(), ...titles]).to.deep.equal(['real', 'real']);
  });

  describe('a renderer that crashes', () => {
    it('is followed by another when the page is reloaded at once', async () => {
      const window = await openWindow(`${server.origin}/here`);
      const loaded = once(window.webContents, 'did-finish-load');
      window.webContents.forcefullyCrashRenderer();
      window.webContents.reload();
      await loaded;
      expect(window.webContents.isCrashed()).to.equal(false);
      expect(await run(window, () => location.pathname)).to.equal('/here');
    });

    it('is told of while it loads what never comes', async () => {
      const window = await openWindow(`${server.origin}/here`);
      const loading = window.loadURL(`${server.origin}/never`).catch(() => 'failed');
      const gone = once(window.webContents, 'render-process-gone');
      window.webContents.forcefullyCrashRenderer();
      expect((await gone)[1].reason).to.equal('crashed');
      window.destroy();
      expect(await loading).to.equal('failed');
    });

    it('can be loaded, sent to and asked where that is told', async () => {
      const window = await openWindow(`${server.origin}/here`);
      const folder = temporaryFolder({
        'page.html': `<script>
          const { ipcRenderer } = require('electron');
          ipcRenderer.on('restore', (event, value) => ipcRenderer.send('restored', value));
        </script>`
      });
      const restored = once(ipcMain, 'restored');
      const asked = new Promise((resolve) => {
        window.webContents.once('render-process-gone', () => {
          void window.loadFile(join(folder, 'page.html'));
          window.webContents.send('restore', 'state');
          resolve(window.webContents.executeJavaScript('1 + 1'));
        });
      });
      window.webContents.forcefullyCrashRenderer();
      expect((await restored)[1]).to.equal('state');
      expect(await asked).to.equal(2);
    });
  });

  it('gives what a script gives where a page has added to Object.prototype', async () => {
    const window = await openWindow();
    const value = await window.webContents.executeJavaScript(`
      Object.assign(Object.prototype, { foo: 'bar', get: 1, value: 2, enumerable: false });
      ({ a: 1 })`);
    expect({ ...value }).to.deep.equal({ a: 1 });
  });

  it('has a frame that refuses a script that is no text, and a gesture that is neither true nor false', async () => {
    const { mainFrame } = (await openWindow()).webContents;
    const refused: [args: unknown[], text: string | RegExp][] = [
      [[], 'Insufficient number of arguments.'],
      [[undefined], /^Error processing argument at index 0, conversion failure from /],
      [[5], /^Error processing argument at index 0, conversion failure from /],
      [[Buffer.from('1')], /^Error processing argument at index 0, conversion failure from /],
      [['1', null], 'userGesture must be a boolean'],
      [['1', undefined], 'userGesture must be a boolean']
    ];
    for (const [args, text] of refused) {
      expect(() => mainFrame.executeJavaScript(...(args as [string]))).to.throw(TypeError, text);
    }
    expect(await mainFrame.executeJavaScript('1', true)).to.equal(1);
  });

  it('answers many scripts at once without a warning', async () => {
    const window = await openWindow();
    const warnings: string[] = [];
    const note = ({ message }: Error) => warnings.push(message);
    process.on('warning', note);
    await Promise.all(Array.from({ length: 30 }, () => window.webContents.executeJavaScript('1')));
    await new Promise(setImmediate);
    process.off('warning', note);
    expect(warnings).to.deep.equal([]);
  });
});
