import { ipcMain, MessageChannelMain } from 'electron/main';

import { expect } from 'chai';

import { once } from 'node:events';
import { MessageChannel, Worker } from 'node:worker_threads';

import { defer } from './lib/defer';
import { closeAllWindows, openWindow, run } from './lib/windows';

import type { MessagePort as NodePort } from 'node:worker_threads';

/** A worker thread that runs a function with the ports it is given. */
function startWorker(script: (port: NodePort) => void): Worker {
  const worker = new Worker(`require('node:worker_threads').parentPort.once('message', (port) => (${script})(port));`, {
    eval: true
  });
  defer(() => worker.terminate());
  return worker;
}

function give(worker: Worker, port: NodePort) {
  worker.postMessage(port, [port]);
}

/** A window whose page holds a port as `port`, and the other end. */
async function windowWithPort() {
  const window = await openWindow();
  const { port1, port2 } = new MessageChannelMain();
  const arrived = once(ipcMain, 'arrived');
  await run(window, () => {
    const { ipcRenderer } = require('electron/renderer');
    ipcRenderer.on('port', ({ ports }: { ports: MessagePort[] }) => {
      Object.assign(window, { port: ports[0] });
      ipcRenderer.send('arrived');
    });
  });
  window.webContents.postMessage('port', null, [port2]);
  await arrived;
  return { window, port: port1 };
}

describe('ports and worker threads', () => {
  afterEach(closeAllWindows);

  describe('port.toWorkerPort()', () => {
    it('lets a renderer talk to a worker thread', async () => {
      const { window, port } = await windowWithPort();
      const worker = startWorker((port) => port.on('message', (value) => port.postMessage(value + 1)));
      give(worker, port.toWorkerPort());
      const answer = await run(window, () => {
        const answered = new Promise((resolve) => (globalThis as any).port.addEventListener('message', resolve));
        (globalThis as any).port.start();
        (globalThis as any).port.postMessage(41);
        return answered.then((event: any) => event.data);
      });
      expect(answer).to.equal(42);
    });

    it('keeps the main thread out of the path', async () => {
      const { window, port } = await windowWithPort();
      const worker = startWorker((port) => port.on('message', (value) => port.postMessage(value)));
      give(worker, port.toWorkerPort());
      // Counts the round trips, and when the last of them was over.
      await run(window, () => {
        const port = (globalThis as any).port as MessagePort;
        const state = { count: 0 };
        Object.assign(globalThis, { state });
        return new Promise<void>((resolve) => {
          port.onmessage = () => {
            state.count++;
            resolve();
            port.postMessage(null);
          };
          port.postMessage(null);
        });
      });
      const before = await run(window, () => (globalThis as any).state.count as number);
      const answered = run(window, () => (globalThis as any).state.count as number);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2000);
      await answered;
      const after = await run(window, () => (globalThis as any).state.count as number);
      expect(after - before).to.be.greaterThan(100);
    });

    it('neuters the port', () => {
      const { port1 } = new MessageChannelMain();
      const workerPort = port1.toWorkerPort();
      defer(() => workerPort.close());
      expect(() => port1.toWorkerPort()).to.throw(DOMException, 'The port is already neutered.');
      const { port1: other } = new MessageChannelMain();
      expect(() => other.postMessage(null, [port1])).to.throw('Port at index 0 is already neutered.');
    });

    it('takes along what was not read, in order', async () => {
      const { port1, port2 } = new MessageChannelMain();
      for (let i = 0; i < 1000; i++) port1.postMessage(i);
      const workerPort = port2.toWorkerPort();
      defer(() => workerPort.close());
      const values: number[] = [];
      await new Promise<void>((resolve) =>
        workerPort.on('message', (value) => {
          if (values.push(value) === 1000) resolve();
        })
      );
      expect(values).to.deep.equal(Array.from({ length: 1000 }, (_, i) => i));
    });

    it('closes the renderer’s end when the worker closes its own', async () => {
      const { window, port } = await windowWithPort();
      const worker = startWorker((port) => port.close());
      const closed = run(window, () => {
        const { port } = globalThis as any;
        port.start();
        return new Promise<string>((resolve) => (port.onclose = () => resolve('closed')));
      });
      give(worker, port.toWorkerPort());
      expect(await closed).to.equal('closed');
    });

    it('closes the renderer’s end when the worker is terminated', async () => {
      const { window, port } = await windowWithPort();
      const worker = startWorker((port) => port.on('message', () => port.postMessage('here')));
      give(worker, port.toWorkerPort());
      const closed = run(window, () => {
        const { port } = globalThis as any;
        port.postMessage(null);
        const { ipcRenderer } = require('electron/renderer');
        return new Promise<string>((resolve) => {
          port.onmessage = () => ipcRenderer.send('answered');
          port.onclose = () => resolve('closed');
        });
      });
      await once(ipcMain, 'answered');
      await worker.terminate();
      expect(await closed).to.equal('closed');
    });

    it('closes the worker’s port when the renderer goes away, after every message that had left', async () => {
      const { window, port } = await windowWithPort();
      const worker = startWorker((port) => {
        const { parentPort } = require('node:worker_threads');
        let count = 0;
        port.on('message', () => count++);
        port.on('close', () => parentPort.postMessage(count));
      });
      give(worker, port.toWorkerPort());
      const counted = once(worker, 'message');
      await run(window, () => {
        for (let i = 0; i < 100; i++) (globalThis as any).port.postMessage(i);
      });
      window.destroy();
      expect(await counted).to.deep.equal([100]);
    });
  });

  describe('a port of worker_threads', () => {
    it('can be transferred to a renderer', async () => {
      const window = await openWindow();
      await run(window, () => {
        require('electron').ipcRenderer.on('port', (_: unknown, { port }: { port: MessagePort }) => {
          port.onmessage = ({ data }) => port.postMessage(data.toUpperCase());
        });
      });
      const { port1, port2 } = new MessageChannel();
      defer(() => port1.close());
      window.webContents.postMessage('port', { port: port2 }, [port2]);
      port1.postMessage('hello');
      expect(await once(port1, 'message')).to.deep.equal(['HELLO']);
    });

    it('takes messages, buffers and further ports both ways', async () => {
      const { port1: main, port2 } = new MessageChannelMain();
      const { port1: worker, port2: carried } = new MessageChannel();
      defer(() => worker.close());
      main.postMessage({ carried }, [carried]);
      port2.start();
      const [{ data, ports }] = await once(port2, 'message');
      expect(data.carried).to.equal(ports[0]);
      const { port1: inner, port2: outer } = new MessageChannel();
      defer(() => inner.close());
      worker.postMessage({ outer, bytes: new Uint8Array([1, 2, 3]) }, [outer]);
      ports[0].start();
      const [event] = await once(ports[0], 'message');
      expect([...event.data.bytes]).to.deep.equal([1, 2, 3]);
      event.data.outer.postMessage('through');
      expect(await once(inner, 'message')).to.deep.equal(['through']);
    });

    it('is left alone when the call fails', () => {
      const { port1 } = new MessageChannelMain();
      const { port1: kept, port2: peer } = new MessageChannel();
      defer(() => kept.close());
      expect(() => port1.postMessage(() => {}, [kept])).to.throw(
        'An object could not be cloned: message is a function.'
      );
      expect(() => port1.postMessage(null, [kept, kept])).to.throw('Port at index 1 is a duplicate.');
      kept.postMessage('still here');
      return once(peer, 'message');
    });

    it('that is in the message only is refused, saying where', () => {
      const { port1 } = new MessageChannelMain();
      const { port1: nodePort } = new MessageChannel();
      defer(() => nodePort.close());
      expect(() => port1.postMessage({ list: [nodePort] })).to.throw(
        'message.list[0] is a port that is not in the transfer list'
      );
    });
  });
});
