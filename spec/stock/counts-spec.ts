import { BrowserWindow, MessageChannelMain } from 'electron/main';
import type { MessagePortMain } from 'electron/main';

import { expect } from 'chai';

import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

import { closeAllWindows, openWindow, run } from '../lib/windows';

const { requestGarbageCollectionForTesting: collect } = process._linkedBinding('electron_common_v8_util');
const { countObjectsForTesting } = process._linkedBinding('electron_ports_hub') as {
  countObjectsForTesting(className: string): Promise<number>;
};

// Of a hundred: what ran last may keep what it had for as long as it likes.
const heldByTheLast = 2;

/** What would be left if something were forgotten. `npm run bench -- counts` does a hundred times as much. */
async function countLeft(): Promise<Record<string, number>> {
  const handles = process.getActiveResourcesInfo().filter((name) => !/Timeout|Immediate|FSReq|TTY|Pipe/.test(name));
  return {
    handles: handles.length,
    descriptors: process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0,
    files: readdirSync(tmpdir()).length,
    hubPorts: await countObjectsForTesting('MessagePort'),
    hubStreams: await countObjectsForTesting('ReadableStream'),
    listeners: process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0)
  };
}

describe('what is opened and closed a hundred times', function () {
  this.timeout(60_000);
  let window: BrowserWindow;
  const { TMPDIR } = process.env;

  // Of its own: whoever else runs an app here leaves files, too.
  before(() => {
    process.env.TMPDIR = mkdtempSync(join(tmpdir(), 'electron-ports-'));
  });
  after(() => {
    rmSync(process.env.TMPDIR!, { recursive: true });
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
  });

  beforeEach(async () => {
    window = await openWindow();
    await run(window, () => {
      require('electron').ipcRenderer.on('read', ({ ports: [port] }: Electron.IpcRendererEvent) => {
        port.onmessage = async ({ data }: MessageEvent) => {
          let count = 0;
          for await (const chunk of data) if (chunk) count++;
          port.postMessage(count);
        };
      });
    });
  });
  afterEach(closeAllWindows);

  /** Does it some times, and then so often, and proves that all is as before. @param once does it and gives what is to be collected */
  async function expectNothingLeft(doOnce: () => Promise<object[]>) {
    for (let count = 0; count < 3; count++) await doOnce();
    const references: WeakRef<object>[] = [];
    const alive = () => references.filter((each) => each.deref());
    const settle = async () => {
      collect();
      await wait(20);
      await run(window, () => {});
    };
    for (let turn = 0; turn < 3; turn++) await settle();
    const before = await countLeft();
    const doTracked = async () => (await doOnce()).map((object) => new WeakRef(object));
    for (let count = 0; count < 100; count++) references.push(...(await doTracked()));
    // What was done last may be held by the promises that tell of it.
    await doOnce();
    const isAsBefore = (left: Record<string, number>) =>
      Object.keys(before).every((name) => left[name] <= before[name]) && alive().length <= heldByTheLast;
    let left = before;
    for (let turn = 0; turn < 20; turn++) {
      await settle();
      left = await countLeft();
      if (isAsBefore(left)) break;
    }
    for (const [name, count] of Object.entries(left)) expect(count, name).to.be.at.most(before[name]);
    expect(alive()).to.have.length.of.at.most(heldByTheLast);
  }

  it('leaves nothing of ports in this process', () =>
    expectNothingLeft(async () => {
      const { port1, port2 } = new MessageChannelMain();
      port2.start();
      port1.postMessage('text');
      const closed = once(port2, 'close');
      port1.close();
      await closed;
      return [port1, port2];
    }));

  it('leaves nothing of ports that a page was given', () =>
    expectNothingLeft(async () => {
      const { port1, port2 } = new MessageChannelMain();
      window.webContents.postMessage('drop', null, [port2]);
      const closed = once(port1, 'close');
      port1.postMessage('text');
      port1.close();
      await closed;
      return [port1, port2];
    }));

  it('leaves nothing of streams', () =>
    expectNothingLeft(async () => {
      const stream = new ReadableStream({
        start(controller) {
          controller.enqueue('text');
          controller.close();
        }
      });
      const { port1, port2 } = new MessageChannelMain();
      window.webContents.postMessage('read', null, [port2]);
      port1.postMessage(stream, [stream as unknown as MessagePortMain]);
      const message = once(port1, 'message');
      port1.start();
      await message;
      port1.close();
      return [stream, port1, port2];
    }));

  it('leaves nothing of worker threads and their ports', () =>
    expectNothingLeft(async () => {
      const worker = new Worker(
        `require('node:worker_threads').parentPort.once('message', (port) => port.on('message', (value) => port.postMessage(value)));`,
        { eval: true }
      );
      const { port1, port2 } = new MessageChannelMain();
      const port = port2.toWorkerPort();
      worker.postMessage(port, [port]);
      const message = once(port1, 'message');
      port1.start();
      port1.postMessage('text');
      await message;
      const closed = once(port1, 'close');
      await worker.terminate();
      await closed;
      return [worker, port1, port2];
    }));
});
