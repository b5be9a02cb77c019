import * as electron from 'electron/main';

import { expect } from 'chai';

import { once } from 'node:events';
import { join } from 'node:path';

import { temporaryFolder } from '../lib/files';
import { closeAllWindows, openWindow, run } from '../lib/windows';

/** What the stock runtime has not can be named, and says so, once and clearly, when it is used. */
describe('what the stock runtime does not offer', () => {
  after(closeAllWindows);

  for (const [what, use] of [
    ['dialog', ({ dialog }: typeof electron) => dialog.showMessageBox({ message: '' })],
    ['Menu', ({ Menu }: typeof electron) => Menu.setApplicationMenu(null)],
    ['Tray', ({ Tray }: typeof electron) => new Tray('')],
    ['session', ({ session }: typeof electron) => session.defaultSession]
  ] as const) {
    it(`is named by the error: ${what}`, () => {
      expect(() => use(electron)).to.throw(
        Error,
        `electron.${what}: the stock runtime does not offer it. Run the app on the fork.`
      );
    });
  }

  it('is named by the error when a method is called that is not there', async () => {
    const window = await openWindow();
    const { webContents } = window;
    for (const [what, use] of [
      ['app.requestSingleInstanceLock', () => electron.app.requestSingleInstanceLock()],
      ['app.commandLine.appendArgument', () => electron.app.commandLine.appendArgument('--switch')],
      ['BrowserWindow.getFocusedWindow', () => electron.BrowserWindow.getFocusedWindow()],
      ['win.maximize', () => window.maximize()],
      ['webContents.getFocusedWebContents', () => electron.webContents.getFocusedWebContents()],
      ['webContents.session', () => webContents.session.setPermissionRequestHandler(null)],
      ['webContents.navigationHistory', () => webContents.navigationHistory.goBack()],
      ['webContents.openDevTools', () => webContents.openDevTools()]
    ] as const) {
      expect(use).to.throw(Error, `${what}: the stock runtime does not offer it. Run the app on the fork.`);
    }
  });

  it('is named by the error in a renderer, too: methods', async () => {
    const texts = await run(await openWindow(), () => {
      const { contextBridge, ipcRenderer } = require('electron');
      const text = (use: () => unknown) => {
        try {
          return use();
        } catch (error) {
          return String(error);
        }
      };
      return [
        text(() => ipcRenderer.sendSync('channel')),
        text(() => contextBridge.executeInMainWorld({ func: () => {} })),
        text(() => contextBridge.exposeInIsolatedWorld(1000, 'api', {})),
        text(() => process.cwd())
      ];
    });
    const names = [
      'ipcRenderer.sendSync',
      'contextBridge.executeInMainWorld',
      'contextBridge.exposeInIsolatedWorld',
      'process.cwd'
    ];
    expect(texts).to.deep.equal(
      names.map((name) => `Error: ${name}: the stock runtime does not offer it to a renderer. Run the app on the fork.`)
    );
  });

  it('is named by the error in a renderer, too: modules of Node.js and other APIs', async () => {
    const window = await openWindow();
    const texts = await run(window, () => {
      const text = (use: () => unknown) => {
        try {
          return use();
        } catch (error) {
          return (error as Error).message;
        }
      };
      return [
        // As an app might, too.
        // oxlint-disable-next-line unicorn/prefer-node-protocol
        text(() => require('fs')),
        text(() => require('node:child_process')),
        text(() => require('electron').webFrame.setZoomFactor(1)),
        text(() => require('electron').clipboard.readText())
      ];
    });
    const noNode = (name: string) =>
      `require('${name}'): the stock runtime has no Node.js in its renderers; it offers 'electron', 'events', 'timers' and 'url', and to preload scripts 'buffer'. ` +
      'Do this in the main process, or run the app on the fork.';
    const notOffered = (name: string) =>
      `electron.${name}: the stock runtime does not offer it to a renderer. Run the app on the fork.`;
    expect(texts).to.deep.equal([
      noNode('fs'),
      noNode('node:child_process'),
      notOffered('webFrame'),
      notOffered('clipboard')
    ]);
  });

  it('is named by the error in a utility process, too', async () => {
    const script = `
      const { net, systemPreferences } = require('electron');
      const text = (use) => {
        try {
          return use();
        } catch ({ message }) {
          return message;
        }
      };
      process.parentPort.postMessage([
        text(() => net.request('https://example.com')),
        text(() => systemPreferences.getAnimationSettings())
      ]);`;
    const child = electron.utilityProcess.fork(join(temporaryFolder({ 'script.cjs': script }), 'script.cjs'));
    const [texts] = await once(child, 'message');
    const notOffered = (name: string) =>
      `electron.${name}: the stock runtime does not offer it to a utility process. Run the app on the fork.`;
    expect(texts).to.deep.equal([notOffered('net'), notOffered('systemPreferences')]);
    child.kill();
    await once(child, 'exit');
  });
});
