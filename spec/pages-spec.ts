import { BrowserWindow, ipcMain, MessageChannelMain } from 'electron/main';

import { expect } from 'chai';

import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { temporaryFolder } from './lib/files';
import { serve } from './lib/server';
import { closeAllWindows } from './lib/windows';

import type { Answer, SpecServer } from './lib/server';

/** The preload of all: it echoes what comes with a port, and exposes what a page can ask it. */
const preload = `const { contextBridge, ipcRenderer } = require('electron');
  ipcRenderer.on('port', ({ ports: [port] }, { ports: [same] }) => {
    port.onmessage = ({ data, ports }) => port.postMessage(['echo', data, port === same], [...ports]);
  });
  if (process.contextIsolated) contextBridge.exposeInMainWorld('ask', () => ipcRenderer.invoke('ask'));
  else globalThis.ask = () => ipcRenderer.invoke('ask');`;

const answers: Record<string, Answer> = {
  '/plain': { body: '<title>plain</title>' },
  '/csp': { headers: { 'content-security-policy': "default-src 'none'" }, body: '<title>csp</title>' },
  '/csp-frames': {
    headers: {
      'content-security-policy': "frame-src 'none'; child-src 'none'; frame-ancestors 'none'; sandbox allow-scripts"
    },
    body: '<title>csp-frames</title>'
  },
  '/csp-meta': {
    body: `<meta http-equiv="content-security-policy" content="default-src 'none'"><title>csp-meta</title>`
  },
  '/isolated': {
    headers: { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' },
    body: '<title>isolated</title>'
  },
  '/credentialless': {
    headers: { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'credentialless' },
    body: '<title>credentialless</title>'
  },
  '/permissions': {
    headers: {
      'permissions-policy': 'storage-access=(), cross-origin-isolated=()',
      'document-policy': 'force-load-at-top'
    },
    body: '<title>permissions</title>'
  },
  '/xhtml': {
    headers: { 'content-type': 'application/xhtml+xml' },
    body: '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>xhtml</title></head><body/></html>'
  },
  '/svg': {
    headers: { 'content-type': 'image/svg+xml' },
    body: '<svg xmlns="http://www.w3.org/2000/svg"><title>svg</title></svg>'
  },
  '/xml': { headers: { 'content-type': 'text/xml' }, body: '<other><title>xml</title></other>' },
  '/text': { headers: { 'content-type': 'text/plain' }, body: 'text' },
  '/json': { headers: { 'content-type': 'application/json' }, body: '{}' },
  '/empty': { body: '' },
  '/frameset': { body: '<frameset><frame src="/plain"></frameset>' },
  '/rewritten': {
    body: '<script>document.open(); document.write("<title>rewritten</title>"); document.close();</script>'
  },
  '/replaced': { body: '<script>document.documentElement.replaceWith(document.createElement("html"))</script>' },
  '/frames': {
    body: '<iframe src="/plain"></iframe><iframe srcdoc="x"></iframe><iframe sandbox src="/plain"></iframe>'
  }
};

/** Kinds of documents: whatever it is, the window's messages and ports work. */
describe('pages', () => {
  let server: SpecServer;
  before(async () => {
    server = await serve((path) => answers[path] ?? { status: 404 });
  });
  after(() => server.close());

  for (const contextIsolation of [true, false]) {
    describe(`with contextIsolation ${contextIsolation}`, () => {
      let window: BrowserWindow;
      let folder: string;

      beforeEach(() => {
        folder = temporaryFolder({
          'preload.js': preload,
          'page.html': '<title>file</title>',
          'page.svg': answers['/svg'].body!
        });
        window = new BrowserWindow({
          show: false,
          webPreferences: { preload: join(folder, 'preload.js'), contextIsolation, sandbox: false }
        });
      });
      afterEach(closeAllWindows);

      async function expectPortsWork() {
        const { port1, port2 } = new MessageChannelMain();
        window.webContents.postMessage('port', { ports: [port2] }, [port2]);
        const { port1: sent, port2: kept } = new MessageChannelMain();
        port1.postMessage('hello', [sent]);
        port1.start();
        const [{ data, ports }] = await once(port1, 'message');
        expect(data).to.deep.equal(['echo', 'hello', true]);
        ports[0].postMessage('round');
        kept.start();
        expect((await once(kept, 'message'))[0].data).to.equal('round');
        port1.close();
        kept.close();
        ipcMain.handleOnce('ask', (event) => {
          expect(event.senderFrame).to.equal(window.webContents.mainFrame);
          return 'answered';
        });
        expect(await window.webContents.executeJavaScript('ask()')).to.equal('answered');
      }

      it('may be about:blank, data:, and file: of several kinds', async () => {
        for (const url of [
          'about:blank',
          'data:text/html,<title>data</title>',
          'data:text/plain,text',
          'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg"/>',
          pathToFileURL(join(folder, 'page.html')).href,
          pathToFileURL(join(folder, 'page.svg')).href
        ]) {
          await window.loadURL(url);
          await expectPortsWork();
        }
      });

      for (const group of [
        ['/plain', '/empty', '/text', '/json'],
        ['/csp', '/csp-meta', '/csp-frames', '/permissions'],
        ['/isolated', '/credentialless'],
        ['/xhtml', '/svg', '/xml'],
        ['/frames', '/frameset', '/rewritten', '/replaced']
      ]) {
        it(`may be http: of kinds ${group.join(' ')}`, async () => {
          for (const path of group) {
            await window.loadURL(server.origin + path);
            await expectPortsWork();
          }
        });
      }

      it('stay isolated when they ask for it', async () => {
        await window.loadURL(`${server.origin}/isolated`);
        expect(await window.webContents.executeJavaScript('crossOriginIsolated')).to.equal(true);
      });

      it('are not changed: nothing of ours is left in the document', async () => {
        await window.loadURL(`${server.origin}/plain`);
        await expectPortsWork();
        const [frames, elements, names] = await window.webContents.executeJavaScript(
          '[frames.length, document.querySelectorAll("*").length, Object.keys(globalThis).filter((name) => name.startsWith("_"))]'
        );
        expect(frames).to.equal(0);
        // html, head, title, body
        expect(elements).to.equal(4);
        expect(names).to.deep.equal([]);
      });
    });
  }
});
