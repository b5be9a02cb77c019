import { MessageChannelMain } from 'electron/main';

import { expect } from 'chai';
import { build } from 'esbuild';
import * as fc from 'fast-check';

import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

import { cloneableGraph } from './lib/arbitraries';
import { differenceBetween } from './lib/deep-equal';
import { defer } from './lib/defer';
import { openExchange } from './lib/exchange';
import { closeAllWindows, run } from './lib/windows';

declare global {
  /** In a page with the bundle of fixtures/structured-clone. */
  var cloning: {
    fc: typeof fc;
    cloneableGraph: typeof cloneableGraph;
    differenceBetween: typeof differenceBetween;
  };
}

// A message takes about as long as a hundred graphs, so they travel together.
const batchSize = 100;
const batches = 100;

async function pageBundle(): Promise<string> {
  const folder = join(process.cwd(), 'spec', 'fixtures', 'structured-clone');
  const { outputFiles } = await build({
    entryPoints: [join(folder, 'page.ts')],
    alias: { 'node:util': join(folder, 'util.ts') },
    bundle: true,
    write: false,
    format: 'iife',
    target: 'chrome150'
  });
  return outputFiles[0].text;
}

describe('structured clone between main, renderers and worker threads', function () {
  this.timeout(120_000);
  afterEach(closeAllWindows);

  // A failure prints the seed; it goes here to see it again.
  const seed = Math.floor(Math.random() * 2 ** 31);

  it(`gives a renderer back ${batchSize * batches} random graphs as it sent them to the main process`, async () => {
    const { window, port } = await openExchange();
    port.on('message', ({ data }) => port.postMessage(data));
    // What the main process's JavaScript has not got cannot be asked of it.
    const missing = ['Float16Array'].filter((name) => !(name in globalThis));
    await run(window, (missing) => missing.forEach((name) => Reflect.deleteProperty(globalThis, name)), missing);
    await window.webContents.executeJavaScript(`${await pageBundle()}; undefined`);
    const failure = await run(
      window,
      async ({ seed, batchSize, numRuns }) => {
        const { fc, cloneableGraph, differenceBetween } = cloning;
        const batch = fc.array(cloneableGraph(), { minLength: batchSize, maxLength: batchSize });
        const property = fc.asyncProperty(batch, async (graphs) => {
          exchange.port.postMessage(graphs);
          const difference = differenceBetween(await exchange.next(), graphs);
          if (difference) throw new Error(difference);
        });
        const { failed, errorInstance } = await fc.check(property, { seed, numRuns, endOnFailure: true });
        return failed ? `seed ${seed}: ${errorInstance}` : undefined;
      },
      { seed, batchSize, numRuns: batches }
    );
    expect(failure).to.equal(undefined);
  });

  it(`gives the main process back ${batchSize * batches} random graphs as it sent them to a renderer`, async () => {
    const { window, port, next } = await openExchange();
    await run(window, () => {
      exchange.port.onmessage = ({ data }) => exchange.port.postMessage(data);
    });
    const batch = fc.array(cloneableGraph(), { minLength: batchSize, maxLength: batchSize });
    const property = fc.asyncProperty(batch, async (graphs) => {
      port.postMessage(graphs);
      expect(differenceBetween(await next(), graphs)).to.equal(undefined);
    });
    const { failed, errorInstance } = await fc.check(property, { seed, numRuns: batches, endOnFailure: true });
    expect(failed ? `seed ${seed}: ${errorInstance}` : undefined).to.equal(undefined);
  });

  it(`gives the main process back ${batchSize * batches} random graphs as it sent them to a worker thread`, async () => {
    const { port1: port, port2 } = new MessageChannelMain();
    const worker = new Worker(
      `require('node:worker_threads').parentPort.once('message', (port) => {
        port.on('message', (graphs) => port.postMessage(graphs));
        port.on('messageerror', (error) => port.postMessage(String(error)));
      });`,
      { eval: true }
    );
    defer(() => worker.terminate());
    if (!('toWorkerPort' in port2)) globalThis.skipWithoutWindows?.('toWorkerPort()');
    const workerPort = port2.toWorkerPort();
    worker.postMessage(workerPort, [workerPort]);
    port.start();
    // Node's own clone carries the values in the worker's half of the way. That of Node.js 20 writes an error's cause that is
    // an object, and cannot read it.
    const linkedCauses = Number.parseInt(process.versions.node, 10) > 20;
    const batch = fc.array(cloneableGraph({ linkedCauses }), { minLength: batchSize, maxLength: batchSize });
    const property = fc.asyncProperty(batch, async (graphs) => {
      const answer = once(port, 'message');
      port.postMessage(graphs);
      expect(differenceBetween((await answer)[0].data, graphs)).to.equal(undefined);
    });
    const { failed, errorInstance } = await fc.check(property, { seed, numRuns: batches, endOnFailure: true });
    expect(failed ? `seed ${seed}: ${errorInstance}` : undefined).to.equal(undefined);
    port.close();
  });
});
