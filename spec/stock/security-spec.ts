import { BrowserWindow, ipcMain, MessageChannelMain } from 'electron/main';

import { expect } from 'chai';

import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { runApp } from '../lib/apps';
import { defer } from '../lib/defer';
import { DevTools } from '../lib/dev-tools';
import { temporaryFolder } from '../lib/files';
import { serve } from '../lib/server';
import { closeAllWindows, run } from '../lib/windows';

import type { SpecServer } from '../lib/server';

/** What the preload tells the main process, as no page can. */
const preload = `const { ipcRenderer } = require('electron');
  ipcRenderer.on('secret', (event, value) => {
    if (event.ports[0]) event.ports[0].postMessage('got ' + value);
    ipcRenderer.send('got', value);
  });
  ipcRenderer.send('here', location.href);`;

/**
 * Pages that know how the stock runtime works: where the hub is, what its pages are called, what is posted to them. All
 * that they do not know is the secret of a link, the token. They run in the world of the preload where there is no
 * context isolation: what they do there harms only their own window.
 */
describe('a hostile page', () => {
  let server: SpecServer;
  let script: string;
  let folder: string;

  before(async () => {
    server = await serve((path) => {
      if (path === '/hostile') return `<!doctype html><script>${script}</script><title>hostile</title>`;
      // Another site, for which Chromium takes another process.
      if (path === '/around') return `<iframe src="${server.origin.replace('127.0.0.1', 'localhost')}/inner"></iframe>`;
      return `<!doctype html><title>${path}</title>`;
    });
  });
  after(() => server.close());

  beforeEach(() => {
    folder = temporaryFolder({ 'preload.js': preload });
  });

  afterEach(async () => {
    ipcMain.removeAllListeners();
    await closeAllWindows();
  });

  function create(contextIsolation = true) {
    return new BrowserWindow({
      show: false,
      webPreferences: { preload: join(folder, 'preload.js'), contextIsolation, sandbox: false }
    });
  }

  async function open(path: string, contextIsolation?: boolean) {
    const window = create(contextIsolation);
    await window.loadURL(server.origin + path);
    return window;
  }

  /** Where the hub's pages are. A page can find out: it sees the frame that is added to its document. */
  async function hubOrigin(): Promise<string> {
    script = `new MutationObserver(() => {
        const frame = document.querySelector('iframe');
        if (frame) globalThis.hub ??= new URL(frame.src).origin;
      }).observe(document, { childList: true, subtree: true });
      globalThis.hub = document.querySelector('iframe')?.src && new URL(document.querySelector('iframe').src).origin;`;
    const window = await open('/hostile');
    const hub = await run(window, () => (globalThis as any).hub);
    expect(hub).to.match(/^http:\/\/electron-ports\.localhost:\d+$/);
    await window.loadURL('about:blank');
    window.destroy();
    return hub;
  }

  /** A window whose page has the hub's link.html in a frame of its own. */
  async function openAttacker(): Promise<BrowserWindow> {
    const hub = await hubOrigin();
    const attacker = new BrowserWindow({ show: false });
    await attacker.loadURL(server.origin + '/attacker');
    await run(
      attacker,
      async (hub) => {
        const frame = document.createElement('iframe');
        frame.src = `${hub}/link.html`;
        const loaded = new Promise((resolve) => (frame.onload = resolve));
        document.body.append(frame);
        await loaded;
      },
      hub
    );
    return attacker;
  }

  /** Proves that a window's link works, and gives the ports that it should. */
  async function expectLinkWorks(window: BrowserWindow) {
    const { port1, port2 } = new MessageChannelMain();
    const got = once(ipcMain, 'got');
    window.webContents.postMessage('secret', 'value', [port2]);
    port1.start();
    expect((await once(port1, 'message'))[0].data).to.equal('got value');
    const [event, value] = await got;
    expect(event.senderFrame).to.equal(window.webContents.mainFrame);
    expect(value).to.equal('value');
    port1.close();
  }

  describe('of another window', () => {
    it('gets nothing by embedding the hub’s pages and posting to them, with tokens guessed and ports of its own', async () => {
      const hub = await hubOrigin();
      const heard: unknown[] = [];
      for (const channel of ['here', 'got', 'forged']) {
        ipcMain.on(channel, (_event, value) => heard.push([channel, value]));
      }
      const attacker = new BrowserWindow({ show: false });
      await attacker.loadURL(server.origin + '/attacker');
      const victim = create();
      const load = victim.loadURL(`${server.origin}/victim`);
      const received = await run(
        attacker,
        async (hub) => {
          const received: unknown[] = [];
          const named = (host: string) => hub.replace(/\/\/.*:/, `//${host}:`);
          const insecure = named('169.254.101.112');
          const pages = [
            `${hub}/link.html`,
            `${hub}/hub.html`,
            `${hub}/insecure.html`,
            `${insecure}/insecure.html`,
            `${insecure}/link.html`,
            `${named('127.0.0.1')}/link.html`,
            `${named('localhost')}/link.html`
          ];
          await Promise.all(
            pages.map(async (src) => {
              const frame = document.createElement('iframe');
              const loaded = new Promise((resolve) => (frame.onload = resolve));
              frame.src = src;
              document.body.append(frame);
              await loaded;
              const targets = [frame.contentWindow!, ...(frame.contentWindow!.length ? [frame.contentWindow![0]] : [])];
              for (const target of targets) {
                for (const token of [
                  null,
                  undefined,
                  0,
                  'token',
                  {},
                  [],
                  new Uint8Array(16),
                  new Uint8Array(15),
                  new Uint32Array(4)
                ]) {
                  const { port1, port2 } = new MessageChannel();
                  port1.onmessage = ({ data }) => received.push([src, data]);
                  port1.postMessage(['send', 'forged', ['by a page']]);
                  port1.postMessage(['post', 'forged', 'by a page']);
                  port1.postMessage('nonsense');
                  target.postMessage(token, '*', [port2]);
                  target.postMessage(token, '*');
                }
              }
            })
          );
          for (const name of ['secure', 'insecure']) {
            try {
              received.push(new SharedWorker(`${hub}/rendezvous.js`, name));
            } catch {}
          }
          const reply = await fetch(`${hub}/hub.html`).then(
            () => 'read',
            () => 'refused'
          );
          if (reply === 'read') received.push('the hub’s page');
          await new Promise((resolve) => setTimeout(resolve, 300));
          return received;
        },
        hub
      );
      await load;
      if (!heard.length) await once(ipcMain, 'here');
      await expectLinkWorks(victim);
      expect(received).to.deep.equal([]);
      expect(heard.filter(([channel]: any) => channel === 'forged')).to.deep.equal([]);
    });

    it('keeps no window from its link by posting thousands of tokens', async () => {
      const attacker = await openAttacker();
      await run(attacker, () => {
        setInterval(() => {
          for (let i = 0; i < 10; i++) {
            const { port2 } = new MessageChannel();
            frames[0].postMessage(crypto.getRandomValues(new Uint8Array(16)), '*', [port2]);
          }
        }, 10);
      });
      for (let i = 0; i < 2; i++) await expectLinkWorks(await open(`/victim${i}`));
    });

    it('takes no link from others by going to the hub’s pages itself', async () => {
      const hub = await hubOrigin();
      for (const isolated of [true, false]) {
        const attacker = create(isolated);
        for (const path of ['link.html', 'hub.html', 'link.html']) {
          await attacker.loadURL(`${hub}/${path}`);
          // Longer than such a page takes to call what it is in.
          await new Promise((resolve) => setTimeout(resolve, 400));
          await expectLinkWorks(await open('/victim'));
        }
      }
    });

    it('leaves no port in the hub by posting one token over and over', async () => {
      const attacker = await openAttacker();
      const { countObjectsForTesting: countObjects } = (process as any)._linkedBinding('electron_ports_hub');
      const before = await countObjects('MessagePort');
      await run(attacker, () => {
        for (let i = 0; i < 1000; i++) {
          frames[0].postMessage(new Uint8Array(16), '*', [new MessageChannel().port2]);
        }
      });
      // They come before what a window says from then on.
      await expectLinkWorks(await open('/victim'));
      attacker.destroy();
      let left = Infinity;
      while ((left = (await countObjects('MessagePort')) - before) > 100);
      expect(left).to.be.at.most(100);
    });

    it('keeps no window waiting by being busy on the same address as the hub', async () => {
      const attacker = new BrowserWindow({ show: false });
      await attacker.loadURL(server.origin + '/attacker');
      const pid = attacker.webContents.getOSProcessId();
      let isBusy = true;
      run(attacker, () => {
        for (const start = Date.now(); Date.now() - start < 15_000; );
      }).then(
        () => (isBusy = false),
        () => {}
      );
      await expectLinkWorks(await open('/victim'));
      expect(isBusy).to.equal(true);
      process.kill(pid, 'SIGKILL');
    });

    it('gets no link of an earlier document by its token, which is good for once', async () => {
      const hub = await hubOrigin();
      // Without isolation the page can see its own token, when it stands in for the frame in time.
      script = `globalThis.tokens = [];
        const { getRandomValues } = Crypto.prototype;
        Crypto.prototype.getRandomValues = function (array) { tokens.push(array); return getRandomValues.call(this, array); };
        addEventListener('message', (event) => tokens.push(event.data));`;
      const window = await open('/hostile', false);
      await expectLinkWorks(window);
      expect(await run(window, () => (globalThis as any).tokens)).to.deep.equal([]);
      expect(hub).to.be.a('string');
    });
  });

  describe('that was there before, or races the link’s frame,', () => {
    const attacks: [string, string][] = [
      ['removes the frame', 'frame.remove()'],
      ['moves the frame', 'document.head.append(frame)'],
      ['navigates the frame to a page of its own', "frame.src = location.origin + '/own'"],
      [
        'navigates the frame to about:blank and stands in for it',
        `
        frame.src = 'about:blank';
        try { frame.contentWindow.postMessage = (...args) => stolen.push(args); } catch {}`
      ],
      [
        'gives the frame a document of its own',
        `
        frame.srcdoc = '<script>addEventListener("message", (event) => parent.stolen.push(event.data, event.ports))<' + '/script>'`
      ],
      ['sandboxes the frame', "frame.sandbox = ''"],
      [
        'listens inside the frame',
        `frame.addEventListener('load', () => {
        try { frame.contentWindow.addEventListener('message', (event) => stolen.push(event.ports)); } catch {}
      }, true)`
      ]
    ];
    for (const contextIsolation of [true, false]) {
      for (const [what, attack] of attacks) {
        it(`${what} (contextIsolation ${contextIsolation}) and gets nothing`, async () => {
          script = `globalThis.stolen = []; let left = 3;
            const { postMessage } = globalThis;
            const seen = () => {
              const frame = document.querySelector('iframe');
              if (!frame || left-- <= 0) return;
              ${attack};
            };
            globalThis.postMessage = (...args) => { stolen.push(args); };
            Object.defineProperty(HTMLIFrameElement.prototype, 'contentWindow', {
              configurable: true,
              get() { return { postMessage: (...args) => stolen.push(args) }; }
            });
            new MutationObserver(seen).observe(document, { childList: true, subtree: true });
            seen();`;
          const window = await open('/hostile', contextIsolation);
          await run(window, () => new Promise((resolve) => setTimeout(resolve, 100)));
          expect(await run(window, () => (globalThis as any).stolen.length)).to.equal(0);
          // The harm, if any, was its own: the next document has a link, and so has any other window.
          const here = once(ipcMain, 'here');
          await window.loadURL(`${server.origin}/next`);
          expect((await here)[1]).to.equal(`${server.origin}/next`);
          await expectLinkWorks(window);
        });
      }
    }
  });

  describe('whose frame of another site was taken over', () => {
    const forged = 'https://forged.example/';
    let tools: DevTools;
    let window: BrowserWindow;
    /** DevTools' names for the frame in it, for the session of that, and for the main frame. */
    let inner: string;
    let session: string;
    let outer: string;

    beforeEach(async () => {
      tools = new DevTools();
      const webPreferences = { preload: join(folder, 'preload.js'), nodeIntegrationInSubFrames: true };
      window = new BrowserWindow({ show: false, webPreferences });
      await window.loadURL(`${server.origin}/around`);
      const [ofPage, ofFrame] = ['/around', '/inner'].map((path) =>
        tools.find('Page.frameNavigated', ({ frame }) => frame.url.endsWith(path))
      );
      expect(ofFrame.sessionId).to.not.equal(ofPage.sessionId);
      session = ofFrame.sessionId!;
      inner = ofFrame.params.frame.id;
      outer = ofPage.params.frame.id;
    });

    const forgeries: [what: string, method: string, params: (id: string) => object][] = [
      [
        'shows another document',
        'Page.frameNavigated',
        (id) => ({
          frame: { id, loaderId: 'F'.repeat(32), url: forged, securityOrigin: forged, mimeType: 'text/html' }
        })
      ],
      ['goes on within its document', 'Page.navigatedWithinDocument', (frameId) => ({ frameId, url: forged })],
      ['opens its document', 'Page.documentOpened', (id) => ({ frame: { id, url: forged } })],
      [
        'begins to load',
        'Page.frameStartedNavigating',
        (frameId) => ({ frameId, url: forged, loaderId: 'F'.repeat(32), navigationType: 'differentDocument' })
      ],
      ['is gone', 'Page.frameDetached', (frameId) => ({ frameId, reason: 'remove' })],
      [
        'has its script elsewhere',
        'Runtime.executionContextCreated',
        (frameId) => ({
          context: { id: 4711, uniqueId: 'forged', name: '', origin: forged, auxData: { frameId, isDefault: true } }
        })
      ],
      [
        'has another target',
        'Target.attachedToTarget',
        (targetId) => ({
          sessionId: 'F'.repeat(32),
          targetInfo: { targetId, type: 'iframe' },
          waitingForDebugger: false
        })
      ]
    ];
    for (const [what, method, params] of forgeries) {
      it(`stays what it is when that frame says that it ${what}`, async () => {
        const { webContents } = window;
        const { mainFrame } = webContents;
        const told: string[] = [];
        for (const name of ['did-start-navigation', 'did-navigate', 'did-navigate-in-page'] as const) {
          webContents.on(name as 'dom-ready', () => told.push(name));
        }
        await tools.forge(session, method, params(outer));
        expect(await webContents.executeJavaScript('location.href')).to.equal(`${server.origin}/around`);
        expect(webContents.mainFrame).to.equal(mainFrame);
        expect(mainFrame).to.include({ url: `${server.origin}/around`, origin: server.origin, detached: false });
        expect(mainFrame.frames).to.have.length(1);
        expect(told).to.deep.equal([]);
        await expectLinkWorks(window);
      });
    }

    it('hears that frame of itself', async () => {
      const [frame] = window.webContents.mainFrame.frames;
      const told = once(window.webContents, 'did-navigate-in-page');
      await tools.forge(session, 'Page.navigatedWithinDocument', { frameId: inner, url: forged });
      expect((await told)[1]).to.equal(forged);
      expect(frame.url).to.equal(forged);
    });
  });

  it('has the internal channels of its last link alone', async () => {
    const revoked: Promise<string>[] = [];
    defer(
      process._linkedBinding('electron_browser_internal_channel').offer('spec', () => {
        let revoke = (_reason: string) => {};
        revoked.push(new Promise((resolve) => (revoke = resolve)));
        return { port: new MessageChannelMain().port2, revoke };
      })
    );
    const attacker = await openAttacker();
    const tools = new DevTools();
    revoked.length = 0;
    await expectLinkWorks(await open('/page'));
    expect(revoked).to.have.length(1);
    const { sessionId, params } = tools.find('Runtime.bindingCalled', ({ payload }) => /^[0-9a-f]{32}/.test(payload));
    await tools.forge(sessionId!, 'Runtime.bindingCalled', { ...params, payload: '07'.repeat(16) });
    await run(attacker, () => {
      frames[0].postMessage(new Uint8Array(16).fill(7), '*', [new MessageChannel().port2]);
    });
    expect(await revoked[0]).to.equal('its document opened another link');
    expect(revoked).to.have.length(2);
  });

  describe('that redefines built-ins', () => {
    const redefine = `
      globalThis.stolen = [];
      const steal = (what, value) => { if (value instanceof MessagePort || value instanceof Uint8Array) stolen.push(what); };
      const wrap = (target, name) => {
        const original = target[name];
        target[name] = function (...args) {
          steal(name + ' of', this);
          for (let i = 0; i < args.length; i++) { steal(name, args[i]); if (args[i] && args[i].length) for (let k = 0; k < args[i].length; k++) steal(name, args[i][k]); }
          return Reflect.apply(original, this, args);
        };
      };
      const { apply } = Reflect;
      wrap(MessagePort.prototype, 'postMessage');
      wrap(MessagePort.prototype, 'start');
      wrap(MessagePort.prototype, 'close');
      wrap(Window.prototype, 'postMessage'); wrap(globalThis, 'postMessage');
      wrap(EventTarget.prototype, 'dispatchEvent');
      wrap(EventTarget.prototype, 'addEventListener');
      wrap(Function.prototype, 'bind');
      globalThis.MessageChannel = class extends MessageChannel { constructor() { super(); stolen.push('MessageChannel'); } };
      for (const name of ['port', 'ports', 'onLinked', 'token', 'data', '0', 'transfer', 'source']) {
        Object.defineProperty(Object.prototype, name, { configurable: true, set(value) { steal('set ' + name, value); Object.defineProperty(this, name, { value, writable: true, configurable: true, enumerable: true }); }, get() { return undefined; } });
      }`;

    it('gets nothing of an isolated preload, before or after', async () => {
      script = `${redefine}
        const { Symbol: { iterator } } = globalThis;
        const values = Array.prototype[iterator];
        Array.prototype[iterator] = function () { for (let i = 0; i < this.length; i++) steal('iterator', this[i]); return values.call(this); };
        for (const name of ['data', 'ports']) {
          const { get } = Object.getOwnPropertyDescriptor(MessageEvent.prototype, name);
          Object.defineProperty(MessageEvent.prototype, name, { get() { stolen.push(name); return get.call(this); } });
        }`;
      const window = await open('/hostile');
      await expectLinkWorks(window);
      expect(await run(window, () => (globalThis as any).stolen)).to.deep.equal([]);
    });

    it('gets no link, and keeps none from working, without isolation', async () => {
      script = redefine;
      const window = await open('/hostile', false);
      await expectLinkWorks(window);
      // What the preload itself calls, its page sees: they share a world. The link's own port is not among it.
      const stolen: string[] = await run(window, () => (globalThis as any).stolen);
      expect(stolen.filter((what) => what !== 'postMessage of')).to.deep.equal([]);
    });

    it('leaves nothing for the next document of the window, or for the one that it opens', async () => {
      script = redefine;
      const window = await open('/hostile', false);
      await run(window, () => {
        Object.assign(globalThis, { name: 'kept' });
      });
      await window.loadURL(`${server.origin}/next`);
      expect(await run(window, () => ['stolen' in globalThis, MessageChannel.name])).to.deep.equal([
        false,
        'MessageChannel'
      ]);
      await expectLinkWorks(window);
    });
  });

  describe('with Node integration', () => {
    const nodeWindow = () =>
      new BrowserWindow({ show: false, webPreferences: { nodeIntegration: true, contextIsolation: false } });

    it('has no DevTools binding, in no frame of its own, at no time', async () => {
      script = `
        globalThis.found = [];
        const look = (scope) => { for (const name of Object.getOwnPropertyNames(scope)) if (/^_[0-9a-f]{32}$/.test(name)) found.push(name); };
        look(globalThis);
        for (const src of ['about:blank', 'javascript:0', '/frame', 'data:text/html,x']) {
          const frame = document.createElement('iframe');
          frame.src = src;
          document.documentElement.append(frame);
          look(frame.contentWindow);
          frame.onload = () => { try { look(frame.contentWindow); } catch {} };
        }
        const inner = document.createElement('iframe');
        inner.srcdoc = '<script>parent.look(window)<' + '/script>';
        globalThis.look = look;
        document.documentElement.append(inner);`;
      const window = nodeWindow();
      await window.loadURL(`${server.origin}/hostile`);
      const found: string[] = await run(window, () => (globalThis as any).found);
      expect(found).to.deep.equal([]);
    });

    it('has no require in the frames of its page, which cannot pass for the page', async () => {
      script = '';
      const window = nodeWindow();
      await window.loadURL(`${server.origin}/hostile`);
      const inside = await run(window, async () => {
        const frame = document.createElement('iframe');
        frame.src = '/frame';
        const loaded = new Promise((resolve) => (frame.onload = resolve));
        document.body.append(frame);
        await loaded;
        return ['require', 'process'].filter((name) => name in frame.contentWindow!);
      });
      expect(inside).to.deep.equal([]);
    });

    it('reads no secret in the text of functions or in stacks', async () => {
      script = `globalThis.texts = [];
        const { ipcRenderer } = require('electron');
        for (const value of [require, ipcRenderer.send, ipcRenderer.constructor, ipcRenderer.invoke, process._linkedBinding]) texts.push(String(value));
        try { ipcRenderer.send('x', Symbol()); } catch (error) { texts.push(error.stack); }
        Error.prepareStackTrace = (error, sites) => { for (const site of sites) texts.push(String(site.getFunction?.()), String(site.getThis?.())); return ''; };
        try { ipcRenderer.postMessage('x', Symbol()); } catch (error) { texts.push(String(error.stack)); }
        try { require('none'); } catch (error) { texts.push(String(error.stack)); }
        try { ipcRenderer.emit('newListener'); } catch {}
        for (const script of document.scripts) texts.push(script.text.length > 100000 ? script.text : '');`;
      const window = nodeWindow();
      await window.loadURL(`${server.origin}/hostile`);
      const texts: string[] = await run(window, () => (globalThis as any).texts);
      expect(texts.join('\n')).not.to.match(/_[0-9a-f]{32}|[0-9a-f]{32}|bindingName|bridgeSecret":/);
    });

    it('speaks for no other window', async () => {
      const [one, other] = [nodeWindow(), nodeWindow()];
      await Promise.all([one.loadURL(`${server.origin}/one`), other.loadURL(`${server.origin}/other`)]);
      const heard = once(ipcMain, 'who');
      await run(
        one,
        (id, token) => {
          const { ipcRenderer } = require('electron');
          ipcRenderer.send('who', { sender: id, senderFrame: token, frameId: token });
        },
        other.webContents.id,
        other.webContents.mainFrame.frameToken
      );
      const [event] = await heard;
      expect(event.sender).to.equal(one.webContents);
      expect(event.senderFrame).to.equal(one.webContents.mainFrame);
    });
  });
});

describe('a download', function () {
  this.timeout(30_000);

  // Electron asks the person, with a dialog.
  it('that a page starts by itself is not written to the disk', async () => {
    const home = temporaryFolder({});
    const { code } = await runApp(
      async ({ app, BrowserWindow }) => {
        const { once } = require('node:events');
        const { createServer } = require('node:http');
        const server = createServer((_request: unknown, response: any) =>
          response.writeHead(200, { 'content-disposition': 'attachment; filename="evil.sh"' }).end('evil')
        ).listen(0, '127.0.0.1');
        await once(server, 'listening');
        await app.whenReady();
        const window = new BrowserWindow({ show: false });
        await window.loadURL('about:blank');
        const closed = once(server, 'connection').then(([socket]: any) => once(socket, 'close'));
        await window.webContents.executeJavaScript(`
          const link = document.createElement('a');
          link.href = 'http://127.0.0.1:${server.address().port}';
          link.download = 'evil.sh';
          link.click();`);
        server.once('request', () => setTimeout(() => server.closeAllConnections(), 500));
        await closed;
        app.quit();
      },
      { HOME: home, XDG_CONFIG_HOME: home, XDG_DOWNLOAD_DIR: `${home}/Downloads` }
    );
    expect(code).to.equal(0);
    expect(existsSync(join(home, 'Downloads'))).to.equal(false);
  });
});
