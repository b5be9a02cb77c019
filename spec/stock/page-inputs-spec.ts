import { MainPort } from '@electron/internal/browser/main-port';
import { InternalChannel } from '@electron/internal/common/internal-channel';

import { BrowserWindow, ipcMain, MessageChannelMain } from 'electron/main';
import type { WebContents, WebFrameMain } from 'electron/main';

import { expect } from 'chai';

import { once } from 'node:events';
import { monitorEventLoopDelay } from 'node:perf_hooks';

import { defer } from '../lib/defer';
import { openFile } from '../lib/open-files';
import { attack } from '../lib/page-inputs';
import { serve } from '../lib/server';
import { closeAllWindows, closeWindow, openWindow, run } from '../lib/windows';

import type { OpenedFile } from '../lib/open-files';

const seed = Number(process.env.ELECTRON_PORTS_SEED ?? Date.now() % 2 ** 31);
/** `ELECTRON_PORTS_INPUTS=100000 npm run spec -- -g 'whatever a page sends'` is the long run. */
const total = Number(process.env.ELECTRON_PORTS_INPUTS ?? 2000);
const perRound = 250;

const megabyte = 2 ** 20;

function heapAfterCollection(): number {
  (process as any)._linkedBinding('electron_common_v8_util').requestGarbageCollectionForTesting();
  return process.memoryUsage().heapUsed / megabyte;
}

describe(`the main process, whatever a page sends (seed ${seed})`, function () {
  this.timeout(Math.max(120_000, total * 20));
  afterEach(closeAllWindows);

  it(`neither throws, nor hangs, nor grows, and still hears all other pages: ${total} inputs`, async () => {
    const server = await serve(() => html);
    defer(() => server.close());
    const failures: unknown[] = [];
    const fail = (error: unknown) => failures.push(error);
    process.on('uncaughtExceptionMonitor', fail);
    defer(() => process.off('uncaughtExceptionMonitor', fail));
    // What it is asked for, and says of what it got, is thousands of lines.
    const { error: logError } = console;
    console.error = () => {};
    defer(() => (console.error = logError));
    ipcMain.handle('answered', (_event, ...args) => args);
    ipcMain.on('heard', (event, ...args) => event.reply('heard', ...args));
    defer(() => {
      ipcMain.removeHandler('answered');
      ipcMain.removeAllListeners('heard');
    });

    const webPreferences = { nodeIntegration: true, contextIsolation: false, nodeIntegrationInSubFrames: true };
    const window = new BrowserWindow({ show: false, webPreferences });
    window.webContents.setWindowOpenHandler(() => ({
      action: 'allow',
      overrideBrowserWindowOptions: { show: false, webPreferences }
    }));
    /** One more round, in a document of its own: the one before may have lost its link. */
    const attackOnce = async (number: number) => {
      const place = places[number % places.length];
      await window.loadURL(`${server.origin}/attacker`);
      const attacker = await attackerIn[place](window, server.origin);
      const hub = await window.webContents.executeJavaScript('hub');
      expect(hub).to.match(/link\.html$/);
      await attacker.executeJavaScript(`framed(${JSON.stringify(hub)})`);
      const { port1: port, port2: first } = new MessageChannelMain();
      port.on('message', ({ ports }) => {
        for (const each of ports) each.close();
      });
      port.start();
      const { port1: near, port2: second } = new MessageChannelMain();
      const channel = new InternalChannel('spec');
      channel.handle({ answer: (...args: unknown[]) => args, fail: () => Promise.reject(Object.create(null)) });
      channel.connect(new MainPort(near));
      const file = await openFile('contents');
      files.push(file);
      const { handle } = file;
      await attacker.executeJavaScript(`(${expectPorts})()`);
      attacker.postMessage('ports', { first, second, handle }, [first, second, handle as any]);
      await attacker.executeJavaScript('arrived');
      const sent: number = await attacker.executeJavaScript(
        `(${attack})({ seed: ${seed + number}, count: ${perRound}, maximumComings: 5 }, ports)`
      );
      channel.close();
      port.close();
      // What it has opened goes with it.
      await Promise.all(
        BrowserWindow.getAllWindows()
          .filter((each) => each !== window)
          .map(closeWindow)
      );
      return sent;
    };

    const delay = monitorEventLoopDelay();
    const files: OpenedFile[] = [];
    let before = 0;
    let sent = 0;
    for (let number = 0; sent < total; number++) {
      sent += await attackOnce(number);
      if (number % 10 === 9) await expectIpc();
      // The first rounds fill caches.
      if (number === places.length) {
        before = heapAfterCollection();
        delay.enable();
      }
    }
    await window.loadURL('about:blank');
    await expectIpc();
    delay.disable();
    console.error = logError;
    let after = heapAfterCollection();
    for (let left = 30; left > 0 && after > before + 20; left--) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      after = heapAfterCollection();
    }
    console.log(
      `      ${sent} inputs; heap ${before.toFixed(1)} to ${after.toFixed(1)} MB; longest task ${(delay.max / 1e6).toFixed(0)} ms`
    );
    expect(failures).to.deep.equal([]);
    expect(after - before).to.be.below(20);
    expect(delay.max / 1e6).to.be.below(10_000);
    await Promise.all(files.map((file) => file.closed()));
  });
});

/** A window beside the attacker's is heard, and answered. */
async function expectIpc() {
  const window = await openWindow();
  const here = once(window.webContents.ipc, 'here');
  await run(window, () => require('electron').ipcRenderer.send('here'));
  await here;
  const closed = once(window, 'closed');
  window.destroy();
  await closed;
}

/** The attacker's page, which finds out where the hub is, and holds link.html itself. */
const html = `<!doctype html><title>attacker</title><body><script>
  var hub;
  const look = () => (hub ??= document.querySelector('iframe')?.src);
  look();
  new MutationObserver(look).observe(document, { childList: true, subtree: true });
  globalThis.framed = (hub) =>
    new Promise((resolve) => {
      const frame = document.createElement('iframe');
      frame.src = hub;
      frame.onload = () => resolve();
      globalThis.frame = frame;
      document.body.append(frame);
    });
</script>`;

/** Runs in the attacker. */
function expectPorts() {
  (globalThis as any).arrived = new Promise<void>((resolve) =>
    require('electron').ipcRenderer.once('ports', (_event: unknown, message: any) => {
      (globalThis as any).ports = {
        port: message.first,
        channel: message.second,
        file: message.handle.transferredFile
      };
      resolve();
    })
  );
}

type Attacker = Pick<WebContents | WebFrameMain, 'executeJavaScript' | 'postMessage'>;

async function addFrame(window: BrowserWindow, attributes: Record<string, string>): Promise<WebFrameMain> {
  const loaded = new Promise<WebFrameMain>((resolve) => {
    const find = () => {
      const frame = window.webContents.mainFrame.frames.find(({ name }) => name === 'attacker');
      if (!frame?.url.includes('/attacker')) return;
      window.webContents.off('did-frame-finish-load', find);
      resolve(frame);
    };
    window.webContents.on('did-frame-finish-load', find);
  });
  await run(
    window,
    (attributes) => {
      const frame = document.createElement('iframe');
      for (const [name, value] of Object.entries(attributes)) frame.setAttribute(name, value);
      document.body.append(frame);
    },
    { name: 'attacker', ...attributes }
  );
  return loaded;
}

const otherSite = (origin: string) => origin.replace('127.0.0.1', 'localhost');

/** Where the attacker is, seen from the window's page. */
const attackerIn: Record<string, (window: BrowserWindow, origin: string) => Promise<Attacker>> = {
  page: async (window) => window.webContents,
  frame: (window, origin) => addFrame(window, { src: `${origin}/attacker` }),
  'frame of another site': (window, origin) => addFrame(window, { src: `${otherSite(origin)}/attacker` }),
  'sandboxed frame': (window, origin) => addFrame(window, { src: `${origin}/attacker`, sandbox: 'allow-scripts' }),
  async popup(window, origin) {
    const created = once(window.webContents, 'did-create-window');
    await run(window, (url) => void open(url), `${origin}/attacker`);
    const [popup] = (await created) as [BrowserWindow];
    await once(popup.webContents, 'did-finish-load');
    return popup.webContents;
  }
};
const places = Object.keys(attackerIn);
