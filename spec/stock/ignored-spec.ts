import { app, BrowserWindow } from 'electron/main';

import { expect } from 'chai';
import { stub } from 'sinon';

import { closeAllWindows } from '../lib/windows';

describe('what the stock runtime does not honour', () => {
  afterEach(closeAllWindows);

  it('is named on the console, once', () => {
    const warn = stub(console, 'warn');
    const listener = () => {};
    try {
      for (let time = 0; time < 2; time++) {
        const window = new BrowserWindow({
          show: false,
          icon: 'icon.png',
          frame: false,
          resizable: true,
          kiosk: false,
          webPreferences: { webviewTag: true, sandbox: true, webSecurity: false, images: true }
        });
        void window.loadURL('about:blank', { userAgent: 'mine', extraHeaders: undefined });
        void window.webContents.loadURL('about:blank', { httpReferrer: 'http://localhost' });
        window.on('restore', listener);
        window.on('closed', listener);
        window.on('my-own' as 'close', listener);
        window.webContents.on('will-frame-navigate', listener);
        app.on('gpu-info-update', listener);
        app.on('activate', listener);
      }
      expect(warn.args.map(([text]) => text)).to.deep.equal([
        'new BrowserWindow({ icon }): the stock runtime ignores it. Run the app on the fork.',
        'new BrowserWindow({ frame }): the stock runtime ignores it. Run the app on the fork.',
        'new BrowserWindow({ webPreferences.webviewTag }): the stock runtime ignores it. Run the app on the fork.',
        'new BrowserWindow({ webPreferences.webSecurity }): the stock runtime ignores it. Run the app on the fork.',
        'loadURL(url, { userAgent }): the stock runtime ignores it. Run the app on the fork.',
        'loadURL(url, { httpReferrer }): the stock runtime ignores it. Run the app on the fork.',
        "win.on('restore'): the stock runtime never emits it. Run the app on the fork.",
        "webContents.on('will-frame-navigate'): the stock runtime never emits it. Run the app on the fork.",
        "app.on('gpu-info-update'): the stock runtime never emits it. Run the app on the fork."
      ]);
    } finally {
      warn.restore();
      for (const name of ['gpu-info-update', 'activate'] as const) app.off(name as 'activate', listener);
    }
  });
});
