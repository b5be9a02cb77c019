import { MessageChannelMain, utilityProcess } from 'electron/main';
import type { UtilityProcess } from 'electron/main';

import { expect } from 'chai';

import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

import { defer } from './lib/defer';
import { openExchange } from './lib/exchange';
import { temporaryFolder } from './lib/files';
import { skipInElectron } from './lib/needs';
import { openChannel } from './lib/ports';
import { closeWindow, closeAllWindows, run } from './lib/windows';

import type { Exchange } from './lib/exchange';

const gone = ['NetworkError', 'The other end of the stream is gone.'];

/**
 * What both kinds of peers run. On `give`, they post a ReadableStream that stays open and a WritableStream over the port; of
 * such streams that come they read and write, and tell how that ends.
 */
const script = `
  function use(port, tell) {
    const tellError = (promise) => promise.then(() => tell('ended'), ({ name, message }) => tell([name, message]));
    port.on('message', (message) => {
      // An event here, the message itself in a thread.
      const data = message.ports ? message.data : message;
      if (data === 'give') {
        const readable = new ReadableStream({ start: (controller) => controller.enqueue('first') });
        const writable = new WritableStream({ write: () => new Promise(() => {}) });
        port.postMessage({ readable, writable }, [readable, writable]);
        return;
      }
      const reader = data.readable.getReader();
      reader.read().then(() => {
        tell('reading');
        tellError(reader.read());
      });
    });
    port.start();
  }`;

/** A thread with the other end of a channel, of which the first end is returned. */
async function startWorker() {
  const { port1, port2 } = new MessageChannelMain();
  const worker = new Worker(
    `${script} require('node:worker_threads').parentPort.once('message', (port) => {
      use(port, (value) => require('node:worker_threads').parentPort.postMessage(value));
    });`,
    { eval: true }
  );
  defer(() => worker.terminate());
  const port = port2.toWorkerPort();
  worker.postMessage(port, [port]);
  return { port: port1, worker };
}

/** The same with a utility process. */
function startUtility(port: Electron.MessagePortMain): UtilityProcess {
  const folder = temporaryFolder({
    'script.cjs': `${script} process.parentPort.on('message', ({ ports: [port] }) => {
      use(port, (value) => process.parentPort.postMessage(value));
    });`
  });
  const child = utilityProcess.fork(join(folder, 'script.cjs'));
  defer(async () => {
    if (child.kill()) await once(child, 'exit');
  });
  child.postMessage(null, [port]);
  return child;
}

/** Gives a page the port, and has it ask for the streams and use them. @returns how reading and writing end */
async function useStreams(
  { window, port }: Exchange,
  given: Electron.MessagePortMain
): Promise<() => Promise<unknown>> {
  port.postMessage({ port: given }, [given]);
  await run(window, async () => {
    const { port } = await exchange.next();
    port.postMessage('give');
    const { data } = await new Promise<MessageEvent>((resolve) => (port.onmessage = resolve));
    const { readable, writable } = data;
    const [reader, writer] = [readable.getReader(), writable.getWriter()];
    await reader.read();
    writer.write('first').catch(() => {});
    const errorOf = (promise: Promise<unknown>) => promise.then(String, ({ name, message }) => [name, message]);
    exchange.kept = Promise.all([errorOf(reader.read()), errorOf(writer.closed)]);
  });
  return () => run(window, () => exchange.kept);
}

/** Gives a page the port, and has it post a stream that stays open. */
async function giveStream({ window, port }: Exchange, given: Electron.MessagePortMain) {
  port.postMessage({ port: given }, [given]);
  await run(window, async () => {
    const { port } = await exchange.next();
    const readable = new ReadableStream({ start: (controller) => controller.enqueue('first') });
    port.postMessage({ readable }, [readable]);
    // Neither may be collected while the document is there.
    exchange.kept = { port, readable };
    port.start();
  });
}

describe('a stream', () => {
  afterEach(closeAllWindows);

  it('of a worker thread fails in a renderer when the thread is terminated', async () => {
    const exchanged = await openExchange();
    const { port, worker } = await startWorker();
    const errors = await useStreams(exchanged, port);
    await worker.terminate();
    expect(await errors()).to.deep.equal([gone, gone]);
  });

  it('of a renderer fails in a worker thread when the window is closed', async () => {
    const exchanged = await openExchange();
    const { port, worker } = await startWorker();
    const reading = once(worker, 'message');
    await giveStream(exchanged, port);
    expect(await reading).to.deep.equal(['reading']);
    const told = once(worker, 'message');
    await closeWindow(exchanged.window);
    const [error] = await told;
    // Node.js 20 makes an empty object of every DOMException that is posted.
    const canTell = structuredClone(new DOMException()) instanceof DOMException;
    expect(error).to.deep.equal(canTell ? gone : [undefined, undefined]);
  });

  it('of a utility process fails in a renderer when the process is killed', async function () {
    skipInElectron(this, 'has the streams of Blink, which do not notice that the other process is gone');
    const exchanged = await openExchange();
    const { port1, port2 } = openChannel();
    const child = startUtility(port2);
    const errors = await useStreams(exchanged, port1);
    process.kill(child.pid!, 'SIGKILL');
    expect(await errors()).to.deep.equal([gone, gone]);
  });

  for (const [order, isGivenFirst] of [
    ['before', true],
    ['after', false]
  ] as const) {
    it(`of a renderer that got its port ${order} a utility process fails there when the window is closed`, async () => {
      const exchanged = await openExchange();
      const { port1, port2 } = openChannel();
      if (isGivenFirst) await giveStream(exchanged, port1);
      const child = startUtility(port2);
      const reading = once(child, 'message');
      if (!isGivenFirst) await giveStream(exchanged, port1);
      expect((await reading)[0]).to.equal('reading');
      const told = once(child, 'message');
      await closeWindow(exchanged.window);
      expect((await told)[0]).to.deep.equal(gone);
    });
  }

  it('of a utility process fails in the main process when the process is killed', async () => {
    const { port1, port2 } = openChannel();
    const child = startUtility(port2);
    const arrived = once(port1, 'message');
    port1.start();
    port1.postMessage('give');
    const [{ data }] = await arrived;
    const reader = data.readable.getReader();
    await reader.read();
    const read = reader.read().then(String, ({ name, message }: Error) => [name, message]);
    process.kill(child.pid!, 'SIGKILL');
    expect(await read).to.deep.equal(gone);
  });
});
