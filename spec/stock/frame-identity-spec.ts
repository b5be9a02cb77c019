import { ipcMain, MessageChannelMain } from 'electron/main';
import type { BrowserWindow, IpcMainEvent, IpcMainInvokeEvent, WebFrameMain } from 'electron/main';

import { expect } from 'chai';

import { EventEmitter, once } from 'node:events';

import { rejection } from '../lib/rejection';
import { serve } from '../lib/server';
import { closeAllWindows, createWindow, openWindow, run } from '../lib/windows';

import type { SpecServer } from '../lib/server';

/**
 * Who a message is from, and who it is for, is a matter of documents: in Electron a frame's object goes on to the next
 * document, here it does not.
 */
describe('a document that was left', () => {
  let server: SpecServer;
  let window: BrowserWindow;

  before(async () => {
    server = await serve(
      (path) => `<!doctype html><title>${path}</title><script>
        const { ipcRenderer } = require('electron');
        globalThis.got = [];
        ipcRenderer.on('to', (event, value) => {
          got.push(value);
          for (const port of event.ports) port.postMessage('got by ' + location.pathname);
        });
        addEventListener('pagehide', () => {
          const { port1, port2 } = new MessageChannel();
          port1.postMessage('from ' + location.pathname);
          ipcRenderer.send('sent', location.href);
          ipcRenderer.invoke('asked', location.href).catch(() => {});
          ipcRenderer.postMessage('posted', location.href, [port2]);
        });
        ipcRenderer.send('started', location.href);
      </script>`
    );
  });
  after(() => server.close());

  /** Another origin, for which Chromium takes another process. */
  const other = () => server.origin.replace('127.0.0.1', 'localhost');

  beforeEach(async () => {
    ipcMain.handle('asked', () => {});
    window = await openWindow(`${server.origin}/first`);
  });

  afterEach(async () => {
    for (const channel of ['sent', 'posted', 'started']) ipcMain.removeAllListeners(channel);
    ipcMain.removeHandler('asked');
    await closeAllWindows();
  });

  const ways: [string, () => string][] = [
    ['of the same origin', () => `${server.origin}/second`],
    ['of another origin', () => `${other()}/second`],
    ['of an opaque origin', () => 'data:text/html,second']
  ];
  for (const [where, url] of ways) {
    it(`is the sender of what it sends in pagehide, when the next is ${where}`, async () => {
      const seen: Record<string, unknown>[] = [];
      const see = (channel: string) => (event: IpcMainEvent | IpcMainInvokeEvent, href: string) => {
        const { senderFrame } = event;
        seen.push({ channel, href, url: senderFrame?.url, frameId: event.frameId, own: senderFrame?.routingId });
      };
      const { mainFrame } = window.webContents;
      const { routingId } = mainFrame;
      ipcMain.on('sent', see('sent'));
      ipcMain.removeHandler('asked');
      ipcMain.handle('asked', see('asked'));
      const posted = once(ipcMain, 'posted');
      ipcMain.on('posted', see('posted'));
      const told: string[] = [];
      window.webContents.ipc.once('sent', () => told.push('webContents'));
      mainFrame.ipc.once('sent', () => told.push('frame'));
      await window.loadURL(url());
      const [{ ports }] = await posted;
      const href = `${server.origin}/first`;
      expect(seen).to.deep.equal(
        ['sent', 'asked', 'posted'].map((channel) => ({ channel, href, url: href, frameId: routingId, own: routingId }))
      );
      expect(told).to.deep.equal(['frame', 'webContents']);
      ports[0].start();
      expect((await once(ports[0], 'message'))[0].data).to.equal('from /first');
    });
  }

  it('is detached, keeps its url, and has an object of its own', async () => {
    const { mainFrame } = window.webContents;
    expect(mainFrame.detached).to.equal(false);
    const { frameToken, processId } = mainFrame;
    await window.loadURL(`${other()}/second`);
    expect(mainFrame.detached).to.equal(true);
    expect(mainFrame).to.include({ url: `${server.origin}/first`, frameToken, processId });
    const next = window.webContents.mainFrame;
    expect(next).to.not.equal(mainFrame);
    expect(next).to.include({ url: `${other()}/second`, detached: false, ipc: mainFrame.ipc });
    expect(next.frameToken).to.not.equal(frameToken);
    expect(next.routingId).to.not.equal(mainFrame.routingId);
  });

  it('is null as a senderFrame once it is gone, for messages of every kind', async () => {
    const started = once(ipcMain, 'started');
    window.reload();
    const [event] = await started;
    const hidden = once(ipcMain, 'sent');
    ipcMain.removeHandler('asked');
    const asked = new Promise<IpcMainInvokeEvent>((resolve) => ipcMain.handle('asked', resolve));
    const posted = once(ipcMain, 'posted');
    expect(event.senderFrame).to.equal(window.webContents.mainFrame);
    await window.loadURL(`${other()}/second`);
    const events = [event, ...(await hidden).slice(0, 1), await asked, (await posted)[0]] as IpcMainEvent[];
    const frame = (event as IpcMainEvent).senderFrame;
    // Its link closes after the last message.
    while (frame?.isDestroyed() === false) await new Promise(setImmediate);
    expect(events.map(({ senderFrame }) => senderFrame)).to.deep.equal([null, null, null, null]);
  });

  describe('is not taken for the next one: nothing reaches it', () => {
    let event: IpcMainEvent;
    let frame: WebFrameMain;

    beforeEach(async () => {
      const started = once(ipcMain, 'started');
      window.reload();
      [event] = (await started) as [IpcMainEvent];
      frame = event.senderFrame!;
    });

    const reload = async () => {
      const restarted = once(ipcMain, 'started');
      window.reload();
      await restarted;
    };

    // Each is given a port that is closed in the end.
    const sends: Record<string, (port: Electron.MessagePortMain) => void> = {
      'by event.reply': (port) => {
        event.reply('to', 'reply');
        port.close();
      },
      'by send of its frame': (port) => {
        frame.send('to', 'sent');
        port.close();
      },
      'by postMessage of its frame, which closes what it carried': (port) => frame.postMessage('to', 'posted', [port])
    };
    for (const [how, send] of Object.entries(sends)) {
      for (const [when, navigate] of [
        ['after a navigation', () => window.loadURL(`${other()}/second`)],
        ['after a reload', reload]
      ] as const) {
        it(`${how}, ${when}`, async () => {
          await navigate();
          const { port1, port2 } = new MessageChannelMain();
          const heard: unknown[] = [];
          port1.on('message', ({ data }) => heard.push(data));
          port1.start();
          const closed = once(port1, 'close');
          send(port2);
          await closed;
          // What comes to this one comes after what could have come before.
          const { port1: near, port2: far } = new MessageChannelMain();
          window.webContents.postMessage('to', 'proper', [far]);
          near.start();
          await once(near, 'message');
          expect(heard).to.deep.equal([]);
          expect(await run(window, () => (globalThis as any).got)).to.deep.equal(['proper']);
        });
      }
    }

    it('while the next one is on its way, but itself, as long as it is there', async () => {
      const loaded = window.loadURL(`${other()}/second`);
      frame.postMessage('to', 'for the first');
      event.reply('to', 'for the first, too');
      window.webContents.send('to', 'for the second');
      await loaded;
      expect(await run(window, () => (globalThis as any).got)).to.deep.equal(['for the second']);
    });

    it('by what waited for its link, which never came, and whose ports are closed', async () => {
      const removed = createWindow();
      const navigated = once(removed.webContents, 'did-navigate');
      // Without the runtime's frame there is no way to it.
      const script = `new MutationObserver(() => document.querySelectorAll('iframe').forEach((each) => each.remove()))
        .observe(document, { childList: true, subtree: true });`;
      const loaded = removed.loadURL(`data:text/html,${encodeURIComponent(`<script>${script}</script>`)}`);
      await navigated;
      const { port1, port2 } = new MessageChannelMain();
      const closed = once(port1, 'close');
      removed.webContents.mainFrame.postMessage('to', 'waits', [port2]);
      await loaded;
      await removed.loadURL(`${server.origin}/second`);
      await closed;
      const { port1: near, port2: far } = new MessageChannelMain();
      removed.webContents.postMessage('to', 'proper', [far]);
      near.start();
      await once(near, 'message');
      expect(await run(removed, () => (globalThis as any).got)).to.deep.equal(['proper']);
    });

    it('by what was sent to the window before its link came, when it was left at once', async () => {
      const led = createWindow();
      const first = once(led.webContents, 'did-navigate');
      const script = `location.replace(${JSON.stringify(`${other()}/second`)})`;
      const loaded = rejection(led.loadURL(`data:text/html,${encodeURIComponent(`<script>${script}</script>`)}`));
      await first;
      const { port1, port2 } = new MessageChannelMain();
      const closed = once(port1, 'close');
      // The first may have loaded, too.
      const second = new Promise<void>((resolve) => {
        led.webContents.on('did-finish-load', () => led.webContents.getURL().endsWith('/second') && resolve());
      });
      led.webContents.postMessage('to', 'for the first', [port2]);
      await Promise.all([closed, second, loaded]);
      led.webContents.send('to', 'for the second');
      expect(await run(led, () => (globalThis as any).got)).to.deep.equal(['for the second']);
    });

    it('by executeJavaScript of its frame', async () => {
      await window.loadURL(`${other()}/second`);
      const error = await frame.executeJavaScript('globalThis.ran = true').catch((error: Error) => error);
      expect((error as Error).message).to.equal('Render frame was disposed before WebFrameMain could be accessed');
      expect(await run(window, () => typeof (globalThis as any).ran)).to.equal('undefined');
    });

    it('by an answer to what it asked', async () => {
      const calls = new EventEmitter();
      ipcMain.removeHandler('asked');
      ipcMain.handle('asked', () => new Promise((resolve) => calls.emit('asked', resolve)));
      let asked = once(calls, 'asked');
      await run(window, () => {
        require('electron').ipcRenderer.invoke('asked');
      });
      const [answerFirst] = await asked;
      // What it asks when it is left is not answered.
      asked = once(calls, 'asked');
      await window.loadURL(`${server.origin}/second`);
      await asked;
      asked = once(calls, 'asked');
      const next = run(window, () => require('electron').ipcRenderer.invoke('asked'));
      const [answerSecond] = await asked;
      answerFirst('for the first');
      answerSecond('for the second');
      expect(await next).to.equal('for the second');
    });
  });

  it('keeps what it was when it crashed, and the next is another', async () => {
    const { mainFrame } = window.webContents;
    const gone = once(window.webContents, 'render-process-gone');
    window.webContents.forcefullyCrashRenderer();
    await gone;
    expect(window.webContents.mainFrame).to.equal(mainFrame);
    expect(mainFrame.isDestroyed()).to.equal(true);
    expect(mainFrame.detached).to.equal(true);
    await window.loadURL(`${other()}/second`);
    expect(mainFrame.url).to.equal(`${server.origin}/first`);
    expect(window.webContents.mainFrame).to.include({ url: `${other()}/second`, detached: false });
    const { port1, port2 } = new MessageChannelMain();
    const closed = once(port1, 'close');
    expect(() => mainFrame.postMessage('to', 'x', [port2])).to.throw('Render frame was disposed');
    port2.close();
    await closed;
  });

  it('follows its history and fragment', async () => {
    const { mainFrame } = window.webContents;
    await run(window, () => history.pushState(0, '', '/pushed'));
    expect(mainFrame.url).to.equal(`${server.origin}/pushed`);
    await window.loadURL(`${server.origin}/pushed#fragment`);
    expect(mainFrame.url).to.equal(`${server.origin}/pushed#fragment`);
    expect(window.webContents.mainFrame).to.equal(mainFrame);
  });

  it('is not what a window begins with: that becomes the first document', async () => {
    const fresh = createWindow();
    const { mainFrame } = fresh.webContents;
    const loaded = fresh.loadURL(`${server.origin}/fresh`);
    const { port1, port2 } = new MessageChannelMain();
    mainFrame.postMessage('to', 'early', [port2]);
    port1.start();
    expect((await once(port1, 'message'))[0].data).to.equal('got by /fresh');
    await loaded;
    expect(fresh.webContents.mainFrame).to.equal(mainFrame);
    expect(mainFrame.url).to.equal(`${server.origin}/fresh`);
  });
});
