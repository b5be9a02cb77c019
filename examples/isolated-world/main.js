// A port goes from the main process to a page with context isolation, by way of its preload script.

const { app, BrowserWindow, MessageChannelMain } = require('electron');

const { once } = require('node:events');
const { join } = require('node:path');

const log = (who, text) => console.log(`${who.padEnd(8)}${text}`);

app.whenReady().then(async () => {
  const window = new BrowserWindow({ webPreferences: { preload: join(__dirname, 'preload.js') } });
  window.webContents.on('console-message', ({ level, message }) => {
    log('page', message);
    if (level === 'error') app.exit(1);
  });
  // The page listens from here on: a message posted to a window does not wait for a listener.
  await window.loadFile('index.html');

  const { port1, port2 } = new MessageChannelMain();
  window.webContents.postMessage('port', null, [port2]);
  log('main', 'sent a port');

  port1.start();
  const [{ data }] = await once(port1, 'message');
  log('main', `received ${JSON.stringify(data)}`);
  port1.postMessage('hello, page');

  await once(port1, 'close');
  log('main', 'the page closed the port');
  // What a page logs does not come by its ports: an answer that comes the same way is after it.
  await window.webContents.executeJavaScript('0');
  app.quit();
});
