// An app with tests of its own ports: the main process counts the words of what a page sends it. See counter.test.js.

const { app, BrowserWindow } = require('electron');

const { join } = require('node:path');

const { serveCounter } = require('./counter');

app.whenReady().then(async () => {
  const window = new BrowserWindow({ show: false, webPreferences: { preload: join(__dirname, 'preload.js') } });
  window.webContents.on('console-message', ({ level, message }) => {
    console.log(`page    ${message}`);
    if (level === 'error') app.exit(1);
  });
  await window.loadFile(join(__dirname, 'index.html'));
  const port = serveCounter(window.webContents);
  port.on('close', async () => {
    // What a page logs does not come by its ports: an answer that comes the same way is after it.
    await window.webContents.executeJavaScript('0');
    app.quit();
  });
});
