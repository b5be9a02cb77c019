// Calls between processes that look like calls: Comlink, used as it is, over ports. The ui renderer calls the main
// process, the worker renderer directly, and gets called back by it; the main process calls the worker.

const Comlink = require('comlink');
const { app, BrowserWindow, MessageChannelMain } = require('electron');

const { join } = require('node:path');

/** @typedef {import('./api').MainApi} MainApi */
/** @typedef {import('./api').WorkerApi} WorkerApi */

/** @param {string} who @param {string} text */
const log = (who, text) => console.log(`${who.padEnd(8)}${text}`);

/** @param {string} name */
async function open(name) {
  const window = new BrowserWindow({ show: false, webPreferences: { preload: join(__dirname, 'preload.js') } });
  window.webContents.on('console-message', ({ level, message }) => {
    log(name, message);
    if (level === 'error') app.exit(1);
  });
  await window.loadFile(`${name}.html`);
  return window;
}

app.whenReady().then(async () => {
  const [ui, worker] = await Promise.all([open('ui'), open('worker')]);
  const [uiToMain, workerToMain, direct] = [1, 2, 3].map(() => new MessageChannelMain());

  const finished = new Promise((resolve) => {
    /** @type {MainApi} */
    const api = {
      greet: (name) => `Hello ${name}`,
      fail() {
        throw new RangeError('That is too much');
      },
      done: () => resolve(undefined)
    };
    Comlink.expose(api, uiToMain.port1);
  });
  ui.webContents.postMessage('ports', { main: uiToMain.port2, peer: direct.port1 }, [uiToMain.port2, direct.port1]);
  worker.webContents.postMessage('ports', { main: workerToMain.port2, peer: direct.port2 }, [
    workerToMain.port2,
    direct.port2
  ]);

  /** @type {Comlink.Remote<WorkerApi>} */
  const remoteWorker = Comlink.wrap(workerToMain.port1);
  /** @type {number[]} */
  const found = [];
  const count = await remoteWorker.primes(
    10,
    Comlink.proxy((prime) => found.push(prime))
  );
  log('main', `the worker found ${count} primes: ${found.join(' ')}`);

  await finished;
  // What a page logs does not come by its ports: an answer that comes the same way is after it.
  await worker.webContents.executeJavaScript('0');
  app.quit();
});
