import { BrowserWindow, ipcMain, MessageChannelMain, webContents, webFrameMain } from 'electron/main';
import type { IpcMainEvent, WebFrameMain } from 'electron/main';

import { expect } from 'chai';

import { on, once } from 'node:events';
import { join } from 'node:path';

import { temporaryFolder } from './lib/files';
import { skipInElectron } from './lib/needs';
import { serve } from './lib/server';
import { closeAllWindows } from './lib/windows';

import type { SpecServer } from './lib/server';

const preloadScript = `const { contextBridge, ipcRenderer } = require('electron');
  contextBridge.exposeInMainWorld('api', {
    send: (...args) => ipcRenderer.send(...args),
    ask: (value) => ipcRenderer.invoke('ask', value)
  });
  ipcRenderer.on('to', (event, value) => ipcRenderer.send('got', value));
  ipcRenderer.on('port', ({ ports: [port] }) => {
    port.onmessage = ({ data }) => port.postMessage([data, location.href]);
  });
  ipcRenderer.on('count', ({ ports: [port] }, rounds) => {
    let left = rounds;
    port.onmessage = () => (left-- > 0 ? port.postMessage(null) : ipcRenderer.send('counted', Date.now()));
    port.postMessage(null);
  });
  ipcRenderer.send('started', location.href, window === top);`;

/** Another site, for which Chromium takes another process. */
const otherSite = (origin: string) => origin.replace('127.0.0.1', 'localhost');

/** Frames of every kind, each called by its name. */
const kinds: Record<string, (origin: string) => string> = {
  same: (origin) => `src="${origin}/inner"`,
  'of another site': (origin) => `src="${otherSite(origin)}/inner"`,
  srcdoc: () => 'srcdoc="inner"',
  blank: () => '',
  data: () => 'src="data:text/html,inner"',
  sandboxed: (origin) => `sandbox="allow-scripts" src="${origin}/inner"`,
  'sandboxed, of another site': (origin) => `sandbox="allow-scripts" src="${otherSite(origin)}/inner"`
};

describe('a frame inside a page', function () {
  this.timeout(30_000);

  let server: SpecServer;
  let preload: string;

  before(async () => {
    server = await serve((path) => {
      const { origin } = server;
      if (path === '/kinds') {
        return Object.entries(kinds)
          .map(([name, attributes]) => `<iframe name="${name}" ${attributes(origin)}></iframe>`)
          .join('');
      }
      if (path === '/nested') {
        const middle = `${otherSite(origin)}/middle`;
        return `<iframe name="middle" src="${middle}"></iframe>`;
      }
      if (path === '/middle') return `<iframe name="innermost" src="${origin}/inner"></iframe>`;
      if (path === '/strict') {
        const policy = "default-src 'none'; frame-src 'none'";
        return { headers: { 'content-security-policy': policy }, body: '<script>globalThis.ran = 1</script>' };
      }
      if (path === '/strict-meta') {
        const policy = `<meta http-equiv="content-security-policy" content="default-src 'none'">`;
        return `${policy}<script>globalThis.ran = 1</script>`;
      }
      if (path === '/curious') {
        // Asks as long as the runtime may take.
        return `<script>
          const names = () => Object.getOwnPropertyNames(window).filter((name) => /^_[0-9a-f]{32}$/.test(name));
          let left = 40;
          const look = () => {
            if (names().length === 0 && left-- > 0) setTimeout(look, 25);
            else parent.postMessage(names().length, '*');
          };
          look();
        </script>`;
      }
      if (path === '/around') return `<iframe src="${otherSite(origin)}/curious"></iframe>`;
      if (path === '/many') return `<iframe src="${origin}/inner"></iframe>`.repeat(100);
      return '<title>inner</title>';
    });
  });
  after(() => server.close());
  beforeEach(() => {
    preload = join(temporaryFolder({ 'preload.js': preloadScript }), 'preload.js');
  });
  afterEach(closeAllWindows);
  afterEach(() => {
    for (const channel of ['started', 'sent', 'got', 'counted']) ipcMain.removeAllListeners(channel);
    ipcMain.removeHandler('ask');
  });

  async function open(path: string, nodeIntegrationInSubFrames = true): Promise<BrowserWindow> {
    const window = new BrowserWindow({ show: false, webPreferences: { preload, nodeIntegrationInSubFrames } });
    await window.loadURL(path === 'about:blank' ? path : server.origin + path);
    return window;
  }

  const frameCalled = (window: BrowserWindow, name: string): WebFrameMain => {
    const found = window.webContents.mainFrame.framesInSubtree.find((frame) => frame.name === name);
    if (!found) throw new Error(`There is no frame ${name}`);
    return found;
  };

  /** Resolves with the next frame that starts with a document of `url`: others may start, and empty ones before. */
  async function startOf(url: string): Promise<WebFrameMain> {
    for await (const [{ senderFrame }] of on(ipcMain, 'started') as AsyncIterable<[IpcMainEvent]>) {
      if (senderFrame?.url === url) return senderFrame;
    }
    throw new Error('Not reached');
  }

  /** Adds a frame to a document, and resolves with it when it has started. */
  async function add(to: WebFrameMain, name: string, src: string): Promise<WebFrameMain> {
    const started = startOf(src);
    await to.executeJavaScript(`{
      const frame = document.createElement('iframe');
      frame.name = ${JSON.stringify(name)};
      frame.src = ${JSON.stringify(src)};
      document.body.append(frame);
    }`);
    return started;
  }

  /** Its answer to a message over a port that it is sent. */
  async function askByPort(frame: WebFrameMain, question: string): Promise<unknown> {
    const { port1, port2 } = new MessageChannelMain();
    frame.postMessage('port', null, [port2]);
    port1.postMessage(question);
    const answered = once(port1, 'message');
    port1.start();
    const [{ data }] = await answered;
    port1.close();
    return data;
  }

  describe('with nodeIntegrationInSubFrames', () => {
    for (const name of Object.keys(kinds)) {
      it(`has the preload script, IPC and ports: ${name}`, async function () {
        if (name === 'blank') skipInElectron(this, 'has no script of its own in a document that was never loaded');
        ipcMain.handle('ask', (event, value) => [value, event.senderFrame!.name]);
        const window = await open('/kinds');
        const frame = frameCalled(window, name);
        const { url } = frame;
        expect(await askByPort(frame, 'who?')).to.deep.equal(['who?', url]);
        expect(await frame.executeJavaScript('typeof require + typeof api.ask')).to.equal('undefinedfunction');
        expect(await frame.executeJavaScript('api.ask(1)')).to.deep.equal([1, name]);
      });
    }

    it('runs the preload script before any script of the page', async () => {
      const window = await open('about:blank');
      const src = `data:text/html,<script>api.send('sent', 1)</script>`;
      const sent = once(ipcMain, 'sent');
      await add(window.webContents.mainFrame, 'early', src);
      const [event, value] = (await sent) as [IpcMainEvent, number];
      expect([value, event.senderFrame!.name]).to.deep.equal([1, 'early']);
    });

    it('is inside others, in other processes', async () => {
      const window = await open('/nested');
      const innermost = frameCalled(window, 'innermost');
      expect(innermost.parent!.name).to.equal('middle');
      expect(innermost.parent!.parent).to.equal(window.webContents.mainFrame);
      expect(innermost.top).to.equal(window.webContents.mainFrame);
      expect(await askByPort(innermost, 'where?')).to.deep.equal(['where?', `${server.origin}/inner`]);
    });

    it('is one of a hundred', async () => {
      const urls: string[] = [];
      ipcMain.on('started', (event) => urls.push(event.senderFrame!.url));
      const window = await open('/many');
      const { frames } = window.webContents.mainFrame;
      expect(frames).to.have.length(100);
      const answers = await Promise.all(frames.map((frame, index) => askByPort(frame, String(index))));
      expect(answers.map((answer) => (answer as string[])[0])).to.deep.equal(frames.map((_, index) => String(index)));
      expect(urls.filter((url) => url === `${server.origin}/inner`)).to.have.length(100);
      expect(new Set(frames.map(({ routingId }) => routingId)).size).to.equal(100);
    });

    it('has the preload script where a sandbox forbids all other', async function () {
      skipInElectron(this, 'runs no script there either');
      const window = await open('about:blank');
      const started = startOf(`${server.origin}/inner`);
      await window.webContents.executeJavaScript(`{
        const frame = document.createElement('iframe');
        frame.sandbox = '';
        frame.src = ${JSON.stringify(`${server.origin}/inner`)};
        document.body.append(frame);
      }`);
      expect(await askByPort(await started, 'who?')).to.deep.equal(['who?', `${server.origin}/inner`]);
    });

    it('leaves nothing of the runtime in the page', async () => {
      const window = await open('about:blank');
      const { mainFrame } = window.webContents;
      for (const name of ['one', 'two']) await askByPort(await add(mainFrame, name, `${server.origin}/inner`), name);
      expect(
        await mainFrame.executeJavaScript('[frames.length, document.querySelectorAll("iframe").length]')
      ).to.deep.equal([2, 2]);
      expect(mainFrame.frames.map(({ name }) => name)).to.deep.equal(['one', 'two']);
    });

    for (const path of ['/strict', '/strict-meta']) {
      it(`has IPC where its content security policy allows nothing: ${path}`, async () => {
        const window = await open('about:blank');
        const url = otherSite(server.origin) + path;
        const frame = await add(window.webContents.mainFrame, 'strict', url);
        expect(await askByPort(frame, 'who?')).to.deep.equal(['who?', url]);
        // On the stock runtime Chromium drops the policies in headers.
        if (path === '/strict-meta') {
          expect(await frame.executeJavaScript('typeof globalThis.ran')).to.equal('undefined');
        }
      });
    }

    it('talks to another, without the main process between them', async () => {
      const window = await open('/kinds');
      const { port1, port2 } = new MessageChannelMain();
      const counted = once(ipcMain, 'counted');
      frameCalled(window, 'same').postMessage('count', 200, [port1]);
      frameCalled(window, 'sandboxed, of another site').postMessage('count', 200, [port2]);
      // Nothing that needs this process goes on meanwhile.
      await new Promise((resolve) => setTimeout(resolve, 200));
      const blocked = Date.now();
      while (Date.now() < blocked + 1500);
      const freed = Date.now();
      const [, at] = await counted;
      expect(at).to.be.below(freed);
    });
  });

  describe('without nodeIntegrationInSubFrames', () => {
    it('has nothing of the runtime', async () => {
      const started: string[] = [];
      ipcMain.on('started', (_event, url) => started.push(url));
      const window = await open('/kinds', false);
      for (const frame of window.webContents.mainFrame.frames) {
        const globals = await frame.executeJavaScript(
          '[typeof api, typeof require, Object.getOwnPropertyNames(window).filter((name) => /^_[0-9a-f]{32}/.test(name)).length]'
        );
        expect(globals, frame.name).to.deep.equal(['undefined', 'undefined', 0]);
      }
      expect(started).to.deep.equal([`${server.origin}/kinds`]);
    });

    it('closes the ports that it is sent', async function () {
      skipInElectron(this, 'closes them when the page’s garbage is collected');
      const window = await open('/kinds', false);
      const { port1, port2 } = new MessageChannelMain();
      const closed = once(port1, 'close');
      frameCalled(window, 'of another site').postMessage('port', null, [port2]);
      await closed;
    });

    it('runs what the main process has it run', async function () {
      skipInElectron(this, 'gives what JSON can hold, and errors as text');
      const window = await open('/kinds', false);
      const frame = frameCalled(window, 'of another site');
      expect(await frame.executeJavaScript('Promise.resolve(new Map([[1, location.href]]))')).to.deep.equal(
        new Map([[1, `${otherSite(server.origin)}/inner`]])
      );
      const failure = await frame.executeJavaScript('throw new RangeError("far")').catch((error) => error);
      expect(failure).to.be.instanceOf(RangeError).with.property('message', 'far');
    });
  });

  describe('as a WebFrameMain', () => {
    it('has its name, place, URL and origin', async () => {
      const window = await open('/kinds', false);
      const { mainFrame } = window.webContents;
      const { origin } = server;
      const told = mainFrame.frames.map((frame) => [frame.name, frame.url, frame.origin]);
      expect(told).to.deep.equal([
        ['same', `${origin}/inner`, origin],
        ['of another site', `${otherSite(origin)}/inner`, otherSite(origin)],
        ['srcdoc', 'about:srcdoc', origin],
        ['blank', 'about:blank', origin],
        ['data', 'data:text/html,inner', 'null'],
        ['sandboxed', `${origin}/inner`, 'null'],
        ['sandboxed, of another site', `${otherSite(origin)}/inner`, 'null']
      ]);
      for (const frame of mainFrame.frames) expect([frame.parent, frame.top]).to.deep.equal([mainFrame, mainFrame]);
      expect([mainFrame.parent, mainFrame.top]).to.deep.equal([null, mainFrame]);
      expect(mainFrame.framesInSubtree).to.deep.equal([mainFrame, ...mainFrame.frames]);
    });

    it('is found by its ids, and leads to its webContents', async () => {
      const window = await open('/kinds');
      for (const frame of window.webContents.mainFrame.framesInSubtree) {
        expect(webFrameMain.fromId(frame.processId, frame.routingId)).to.equal(frame);
        expect(webFrameMain.fromFrameToken(frame.processId, frame.frameToken)).to.equal(frame);
        expect(webContents.fromFrame(frame)).to.equal(window.webContents);
      }
      expect(webFrameMain.fromId(1, 1_000_000)).to.equal(undefined);
    });

    it('is found by the ids of its first message, too', async () => {
      const ids = new Map<WebFrameMain, [processId: number, frameId: number]>();
      ipcMain.on('started', ({ senderFrame, processId, frameId }) => ids.set(senderFrame!, [processId, frameId]));
      const window = await open('/kinds');
      const { framesInSubtree } = window.webContents.mainFrame;
      while (!framesInSubtree.every((frame) => ids.has(frame))) await once(ipcMain, 'started');
      const found = framesInSubtree.map((frame) => webFrameMain.fromId(...ids.get(frame)!));
      expect(found).to.deep.equal(framesInSubtree);
      const [main, ...frames] = framesInSubtree.map((frame) => ids.get(frame)![0]);
      const isInside = Object.fromEntries(framesInSubtree.slice(1).map(({ name }, i) => [name, frames[i] === main]));
      expect(isInside).to.include({ same: true, srcdoc: true, blank: true, 'of another site': false });
    });

    it('sends, is answered, and hears only its own', async () => {
      const window = await open('/kinds');
      const [one, other] = ['same', 'of another site'].map((name) => frameCalled(window, name));
      const heard: unknown[] = [];
      one.ipc.on('sent', (event, value) => {
        heard.push([value, event.senderFrame === one]);
        event.reply('to', `${value} again`);
      });
      await other.executeJavaScript("api.send('sent', 'other')");
      const got = once(ipcMain, 'got');
      await one.executeJavaScript("api.send('sent', 'one')");
      const [event, value] = (await got) as [IpcMainEvent, string];
      expect([event.senderFrame, value]).to.deep.equal([one, 'one again']);
      expect(heard).to.deep.equal([['one', true]]);
      const gotByOther = once(ipcMain, 'got');
      other.send('to', 'other');
      expect((await gotByOther)[1]).to.equal('other');
    });

    const targets: [string, (origin: string) => string][] = [
      ['of its site', (origin) => `${origin}/next`],
      ['of another site', (origin) => `${otherSite(origin)}/next`]
    ];
    for (const [where, target] of targets) {
      for (const name of ['same', 'of another site']) {
        it(`stays with its document when the frame, ${name}, goes to one ${where}`, async function () {
          skipInElectron(this, 'has the object go on to the next document');
          const window = await open('/kinds');
          const left = frameCalled(window, name);
          const { url } = left;
          const { port1, port2 } = new MessageChannelMain();
          const closed = once(port1, 'close');
          left.postMessage('port', null, [port2]);
          await askByPort(left, 'has it?');
          const started = startOf(target(server.origin));
          await window.webContents.executeJavaScript(
            `document.querySelector('[name="${name}"]').src = ${JSON.stringify(target(server.origin))}`
          );
          const next = await started;
          port1.start();
          await closed;
          expect(next).not.to.equal(left);
          expect([next.url, next.name, next.frameTreeNodeId]).to.deep.equal([
            target(server.origin),
            name,
            left.frameTreeNodeId
          ]);
          expect([left.url, left.detached, left.parent]).to.deep.equal([url, true, window.webContents.mainFrame]);
          expect(window.webContents.mainFrame.frames).to.include(next).and.not.include(left);
          const lost = new MessageChannelMain();
          const lostClosed = once(lost.port1, 'close');
          left.postMessage('port', null, [lost.port2]);
          lost.port1.start();
          await lostClosed;
          expect(await askByPort(next, 'next')).to.deep.equal(['next', next.url]);
        });
      }
    }

    for (const name of ['same', 'of another site']) {
      it(`is gone, and its ports close, when the page removes it: ${name}`, async () => {
        const window = await open('/kinds');
        const frame = frameCalled(window, name);
        const { port1, port2 } = new MessageChannelMain();
        const closed = once(port1, 'close');
        frame.postMessage('port', null, [port2]);
        await askByPort(frame, 'has it?');
        port1.start();
        await window.webContents.executeJavaScript(`document.querySelector('[name="${name}"]').remove()`);
        await closed;
        while (!frame.isDestroyed()) await new Promise(setImmediate);
        expect(window.webContents.mainFrame.frames.map((each) => each.name)).not.to.include(name);
        expect(await frame.executeJavaScript('1').catch((error) => error.message)).to.match(/disposed/);
      });
    }

    it('is gone with the document that it was in', async () => {
      const window = await open('/kinds');
      const { frames } = window.webContents.mainFrame;
      await window.loadURL(`${server.origin}/inner`);
      expect(frames.map(({ detached }) => detached)).to.deep.equal(frames.map(() => true));
      expect(window.webContents.mainFrame.frames).to.deep.equal([]);
    });
  });

  it('is told of when it is made, and when it shows something', async () => {
    const window = await open('about:blank');
    const created = once(window.webContents, 'frame-created');
    const navigated: unknown[][] = [];
    window.webContents.on('did-frame-navigate', (_event, url, _code, _text, isMainFrame, processId, routingId) => {
      navigated.push([url, isMainFrame, webFrameMain.fromId(processId, routingId)]);
    });
    const url = `${server.origin}/inner`;
    const frame = await add(window.webContents.mainFrame, 'new', url);
    const [, details] = (await created) as [unknown, { frame: WebFrameMain }];
    expect(details.frame.frameTreeNodeId).to.equal(frame.frameTreeNodeId);
    expect(navigated).to.deep.equal([[url, false, frame]]);
  });

  it('says who wrote to the console', async () => {
    const window = await open('/kinds', false);
    const said = once(window.webContents, 'console-message');
    await frameCalled(window, 'of another site').executeJavaScript('console.log("here")');
    const [{ message, frame }] = await said;
    expect([message, frame.name]).to.deep.equal(['here', 'of another site']);
  });

  it('cannot be robbed of its link by the page that it is in', async () => {
    const window = await open('about:blank');
    const { mainFrame } = window.webContents;
    // It replaces every frame of the runtime's that it sees by one of its own, of the same name.
    await mainFrame.executeJavaScript(`{
      globalThis.stolen = [];
      addEventListener('message', ({ data, ports }) => stolen.push([data, ports.length]));
      new MutationObserver(() => {
        for (const frame of document.querySelectorAll('iframe[name^="_"]:not([srcdoc])')) {
          const mine = document.createElement('iframe');
          mine.name = frame.name;
          mine.srcdoc = '<script>onmessage = ({ data, ports }) => parent.postMessage([data, ports.length], "*")</script>';
          frame.replaceWith(mine);
        }
      }).observe(document, { childList: true, subtree: true });
    }`);
    const messages: string[] = [];
    ipcMain.on('started', (_event, url) => messages.push(url));
    await mainFrame.executeJavaScript(`new Promise((resolve) => {
      const frame = document.createElement('iframe');
      frame.src = ${JSON.stringify(`${otherSite(server.origin)}/inner`)};
      frame.onload = () => setTimeout(resolve, 500);
      document.body.append(frame);
    })`);
    expect(await mainFrame.executeJavaScript('stolen')).to.deep.equal([]);
    expect(await mainFrame.executeJavaScript('1 + 1')).to.equal(2);
    expect(messages.filter((url) => url !== `${otherSite(server.origin)}/inner`)).to.deep.equal([]);
  });

  it('of another site finds nothing of the runtime in a window without contextIsolation', async () => {
    const window = new BrowserWindow({ show: false, webPreferences: { preload, contextIsolation: false } });
    await window.loadURL('about:blank');
    const loaded = window.loadURL(`${server.origin}/around`);
    await loaded;
    const found = await window.webContents.executeJavaScript(
      `new Promise((resolve) => addEventListener('message', ({ data }) => typeof data === 'number' && resolve(data)))`
    );
    expect(found).to.equal(0);
  });
});
