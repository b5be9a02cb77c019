// Runs on the stock runtime, for script/check-api/running.ts: prints what the objects of the API have, as one line.

const { app, BrowserWindow, ipcMain, MessageChannelMain, webContents } = require('electron');

const { once } = require('node:events');

/**
 * Also runs in the page, so it refers to nothing outside itself.
 * @param {object} object
 * @returns {Record<string, import('./running').Shape>}
 */
function describe(object) {
  /** @type {Record<string, import('./running').Shape>} */
  const shapes = {};
  const ends = [Object.prototype, Function.prototype, null];
  for (let holder = object; !ends.includes(holder); holder = Object.getPrototypeOf(holder)) {
    for (const [name, { value, get }] of Object.entries(Object.getOwnPropertyDescriptors(holder))) {
      const isLanguage = name === 'constructor' || (typeof holder === 'function' && name in Function);
      if (name in shapes || isLanguage || name.startsWith('_')) continue;
      const code = value ?? get;
      const source = typeof code === 'function' ? Function.prototype.toString.call(code) : '';
      // What is there to say that it is not offered is not offered.
      if (/\b(notOffered|unavailable)\(/.test(source)) continue;
      shapes[name] =
        typeof value === 'function'
          ? { length: value.length, hasRest: /^[^)]*\.\.\./.test(source), isClass: source.startsWith('class') }
          : {};
    }
  }
  return shapes;
}

async function main() {
  await app.whenReady();
  const win = new BrowserWindow({ show: false, webPreferences: { nodeIntegration: true, contextIsolation: false } });
  await win.loadURL('about:blank');
  const { port1, port2 } = new MessageChannelMain();
  const arrived = once(port2, 'message');
  port1.postMessage(null);
  port2.start();
  const [portEvent] = await arrived;
  const asked = once(ipcMain, 'check-api');
  ipcMain.once('check-api', (event) => event.reply('check-api'));
  const inPage = await win.webContents.executeJavaScript(`new Promise((resolve) => {
    const describe = ${describe};
    const { contextBridge, ipcRenderer } = require('electron');
    // The port that it has is its own property.
    const file = Object.assign(Object.create(TransferredFile.prototype), { transferredFile: null });
    ipcRenderer.once('check-api', (event) => {
      resolve({
        ContextBridge: describe(contextBridge),
        IpcRenderer: describe(ipcRenderer),
        IpcRendererEvent: describe(event),
        TransferredFile: describe(file)
      });
    });
    ipcRenderer.postMessage('check-api', null);
  })`);
  const [ipcMainEvent] = await asked;

  /** @type {Record<string, object>} */
  const objects = {
    App: app,
    BrowserWindow: win,
    'typeof BrowserWindow': BrowserWindow,
    IpcMain: ipcMain,
    IpcMainEvent: ipcMainEvent,
    MessageChannelMain: new MessageChannelMain(),
    MessagePortMain: port1,
    MessagePortMainEvent: portEvent,
    WebContents: win.webContents,
    'typeof WebContents': webContents,
    WebFrameMain: win.webContents.mainFrame
  };
  /** @type {import('./running').RunningApi} */
  const api = { ...inPage };
  for (const [owner, object] of Object.entries(objects)) api[owner] = describe(object);
  console.log(JSON.stringify(api));
  app.exit(0);
}

main().catch((error) => {
  console.error(error);
  app.exit(1);
});
