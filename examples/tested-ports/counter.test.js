// Each file of tests runs in a main process of its own: `electron-ports --test`.

const { app, BrowserWindow } = require('electron');

const assert = require('node:assert/strict');
const { once } = require('node:events');
const { join } = require('node:path');
const { after, before, describe, it } = require('node:test');

const { countWords, serveCounter } = require('./counter');

describe('the counter', () => {
  /** @type {Electron.BrowserWindow} */
  let window;

  before(async () => {
    await app.whenReady();
    window = new BrowserWindow({ show: false, webPreferences: { preload: join(__dirname, 'preload.js') } });
  });

  after(() => window.destroy());

  it('counts words', () => {
    assert.equal(countWords('  three  short words '), 3);
  });

  it('answers a real page over its port', async () => {
    await window.loadFile(join(__dirname, 'index.html'), { hash: 'test' });
    const said = once(window.webContents, 'console-message');
    serveCounter(window.webContents);
    assert.equal((await said)[0].message, '{"words":3}');
  });

  it('tells a page what it cannot count', async () => {
    const said = once(window.webContents, 'console-message');
    await window.webContents.executeJavaScript('counter.postMessage(1)');
    assert.equal((await said)[0].message, '{"error":"expected a text, got number"}');
  });

  it('learns when the page is left', async () => {
    await window.loadFile(join(__dirname, 'index.html'), { hash: 'test' });
    const closed = once(serveCounter(window.webContents), 'close');
    await window.loadURL('about:blank');
    await closed;
  });
});
