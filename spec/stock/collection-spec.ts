import { MessageChannelMain, utilityProcess } from 'electron/main';
import type { BrowserWindow } from 'electron/main';

import { expect } from 'chai';

import { once } from 'node:events';
import { join } from 'node:path';
import { setImmediate as nextTask } from 'node:timers/promises';

import { openExchange } from '../lib/exchange';
import { temporaryFolder } from '../lib/files';
import { collectUntil } from '../lib/garbage';
import { connect, settleWith } from '../lib/ports';
import { closeAllWindows, openWindow, run } from '../lib/windows';

import type { Exchange } from '../lib/exchange';

const rounds = 1000;

const { requestGarbageCollectionForTesting: collect } = process._linkedBinding('electron_common_v8_util');
const { countObjectsForTesting } = process._linkedBinding('electron_ports_hub') as {
  countObjectsForTesting(className: string): Promise<number>;
};

const classes = ['MessagePort', 'Blob', 'ReadableStream', 'WritableStream', 'DOMMatrix', 'OffscreenCanvas'];

/** How many objects of each class the hub's page has alive. Chromium collects before it counts. */
async function heldByHub(): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const each of classes) counts[each] = await countObjectsForTesting(each);
  return counts;
}

/** Collects in the main process and lets what follows from it reach the hub. */
async function collectHere({ window }: Exchange) {
  collect();
  await nextTask();
  await settleWith(window);
}

describe('a page on the stock runtime', () => {
  let window: BrowserWindow;

  beforeEach(async () => {
    window = await openWindow();
  });
  afterEach(closeAllWindows);

  /** Has a script make an object, which it calls `made`, and waits until the page has collected it. */
  async function expectCollected(script: string) {
    const { webContents } = window;
    await webContents.executeJavaScript(`globalThis.collected = 0;
      globalThis.registry = new FinalizationRegistry(() => collected++);
      globalThis.make = () => {
        const made = { text: 'made' };
        registry.register(made);
        return made;
      };
      0`);
    await webContents.executeJavaScript(script).catch(() => {});
    // V8 itself keeps the last thousand messages of a page, with what is in them.
    await webContents.executeJavaScript('for (let i = 0; i < 1000; i++) console.debug(i); 0');
    while ((await webContents.executeJavaScript('gc(); collected')) === 0) await nextTask();
  }

  it('lets an object go that it logged', () => expectCollected('console.log(make()); 0'));

  it('lets an object go that it threw, and nobody caught', () =>
    expectCollected('new Promise((resolve) => setTimeout(() => { setTimeout(resolve); throw make(); }))'));

  it('lets an object go that a script of the app threw', () => expectCollected('throw make()'));

  it('lets objects go of every document of a window', async () => {
    await window.loadURL('data:text/html,next');
    await expectCollected('console.log(make()); 0');
    window.reload();
    await once(window.webContents, 'did-finish-load');
    await expectCollected('console.log(make()); 0');
  });

  it('lets a port go that it logged and never started', async () => {
    const port = await connect(window);
    const closed = once(port, 'close');
    await run(window, () => {
      console.log(page.port);
      delete page.port;
      for (let i = 0; i < 1000; i++) console.debug(i);
    });
    let isClosed = false;
    void closed.then(() => (isClosed = true));
    await collectUntil(
      () => isClosed,
      () => window.webContents.executeJavaScript('gc()')
    );
  });
});

describe('the hub’s page', function () {
  this.timeout(60_000);
  let exchanged: Exchange;

  beforeEach(async () => {
    exchanged = await openExchange();
  });

  afterEach(closeAllWindows);

  /**
   * Has something done a thousand times, and proves that the hub holds then what it held before. What is done once first
   * brings about what stays for good.
   */
  async function expectNothingHeld(doTimes: (times: number) => Promise<void>) {
    await doTimes(1);
    for (let turn = 0; turn < 3; turn++) await collectHere(exchanged);
    const before = await heldByHub();
    const isAsBefore = (held: Record<string, number>) =>
      Object.entries(held).every(([name, count]) => count <= before[name]);
    await doTimes(rounds);
    // One collection may bring to light what only the next one takes.
    let held: Record<string, number>;
    for (let turn = 0; turn < 10; turn++) {
      await collectHere(exchanged);
      held = await heldByHub();
      if (isAsBefore(held)) break;
    }
    for (const [name, count] of Object.entries(held!)) expect(count, name).to.be.at.most(before[name]);
  }

  /** Has the page post something so many times, by a function of its own that posts one, and takes it from the port. */
  const receive = (post: () => void) => async (times: number, use: (data: any) => unknown) => {
    await exchanged.window.webContents.executeJavaScript(`for (let i = 0; i < ${times}; i++) (${post})(i);`);
    const uses: unknown[] = [];
    for (let count = 0; count < times; count++) uses.push(use(await exchanged.next()));
    await Promise.all(uses);
  };

  const receiveHandles = receive(() => {
    const canvas = new OffscreenCanvas(1, 1);
    exchange.port.postMessage([new DOMMatrix(), canvas], [canvas]);
  });
  const receiveBlobs = receive(() => exchange.port.postMessage(new Blob(['text'])));
  const receiveStreams = receive(() => {
    const [one, other] = [new Blob(['text']).stream(), new WritableStream()];
    exchange.port.postMessage([one, other], [one, other]);
  });
  const receivePorts = receive(() => {
    const { port1, port2 } = new MessageChannel();
    // Its own end lives as long as the page knows of it.
    (exchange.kept ??= []).push(port1);
    port1.postMessage('text');
    exchange.port.postMessage(port2, [port2]);
  });

  it('holds what it is counted by, while a handle refers to it', async () => {
    const before = await heldByHub();
    const handles: unknown[] = [];
    await receiveHandles(10, (data) => handles.push(...data));
    for (let turn = 0; turn < 3; turn++) await collectHere(exchanged);
    const { DOMMatrix, OffscreenCanvas } = await heldByHub();
    expect([DOMMatrix - before.DOMMatrix, OffscreenCanvas - before.OffscreenCanvas]).to.deep.equal([10, 10]);
    expect(handles).to.have.length(20);
  });

  it('lets handles go that nothing refers to', () => expectNothingHeld((times) => receiveHandles(times, () => {})));

  it('lets handles go that are closed', () =>
    expectNothingHeld((times) => receiveHandles(times, (handles) => handles.forEach((each: any) => each.close()))));

  it('lets Blobs go that nothing refers to, read or not', () =>
    expectNothingHeld((times) => receiveBlobs(times, (blob) => (times % 2 ? blob.text() : blob.slice(1, 2)))));

  it('keeps nothing of the Blobs that the main process sends', () =>
    expectNothingHeld(async (times) => {
      for (let count = 0; count < times; count++) exchanged.port.postMessage(new Blob(['text']));
      await run(
        exchanged.window,
        async (times) => {
          for (let count = 0; count < times; count++) await exchange.next();
        },
        times
      );
    }));

  it('lets streams go that have ended', () =>
    expectNothingHeld((times) =>
      receiveStreams(times, async ([readable, writable]) => {
        for await (const chunk of readable) expect(chunk).to.have.length(4);
        await writable.close();
      })
    ));

  it('lets streams go that are cancelled and aborted', () =>
    expectNothingHeld((times) =>
      receiveStreams(times, ([readable, writable]) => Promise.all([readable.cancel(), writable.abort()]))
    ));

  it('lets ports go that are closed here', () =>
    expectNothingHeld((times) => receivePorts(times, (port) => port.close())));

  it('lets ports go that were never started, and that nothing refers to', () =>
    expectNothingHeld((times) => receivePorts(times, () => {})));

  it('lets ports go that were started, and whose other ends closed', () =>
    expectNothingHeld(async (times) => {
      const closed: Promise<unknown>[] = [];
      await receivePorts(times, (port) => {
        closed.push(once(port, 'close'));
        port.start();
      });
      await run(exchanged.window, () => exchange.kept.splice(0).forEach((port: MessagePort) => port.close()));
      await Promise.all(closed);
    }));

  it('lets go what is in messages that are not read, with their port', () =>
    expectNothingHeld(async (times) => {
      const ports: Electron.MessagePortMain[] = [];
      for (let count = 0; count < times; count++) {
        const { port1, port2 } = new MessageChannelMain();
        // Fetched from the hub, and not read.
        port1.on('close', () => {});
        exchanged.port.postMessage(port2, [port2]);
        ports.push(port1);
      }
      await run(
        exchanged.window,
        async (times) => {
          for (let count = 0; count < times; count++) {
            const port = await exchange.next();
            const [stream, { port1 }] = [new Blob(['text']).stream(), new MessageChannel()];
            port.postMessage([stream, port1, new DOMMatrix(), new Blob(['text'])], [stream, port1]);
          }
          exchange.port.postMessage('posted');
        },
        times
      );
      await exchanged.next();
      for (const port of ports) port.close();
    }));

  it('lets go what it held for processes that are gone', async () => {
    const folder = temporaryFolder({
      'hold.cjs': `process.parentPort.on('message', ({ data }) => {
        globalThis.held = data;
        process.parentPort.postMessage('held');
      });`
    });
    await receiveHandles(1, async ([matrix]) => {
      for (let turn = 0; turn < 3; turn++) await collectHere(exchanged);
      const before = await heldByHub();
      for (let count = 0; count < 3; count++) {
        const child = utilityProcess.fork(join(folder, 'hold.cjs'));
        child.postMessage(matrix);
        await once(child, 'message');
        const exited = once(child, 'exit');
        process.kill(child.pid!, 'SIGKILL');
        await exited;
      }
      for (let turn = 0; turn < 3; turn++) await collectHere(exchanged);
      expect((await heldByHub()).DOMMatrix).to.equal(before.DOMMatrix);
    });
  });
});
