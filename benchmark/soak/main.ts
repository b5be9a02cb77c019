// Windows, frames, popups, ports, streams, workers, child processes, kills and reloads at random for minutes: nothing may be lost or come
// twice, and when it is over nothing may be left. `main.cjs MINUTES SEED FILE` writes its report to FILE.

import { app, BrowserWindow, ipcMain, MessageChannelMain, utilityProcess } from 'electron/main';
import type { MessagePortMain, WebFrameMain } from 'electron/main';

import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

import { countLife, isStock } from '../lib/life';
import { describeMachine, loadNow } from '../lib/machine';

import type { Life } from '../lib/life';
import type { Machine } from '../lib/machine';
import type { MessagePort as NodePort } from 'node:worker_threads';

export interface SoakSample extends Life {
  minute: number;
  /** What had been done by then. */
  actions: number;
}

export interface SoakReport {
  name: 'soak';
  seed: number;
  machine: Machine;
  samples: SoakSample[];
  /** How often each action was done. */
  actions: Record<string, number>;
  /** Messages that came back, and what went wrong. */
  messages: number;
  problems: string[];
}

const [minutes, seed, file] = [Number(process.argv.at(-3)), Number(process.argv.at(-2)), process.argv.at(-1)!];
const maximumWindows = 4;
// Of whatever is to be answered by an owner that lives.
const patience = 60_000;

let state = seed >>> 0 || 1;
function random(limit: number): number {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % limit;
}
const pick = <T>(items: readonly T[]): T => items[random(items.length)];

/** A window, and how many documents it has had: what was meant for an earlier one may be lost. */
interface Page {
  window: BrowserWindow;
  document: number;
  /** Its document is there, or the window is gone. */
  loaded: Promise<unknown>;
}

const pages: Page[] = [];
const problems: string[] = [];
let messages = 0;
let lastId = 0;
const answers = new Map<number, (value: unknown) => void>();
for (const channel of ['asked', 'read', 'framed']) {
  ipcMain.on(channel, ({ senderFrame }, id: number, value: unknown = senderFrame) => {
    const answer = answers.get(id);
    if (!answer) problems.push(`${channel} ${id} came twice`);
    answers.delete(id);
    answer?.(value);
  });
}

const script = readFileSync(join(__dirname, 'page.js'), 'utf8');
const url = `data:text/html,${encodeURIComponent(`<!doctype html><title>soak</title><script>${script}</script>`)}`;

const options = {
  show: false,
  webPreferences: { nodeIntegration: true, contextIsolation: false, nodeIntegrationInSubFrames: true }
};

async function open() {
  const window = new BrowserWindow(options);
  window.webContents.setWindowOpenHandler(() => ({ action: 'allow', overrideBrowserWindowOptions: options }));
  const page: Page = { window, document: 0, loaded: Promise.resolve() };
  const leave = () => page.document++;
  window.on('closed', leave);
  window.webContents.on('render-process-gone', leave);
  await window.loadURL(url);
  pages.push(page);
}

/** Some to send to. The stock runtime keeps what comes while a page loads; Electron gives it to nobody. */
async function pickLoaded(count: number): Promise<Page[]> {
  for (;;) {
    // Others of the same round may want the same ones.
    const picked = Array.from({ length: count }, () => pick(pages));
    const loaded = picked.map((page) => page.loaded);
    await Promise.all(isStock ? [] : loaded);
    const isAsItWas = (page: Page, index: number) => pages.includes(page) && page.loaded === loaded[index];
    if (picked.every(isAsItWas)) return picked;
  }
}

async function close(page: Page) {
  pages.splice(pages.indexOf(page), 1);
  const closed = once(page.window, 'closed');
  page.window.destroy();
  await closed;
}

/** Waits for what a page says, which need not come when the page is left meanwhile. */
async function answered(what: string, involved: readonly Page[], start: (id: number) => void): Promise<unknown> {
  const id = ++lastId;
  const documents = involved.map(({ document }) => document);
  const isLeft = () => involved.some(({ document }, index) => document !== documents[index]);
  const answer = new Promise((resolve) => answers.set(id, resolve));
  start(id);
  for (const end = Date.now() + patience; Date.now() < end && !isLeft(); ) {
    const got = await Promise.race([answer, wait(200, isLeft)]);
    if (got !== isLeft) return got;
  }
  answers.delete(id);
  if (!isLeft()) problems.push(`${what} ${id} was lost`);
  return undefined;
}

/** Sends numbers and gets them back, once each and in order, or the port closes because the other side is gone. */
async function exchange(port: MessagePortMain, isGone: () => boolean) {
  const count = 1 + random(300);
  let next = 0;
  let isDone = false;
  const done = new Promise<void>((resolve) => {
    port.on('message', ({ data }) => {
      if (data !== next) problems.push(`got ${data} in place of ${next}`);
      messages++;
      if (++next === count) resolve();
    });
    port.on('close', () => resolve());
  }).then(() => (isDone = true));
  port.start();
  for (let number = 0; number < count; number++) port.postMessage(number);
  await Promise.race([done, wait(patience, undefined, { ref: false })]);
  if (!isDone) problems.push(`a port was not closed after ${next} of ${count} messages`);
  // A port may close before its page is known to be gone.
  if (next < count) {
    for (let left = 50; left > 0 && !isGone(); left--) await wait(100);
    if (!isGone()) problems.push(`${count - next} of ${count} messages were lost`);
  }
  port.close();
}

/** It may be closed with its opener, or be killed with it. */
async function useAndClose(popup: BrowserWindow) {
  const closed = once(popup, 'closed');
  let isGone = false;
  popup.once('closed', () => (isGone = true));
  popup.webContents.once('render-process-gone', () => (isGone = true));
  const run = (code: string) => popup.webContents.executeJavaScript(code).catch(() => {});
  await Promise.race([run(`${script}; undefined`), closed]);
  const { port1, port2 } = new MessageChannelMain();
  if (!isGone) popup.webContents.postMessage('echo', null, [port2]);
  const isCut = random(2) === 0;
  const exchanged = exchange(port1, () => isCut || isGone);
  if (isGone) port2.close();
  if (isCut) await wait(random(50));
  else await exchanged;
  if (!popup.isDestroyed()) {
    const end = isGone ? 'destroy' : pick(['destroy', 'close', 'itself'] as const);
    if (end === 'itself') void run('window.close()');
    else popup[end]();
  }
  // One whose renderer is killed just then does not close itself any more.
  await Promise.race([closed, wait(patience / 10, undefined, { ref: false })]);
  if (!popup.isDestroyed()) {
    if (!isGone) problems.push('a popup did not close');
    popup.destroy();
    await closed;
  }
  await exchanged;
}

const startWorker = () =>
  new Worker(
    `require('node:worker_threads').parentPort.once('message', (port) => port.on('message', (value) => port.postMessage(value)));`,
    { eval: true }
  );

const child = join(__dirname, 'child-peer.cjs');

const actions = {
  async open() {
    if (pages.length < maximumWindows) await open();
  },
  async close() {
    if (pages.length > 1) await close(pick(pages));
  },
  async reload() {
    const page = pick(pages);
    page.document++;
    const loaded = once(page.window.webContents, 'did-finish-load');
    page.loaded = Promise.race([loaded, once(page.window, 'closed')]);
    page.window.reload();
    await page.loaded;
  },
  async kill() {
    const page = pick(pages);
    const gone = once(page.window.webContents, 'render-process-gone');
    process.kill(page.window.webContents.getOSProcessId(), 'SIGKILL');
    await gone;
    await close(page);
    await open();
  },
  async port() {
    const [page] = await pickLoaded(1);
    const { document } = page;
    const { port1, port2 } = new MessageChannelMain();
    page.window.webContents.postMessage('echo', null, [port2]);
    await exchange(port1, () => page.document !== document);
  },
  async direct() {
    const [one, other] = await pickLoaded(2);
    const { port1, port2 } = new MessageChannelMain();
    other.window.webContents.postMessage('echo', null, [port2]);
    const count = 1 + random(300);
    const isInOrder = await answered('a direct port', [one, other], (id) =>
      one.window.webContents.postMessage('ask', [id, count], [port1])
    );
    if (isInOrder === false) problems.push('a direct port got something twice, or out of order');
    if (isInOrder) messages += count;
  },
  async frame() {
    const [page] = await pickLoaded(1);
    const { document } = page;
    let name = '';
    const frame = await answered('a frame', [page], (id) => {
      name = String(id);
      page.window.webContents.send('frame', name);
    });
    if (frame === undefined) return;
    const { port1, port2 } = new MessageChannelMain();
    (frame as WebFrameMain).postMessage('echo', null, [port2]);
    const isRemoved = random(2) === 0;
    const exchanged = exchange(port1, () => isRemoved || page.document !== document);
    if (isRemoved) await wait(random(50));
    else await exchanged;
    if (page.document === document) page.window.webContents.send('remove', name);
    await exchanged;
  },
  async popup() {
    const [page] = await pickLoaded(1);
    const { document } = page;
    const name = `popup ${++lastId}`;
    const { webContents } = page.window;
    let onCreated = (_window: BrowserWindow, _details: { frameName: string }) => {};
    const created = new Promise<BrowserWindow>((resolve) => {
      onCreated = (window, { frameName }) => {
        if (frameName === name) resolve(window);
      };
      webContents.on('did-create-window', onCreated);
    });
    webContents.send('popup', name);
    let isCreated = false;
    const isLeft = async () => {
      const isAwaited = () => !isCreated && page.document === document;
      for (const end = Date.now() + patience; Date.now() < end && isAwaited(); ) await wait(200);
      if (isAwaited()) problems.push(`${name} never came`);
    };
    const popup = await Promise.race([created, isLeft()]);
    isCreated = true;
    webContents.off('did-create-window', onCreated);
    if (popup) await useAndClose(popup);
  },
  async stream() {
    const [page] = await pickLoaded(1);
    const count = random(50);
    let next = 0;
    const stream = new ReadableStream({
      pull(controller) {
        if (next === count) controller.close();
        else controller.enqueue(next++);
      }
    });
    const { port1, port2 } = new MessageChannelMain();
    const sum = await answered('a stream', [page], (id) => {
      page.window.webContents.postMessage('stream', id, [port2]);
      port1.postMessage(stream, [stream as any]);
    });
    if (sum !== undefined && sum !== (count * (count - 1)) / 2) problems.push(`a stream of ${count} gave ${sum}`);
    port1.close();
  },
  async worker() {
    const worker = startWorker();
    const { port1, port2 } = new MessageChannelMain();
    const port: NodePort = (port2 as any).toWorkerPort();
    worker.postMessage(port, [port]);
    const isKilled = random(2) === 0;
    const exchanged = exchange(port1, () => isKilled);
    if (isKilled) await wait(random(50));
    else await exchanged;
    await worker.terminate();
    await exchanged;
  },
  async process() {
    const forked = utilityProcess.fork(child, [], { stdio: 'ignore' });
    const [spawned, exited] = [once(forked, 'spawn'), once(forked, 'exit')];
    const { port1, port2 } = new MessageChannelMain();
    forked.postMessage(null, [port2]);
    const isKilled = random(2) === 0;
    const exchanged = exchange(port1, () => isKilled);
    if (isKilled) await wait(random(300));
    else await exchanged;
    // Electron kills none that has not started.
    await spawned;
    forked.kill();
    await Promise.all([exited, exchanged]);
  },
  async drop() {
    for (let i = 0; i < 100; i++) new MessageChannelMain().port1.postMessage(i);
  }
};

async function soak(): Promise<void> {
  app.on('window-all-closed', () => {});
  process.on('unhandledRejection', (error) => problems.push(`unhandled: ${String(error)}`));
  const load = loadNow();
  await app.whenReady();
  await open();
  const agent: string = await pages[0].window.webContents.executeJavaScript('navigator.userAgent');
  const counts: Record<string, number> = {};
  const names = Object.keys(actions) as (keyof typeof actions)[];
  const samples: SoakSample[] = [];
  let done = 0;
  const from = Date.now();
  let nextSample = 0;
  while (Date.now() - from < minutes * 60_000) {
    const minute = (Date.now() - from) / 60_000;
    if (minute >= nextSample) {
      // The same windows each time, so that the figures can be compared.
      while (pages.length > 1) await close(pages[0]);
      samples.push({ minute: Math.round(nextSample * 10) / 10, actions: done, ...(await countLife()) });
      console.error(JSON.stringify(samples.at(-1)), `problems: ${problems.length}`, problems.at(-1) ?? '');
      nextSample += minutes / 10;
    }
    // Several at once, which get in each other's way.
    const round = Array.from({ length: 3 }, () => pick(names));
    const kinds = round.filter((name, index) => !isDisturbing(name) || round.findIndex(isDisturbing) === index);
    await Promise.all(kinds.map((name) => actions[name]()));
    for (const name of kinds) counts[name] = (counts[name] ?? 0) + 1;
    done += kinds.length;
  }
  while (pages.length > 1) await close(pages[0]);
  samples.push({ minute: minutes, actions: done, ...(await countLife()) });
  const report: SoakReport = {
    name: 'soak',
    seed,
    machine: describeMachine(/Chrome\/[\d.]+/.exec(agent)?.[0] ?? agent, load),
    samples,
    actions: counts,
    messages,
    problems
  };
  writeFileSync(file, JSON.stringify(report));
  app.exit(0);
}

/** One of these at a time: two could want the same window. */
const isDisturbing = (name: string) => ['open', 'close', 'reload', 'kill'].includes(name);

soak().catch((error) => {
  console.error(error);
  app.exit(1);
});
