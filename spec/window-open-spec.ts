import { app, BrowserWindow, ipcMain, MessageChannelMain } from 'electron/main';
import type { BrowserWindowConstructorOptions, HandlerDetails, IpcMainEvent } from 'electron/main';

import { expect } from 'chai';
import { stub } from 'sinon';

import { once } from 'node:events';
import { join } from 'node:path';

import { temporaryFolder } from './lib/files';
import { serve } from './lib/server';
import { uncaught } from './lib/uncaught';
import { closeAllWindows } from './lib/windows';

import type { SpecServer } from './lib/server';

const preloadScript = `const { contextBridge, ipcRenderer } = require('electron');
  contextBridge.exposeInMainWorld('api', { ask: (value) => ipcRenderer.invoke('ask', value) });
  ipcRenderer.on('port', ({ ports: [port] }) => {
    port.onmessage = ({ data }) => port.postMessage([data, location.href]);
  });
  ipcRenderer.send('started');`;

describe('a page that window.open makes', function () {
  this.timeout(30_000);

  let server: SpecServer;
  let preload: string;
  let requests: string[] = [];
  let opener: BrowserWindow;

  before(async () => {
    server = await serve((path) => {
      requests.push(path);
      return `<!doctype html><title>${path}</title>
        <a target="_blank" href="/linked"></a>
        <script>
          globalThis.early = [typeof globalThis.api, opener !== null];
          if (location.pathname === '/clicked') fetch('/ran');
        </script>`;
    });
  });
  after(() => server.close());
  beforeEach(async () => {
    requests = [];
    preload = join(temporaryFolder({ 'preload.js': preloadScript }), 'preload.js');
    ipcMain.handle('ask', (event, value) => [value, event.sender.id, event.senderFrame!.url]);
    opener = new BrowserWindow({ show: false });
    await opener.loadURL(`${server.origin}/opener`);
  });
  afterEach(async () => {
    ipcMain.removeHandler('ask');
    ipcMain.removeAllListeners('started');
    await closeAllWindows();
  });

  const allow = (webPreferences: BrowserWindowConstructorOptions['webPreferences'] = { preload }) =>
    opener.webContents.setWindowOpenHandler(() => ({
      action: 'allow',
      overrideBrowserWindowOptions: { show: false, webPreferences }
    }));

  /** Runs script in the opener, and resolves with the window that it opens, once it has loaded. */
  async function openBy(script: string): Promise<BrowserWindow> {
    const created = once(opener.webContents, 'did-create-window');
    const loaded = new Promise<void>((resolve) =>
      opener.webContents.once('did-create-window', (window) =>
        window.webContents.once('did-finish-load', () => resolve())
      )
    );
    await opener.webContents.executeJavaScript(`{ ${script} }; undefined`, true);
    const [[window]] = await Promise.all([created, loaded]);
    return window as BrowserWindow;
  }

  async function askByPort(window: BrowserWindow): Promise<unknown> {
    const { port1, port2 } = new MessageChannelMain();
    window.webContents.postMessage('port', null, [port2]);
    port1.postMessage('who?');
    const answered = once(port1, 'message');
    port1.start();
    const [{ data }] = await answered;
    port1.close();
    return data;
  }

  const other = () => server.origin.replace('127.0.0.1', 'localhost');

  const ways: [string, script: () => string, url: () => string, hasOpener: boolean][] = [
    ['of its origin', () => 'globalThis.opened = open("/page")', () => `${server.origin}/page`, true],
    [
      'of its origin, whose window is used at once',
      () => 'globalThis.opened = open("/page"); opened.mine = 1;',
      () => `${server.origin}/page`,
      true
    ],
    ['of another site', () => `open("${other()}/page")`, () => `${other()}/page`, true],
    ['without an opener', () => 'open("/page", "_blank", "noopener")', () => `${server.origin}/page`, false],
    ['of a link', () => 'document.querySelector("a").click()', () => `${server.origin}/linked`, false]
  ];
  for (const [way, script, url, hasOpener] of ways) {
    it(`has IPC, ports, and its preload script before its own, once: ${way}`, async () => {
      allow();
      let started = 0;
      ipcMain.on('started', () => started++);
      const window = await openBy(script());
      expect(window.webContents.getURL()).to.equal(url());
      expect(await askByPort(window)).to.deep.equal(['who?', url()]);
      expect(await window.webContents.executeJavaScript('early')).to.deep.equal(['object', hasOpener]);
      expect(await window.webContents.executeJavaScript('api.ask(1)')).to.deep.equal([1, window.webContents.id, url()]);
      expect(started).to.equal(1);
    });
  }

  it('has them each of ten times', async () => {
    allow();
    const windows: BrowserWindow[] = [];
    for (let i = 0; i < 10; i++) windows.push(await openBy(`open("/page${i}").mine = 1`));
    for (const window of windows) {
      expect(await window.webContents.executeJavaScript('early')).to.deep.equal(['object', true]);
      expect(await window.webContents.executeJavaScript('api.ask(2).then(([value]) => value)')).to.equal(2);
    }
  });

  it('has them where it is empty, and written by its opener', async () => {
    allow();
    const empty = await openBy('globalThis.opened = open()');
    expect(await empty.webContents.executeJavaScript('api.ask(3)')).to.deep.equal([
      3,
      empty.webContents.id,
      'about:blank'
    ]);
    expect(await askByPort(empty)).to.deep.equal(['who?', 'about:blank']);
    const written = await openBy('globalThis.opened = open()');
    await opener.webContents.executeJavaScript('opened.document.write("<title>written</title>")');
    expect(await written.webContents.executeJavaScript('document.title + typeof api.ask')).to.equal('writtenfunction');
    expect(await askByPort(written)).to.deep.equal(['who?', `${server.origin}/opener`]);
  });

  it('has them when its opener writes into it at once, which takes all listeners away', async () => {
    allow();
    const window = await openBy('open().document.write("<title>written</title>")');
    expect(await window.webContents.executeJavaScript('document.title')).to.equal('written');
    expect(await askByPort(window)).to.deep.equal(['who?', `${server.origin}/opener`]);
  });

  it('goes on to other pages as any window does', async () => {
    allow();
    const window = await openBy('open("/page")');
    for (const url of [`${server.origin}/next`, `${other()}/next`, 'about:blank']) {
      await window.loadURL(url);
      expect(await askByPort(window)).to.deep.equal(['who?', url]);
    }
  });

  it('talks to its opener, and the opener to it', async () => {
    allow();
    const window = await openBy('globalThis.opened = open("/page", "its-name")');
    await window.webContents.executeJavaScript('opener.fromOpened = name');
    expect(await opener.webContents.executeJavaScript('fromOpened + opened.location.pathname')).to.equal(
      'its-name/page'
    );
  });

  it('has a window and a webContents, which the app is told of', async () => {
    const told: string[] = [];
    const onContents = () => told.push('web-contents-created');
    const onWindow = () => told.push('browser-window-created');
    app.on('web-contents-created', onContents).on('browser-window-created', onWindow);
    const details: HandlerDetails[] = [];
    opener.webContents.setWindowOpenHandler((asked) => {
      details.push(asked);
      return { action: 'allow', overrideBrowserWindowOptions: { show: false, height: 250 } };
    });
    const created = once(opener.webContents, 'did-create-window');
    await openBy('open("/page", "its-name", "width=300,height=200")');
    app.off('web-contents-created', onContents).off('browser-window-created', onWindow);
    const [window, { url, frameName, options, disposition }] = await created;
    expect(BrowserWindow.fromWebContents(window.webContents)).to.equal(window);
    expect(window.webContents).not.to.equal(opener.webContents);
    expect(told).to.deep.equal(['web-contents-created', 'browser-window-created']);
    expect([url, frameName, disposition]).to.deep.equal([`${server.origin}/page`, 'its-name', 'new-window']);
    expect([options.width, options.height, options.show]).to.deep.equal([300, 250, false]);
    expect(details.map((each) => [each.url, each.frameName, each.disposition])).to.deep.equal([
      [`${server.origin}/page`, 'its-name', 'new-window']
    ]);
    expect(details[0].features).to.match(/width=300,\s*height=200/);
  });

  it('has no preload script that nobody gave it, and nothing of the runtime', async () => {
    const opening = new BrowserWindow({ show: false, webPreferences: { preload } });
    await opening.loadURL(`${server.origin}/opener`);
    opener = opening;
    const window = await openBy('open("/page")');
    expect(await window.webContents.executeJavaScript('early')).to.deep.equal(['undefined', true]);
    const names = await window.webContents.executeJavaScript(
      'Object.getOwnPropertyNames(window).filter((name) => /^_[0-9a-f]{32}/.test(name))'
    );
    expect(names).to.deep.equal([]);
  });

  it('is not there when the app denies it', async () => {
    opener.webContents.setWindowOpenHandler(() => ({ action: 'deny' }));
    const before = BrowserWindow.getAllWindows().length;
    // Null in Electron, and in the fork.
    await opener.webContents.executeJavaScript(`{
      const denied = open('/page');
      new Promise((resolve) => {
        const check = () => (denied === null || denied.closed ? resolve() : setTimeout(check, 10));
        check();
      });
    }`);
    expect(requests).not.to.include('/page');
    expect(BrowserWindow.getAllWindows()).to.have.length(before);
  });

  it('is not there when the handler answers nonsense, or throws', async () => {
    const error = stub(console, 'error');
    try {
      for (const answer of [undefined, null, {}, 'allow']) {
        opener.webContents.setWindowOpenHandler(() => answer as never);
        const before = BrowserWindow.getAllWindows().length;
        await opener.webContents.executeJavaScript(`void open('/page')`);
        expect(BrowserWindow.getAllWindows()).to.have.length(before);
      }
      expect(error.args.map(([text]) => String(text).slice(0, 48))).to.deep.equal(
        Array.from({ length: 4 }, () => 'The window open handler response must be an obje')
      );
    } finally {
      error.restore();
    }
  });

  it('is not there when the options of the handler throw, and the page goes on', async () => {
    opener.webContents.setWindowOpenHandler(() => ({
      action: 'allow',
      overrideBrowserWindowOptions: {
        get width(): number {
          throw new Error('of the options');
        }
      }
    }));
    const before = BrowserWindow.getAllWindows().length;
    const { texts, done } = uncaught();
    try {
      await opener.webContents.executeJavaScript(`void open('/page')`);
      expect(texts).to.deep.equal(['of the options']);
      expect(BrowserWindow.getAllWindows()).to.have.length(before);
    } finally {
      done();
    }
  });

  it('has IPC where the handler gives additionalArguments that are no list', async () => {
    allow({ preload, additionalArguments: '--of-the-app' as never });
    const window = await openBy('open("/page")');
    expect(await askByPort(window)).to.deep.equal(['who?', `${server.origin}/page`]);
  });

  it('closes with its opener, unless it is to outlive it', async () => {
    const kept = openBy('open("/kept")');
    opener.webContents.setWindowOpenHandler(() => ({
      action: 'allow',
      outlivesOpener: true,
      overrideBrowserWindowOptions: { show: false }
    }));
    const keeps = await kept;
    allow({});
    const goes = await openBy('open("/goes")');
    const closed = once(goes, 'closed');
    opener.destroy();
    await closed;
    expect([keeps.isDestroyed(), goes.isDestroyed()]).to.deep.equal([false, true]);
    expect(await keeps.webContents.executeJavaScript('location.pathname')).to.equal('/kept');
  });

  it('is closed by its page', async () => {
    allow();
    const window = await openBy('open("/page")');
    const closed = once(window, 'closed');
    window.webContents.executeJavaScript('window.close()').catch(() => {});
    await closed;
  });

  it('stops no frame that comes to its opener meanwhile', async () => {
    allow();
    for (let i = 0; i < 10; i++) {
      const wentOn = await opener.webContents.executeJavaScript(
        `new Promise((resolve) => {
          addEventListener('message', ({ data }) => resolve(data), { once: true });
          const frame = document.createElement('iframe');
          frame.src = 'data:text/html,<script>setTimeout(() => parent.postMessage(${i}, "*"), 50)</script>';
          document.body.append(frame);
          open();
        })`,
        true
      );
      expect(wentOn).to.equal(i);
    }
  });

  it('is opened by a frame inside a page', async () => {
    allow();
    const started = once(ipcMain, 'started');
    const window = await openBy(`{
      const frame = document.createElement('iframe');
      frame.srcdoc = '<script>open("/page")</script>';
      document.body.append(frame);
    }`);
    const [event] = (await started) as [IpcMainEvent];
    expect(event.sender).to.equal(window.webContents);
  });

  describe('by a click with a modifier, or with the middle button,', () => {
    const clicks: [init: string, disposition: string][] = [
      ['ctrlKey: true', 'background-tab'],
      ['shiftKey: true', 'new-window'],
      ['button: 1', 'background-tab']
    ];
    const click = (init: string) => `
      const link = document.createElement('a');
      link.href = '/clicked';
      document.body.append(link);
      link.dispatchEvent(new MouseEvent('click', { ${init}, bubbles: true, cancelable: true, view: window }));`;

    it('is what the handler allows', async () => {
      const asked: HandlerDetails[] = [];
      opener.webContents.setWindowOpenHandler((details) => {
        asked.push(details);
        return { action: 'allow', overrideBrowserWindowOptions: { show: false, webPreferences: { preload } } };
      });
      for (const [init] of clicks) {
        const window = await openBy(click(init));
        expect(window.webContents.getURL()).to.equal(`${server.origin}/clicked`);
        expect(await window.webContents.executeJavaScript('early')).to.deep.equal(['object', false]);
      }
      expect(asked.map(({ url, disposition }) => [url, disposition])).to.deep.equal(
        clicks.map(([, disposition]) => [`${server.origin}/clicked`, disposition])
      );
    });

    it('is none for a file, which a page of a server may not lead to', async () => {
      const asked: string[] = [];
      opener.webContents.setWindowOpenHandler(({ url }) => {
        asked.push(url);
        return { action: 'deny' };
      });
      const file = click('ctrlKey: true').replace('/clicked', 'file:///etc/passwd');
      await opener.webContents.executeJavaScript(`{ ${file} }; 0`, true);
      const created = once(opener.webContents, 'did-create-window');
      opener.webContents.setWindowOpenHandler(({ url }) => {
        asked.push(url);
        return { action: 'allow', overrideBrowserWindowOptions: { show: false } };
      });
      await opener.webContents.executeJavaScript(`{ ${click('ctrlKey: true')} }; 0`, true);
      await created;
      expect(asked).to.deep.equal([`${server.origin}/clicked`]);
    });

    it('is not there, and runs nothing, when the handler denies it', async () => {
      let count = 0;
      const asked = new Promise<void>((resolve) =>
        opener.webContents.setWindowOpenHandler(() => {
          if (++count === clicks.length) resolve();
          return { action: 'deny' };
        })
      );
      for (const [init] of clicks) await opener.webContents.executeJavaScript(`{ ${click(init)} }; 0`, true);
      await asked;
      // What was let go on would have said so by then.
      for (let time = 0; time < 10; time++) {
        await opener.webContents.executeJavaScript(`fetch('/later').then(() => {})`);
      }
      expect(requests.filter((path) => path === '/ran')).to.deep.equal([]);
      expect(BrowserWindow.getAllWindows()).to.have.length(1);
    });
  });

  it('does not outlive an opener that its own handler destroys', async () => {
    const asked = new Promise<void>((resolve) =>
      opener.webContents.setWindowOpenHandler(() => {
        opener.destroy();
        setImmediate(resolve);
        return { action: 'allow', overrideBrowserWindowOptions: { show: false } };
      })
    );
    opener.webContents.executeJavaScript(`open('/late')`, true).catch(() => {});
    await asked;
    expect(BrowserWindow.getAllWindows()).to.have.length(0);
  });
});

describe('a window', () => {
  afterEach(closeAllWindows);

  it('is shown and hidden, and says so', async () => {
    const window = new BrowserWindow({ show: false });
    const events: string[] = [];
    window.on('show', () => events.push('show'));
    window.on('hide', () => events.push('hide'));
    expect(window.isVisible()).to.equal(false);
    window.show();
    expect(window.isVisible()).to.equal(true);
    window.hide();
    expect(window.isVisible()).to.equal(false);
    window.showInactive();
    expect(window.isVisible()).to.equal(true);
    expect(events).to.deep.equal(['show', 'hide', 'show']);
  });
});
