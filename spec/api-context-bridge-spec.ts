import { BrowserWindow, ipcMain, MessageChannelMain } from 'electron/main';

import { expect } from 'chai';

import { once } from 'node:events';
import { join } from 'node:path';

import { temporaryFolder } from './lib/files';
import { isStock } from './lib/needs';
import { closeAllWindows, run } from './lib/windows';

// What the preloads expose is known by each spec alone.
declare const api: any;

describe('contextBridge', () => {
  afterEach(closeAllWindows);

  /** A window whose preload is a function that sees `contextBridge` and `ipcRenderer`. */
  async function open(
    preload: (contextBridge: Electron.ContextBridge, ipcRenderer: Electron.IpcRenderer) => void,
    { url = 'data:text/html,', contextIsolation = true } = {}
  ): Promise<BrowserWindow> {
    const folder = temporaryFolder({
      'preload.js': `const { contextBridge, ipcRenderer } = require('electron'); (${preload})(contextBridge, ipcRenderer);`
    });
    const window = new BrowserWindow({
      show: false,
      webPreferences: { preload: join(folder, 'preload.js'), contextIsolation, sandbox: false }
    });
    await window.loadURL(url);
    return window;
  }

  it('exposes data and functions to a page', async () => {
    const window = await open((contextBridge) =>
      contextBridge.exposeInMainWorld('api', {
        list: [1, { two: 2 }],
        add: (a: number, b: number) => a + b,
        nested: { later: async (value: unknown) => ({ value }) }
      })
    );
    expect(await run(window, async () => [api.list, api.add(2, 3), await api.nested.later('v')])).to.deep.equal([
      [1, { two: 2 }],
      5,
      { value: 'v' }
    ]);
  });

  it('is there for the first script of the page', async () => {
    const window = await open((contextBridge) => contextBridge.exposeInMainWorld('api', { here: true }), {
      url: 'data:text/html,<script>document.title = api.here</script>'
    });
    expect(window.webContents.getTitle()).to.equal('true');
  });

  it('lets a page send, invoke and listen through functions of the preload', async () => {
    const window = await open((contextBridge, ipcRenderer) =>
      contextBridge.exposeInMainWorld('api', {
        send: (...args: unknown[]) => ipcRenderer.send('channel', ...args),
        ask: (value: unknown) => ipcRenderer.invoke('ask', value),
        listen: (callback: (value: unknown) => void) => {
          ipcRenderer.on('told', (_event, value) => callback(value));
        }
      })
    );
    const sent = once(ipcMain, 'channel');
    ipcMain.handleOnce('ask', (_event, value) => value * 2);
    const heard = run(window, async () => {
      api.send('one', { two: 2 });
      const told = new Promise((resolve) => api.listen(resolve));
      return [await api.ask(21), await told];
    });
    expect((await sent).slice(1)).to.deep.equal(['one', { two: 2 }]);
    window.webContents.send('told', 'told');
    expect(await heard).to.deep.equal([42, 'told']);
  });

  it('throws in the page what a function or the main process threw', async () => {
    const window = await open((contextBridge, ipcRenderer) =>
      contextBridge.exposeInMainWorld('api', {
        fail() {
          throw new Error('at once');
        },
        ask: () => ipcRenderer.invoke('ask')
      })
    );
    ipcMain.handleOnce('ask', () => {
      throw new Error('in main');
    });
    const messages = await run(window, async () => {
      const texts: string[] = [];
      try {
        api.fail();
      } catch (error) {
        texts.push((error as Error).message);
      }
      await api.ask().catch((error: Error) => texts.push(error.message));
      return texts;
    });
    expect(messages).to.deep.equal(['at once', "Error invoking remote method 'ask': Error: in main"]);
  });

  it('takes its methods from ipcRenderer, also where it is an event’s sender', async () => {
    const window = await open((contextBridge, ipcRenderer) => {
      ipcRenderer.once('before', () => {});
      ipcRenderer.removeAllListeners('none');
      contextBridge.exposeInMainWorld('api', {
        ipcRenderer,
        electron: { ipcRenderer },
        process: typeof process === 'object' ? process : {},
        listen: (callback: (event: unknown) => void) => {
          ipcRenderer.on('told', (event) => callback(event));
        }
      });
    });
    const shown = run(
      window,
      async (isStock) => {
        const told = new Promise<any>((resolve) => api.listen(resolve));
        const { sender } = await told;
        const found = [api.ipcRenderer, api.electron.ipcRenderer, sender];
        const methods = found.map(({ send, on }) => [typeof send, typeof on]);
        // Electron's have properties of their own, which cannot be cloned.
        const whole = isStock ? [api.ipcRenderer, api.electron, sender] : undefined;
        return { methods, whole, bindings: typeof api.process._linkedBinding };
      },
      isStock
    );
    // The listener is there once the page answered.
    await run(window, () => 0);
    window.webContents.send('told');
    const none = ['undefined', 'undefined'];
    const { methods, whole, bindings } = await shown;
    expect(methods).to.deep.equal([none, none, none]);
    if (!isStock) return;
    expect(whole).to.deep.equal([{}, { ipcRenderer: {} }, {}]);
    expect(bindings).to.equal('undefined');
  });

  it('has ports go on to the page by window.postMessage, as they do not cross the bridge', async () => {
    const window = await open((_contextBridge, ipcRenderer) =>
      ipcRenderer.on('port', ({ ports }) => globalThis.postMessage('port', '*', ports))
    );
    const { port1, port2 } = new MessageChannelMain();
    await run(window, () => {
      addEventListener('message', ({ data, ports }) => ports[0].postMessage(`${data} of the page`), { once: true });
    });
    window.webContents.postMessage('port', 0, [port2]);
    port1.start();
    expect((await once(port1, 'message'))[0].data).to.equal('port of the page');
    port1.close();
  });

  it('throws without context isolation', async () => {
    const window = await open(
      (contextBridge) => {
        try {
          contextBridge.exposeInMainWorld('api', {});
        } catch (error) {
          Object.assign(globalThis, { text: (error as Error).message });
        }
      },
      { contextIsolation: false }
    );
    expect(await run(window, () => (globalThis as any).text)).to.equal(
      'contextBridge API can only be used when contextIsolation is enabled'
    );
  });

  it('exposes again in the next document, and after a crash', async () => {
    const window = await open((contextBridge) => contextBridge.exposeInMainWorld('api', { here: () => 'here' }));
    await window.loadURL('data:text/html,next');
    expect(await run(window, () => api.here())).to.equal('here');
    const gone = once(window.webContents, 'render-process-gone');
    window.webContents.forcefullyCrashRenderer();
    await gone;
    await window.loadURL('data:text/html,after');
    expect(await run(window, () => api.here())).to.equal('here');
  });
});
