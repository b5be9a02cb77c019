// An ArrayBuffer goes from a renderer to the main process and back. Each time it is moved: its sender is left with
// nothing.

const { app, BrowserWindow, ipcMain } = require('electron');

const assert = require('node:assert/strict');
const { once } = require('node:events');

const log = (who, text) => console.log(`${who.padEnd(8)}${text}`);

app.whenReady().then(async () => {
  const window = new BrowserWindow({ show: false, webPreferences: { nodeIntegration: true, contextIsolation: false } });
  window.webContents.on('console-message', ({ level, message }) => {
    log('page', message);
    if (level === 'error') app.exit(1);
  });
  const connected = once(ipcMain, 'connect');
  await window.loadFile('index.html');

  const [
    {
      ports: [port]
    },
    pixels
  ] = await connected;
  assert(pixels instanceof ArrayBuffer);
  log('main', `received ${pixels.byteLength} bytes, the last is ${new Uint8Array(pixels).at(-1)}`);

  new Uint8Array(pixels).reverse();
  port.postMessage({ pixels }, [pixels]);
  assert.equal(pixels.byteLength, 0);
  log('main', `sent them back reversed, and has ${pixels.byteLength} left`);

  port.start();
  const [{ data }] = await once(port, 'message');
  assert.deepEqual(data, { first: 255, last: 0 });
  log('main', `the page found ${data.first} first and ${data.last} last`);
  // What a page logs does not come by its ports: an answer that comes the same way is after it.
  await window.webContents.executeJavaScript('0');
  app.quit();
});
