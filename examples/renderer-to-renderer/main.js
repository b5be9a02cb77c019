// The proposal's example: main makes a channel and gives each end to a renderer. What follows is between the two.

const { app, BrowserWindow, ipcMain, MessageChannelMain: MessageChannel } = require('electron');

const { once } = require('node:events');

const log = (who, text) => console.log(`${who.padEnd(8)}${text}`);

app.whenReady().then(async () => {
  const worker = new BrowserWindow({
    show: false,
    webPreferences: { nodeIntegration: true, contextIsolation: false }
  });
  const ui = new BrowserWindow({
    webPreferences: { nodeIntegration: true, contextIsolation: false }
  });
  worker.webContents.on('console-message', ({ message }) => log('worker', message));
  ui.webContents.on('console-message', ({ message }) => log('ui', message));

  await Promise.all([worker.loadFile('worker.html'), ui.loadFile('ui.html')]);

  const done = once(ipcMain, 'done');
  const { port1, port2 } = new MessageChannel();
  log('main', 'made a channel');
  worker.webContents.postMessage('register', { port: port1 }, [port1]);
  log('main', 'sent port1 to the worker renderer');
  ui.webContents.postMessage('worker_connection', { port: port2 }, [port2]);
  log('main', 'sent port2 to the ui renderer');

  const [, { sent, received }] = await done;
  const [uiPid, workerPid] = [ui, worker].map((window) => window.webContents.getOSProcessId());
  log('main', `process ${uiPid} (ui) sent ${JSON.stringify(sent)} to process ${workerPid} (worker)`);
  log('main', `process ${workerPid} answered ${JSON.stringify(received)}`);
  log('main', `process ${process.pid} (main) saw none of it until the ui told`);
  // What pages log does not come by their ports: an answer that comes the same way is after it.
  await Promise.all([ui, worker].map((window) => window.webContents.executeJavaScript('0')));
  app.quit();
});
