import { MessageChannelMain, utilityProcess } from 'electron/main';
import type { MessagePortMain } from 'electron/main';

import { expect } from 'chai';

import { once } from 'node:events';
import { join } from 'node:path';
import { MessageChannel, Worker } from 'node:worker_threads';

import { defer } from './lib/defer';
import { temporaryFolder } from './lib/files';
import { openChannel, range, read, record, settle } from './lib/ports';
import { rejection } from './lib/rejection';
import { said, startWorker } from './lib/worker-threads';

import type { MessagePort as NodePort } from 'node:worker_threads';

/** A worker thread at the other end of a port of this process. */
function startAtPort(script: (port: NodePort) => void): { worker: Worker; port: MessagePortMain } {
  const { port1, port2 } = openChannel();
  return { worker: startWorker(port2.toWorkerPort(), script), port: port1 };
}

const readAll = async (stream: ReadableStream) => {
  const chunks: unknown[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
};

// The same as between a renderer and a worker thread, where there is no renderer.
describe('what is transferred between the main process and a worker thread', () => {
  it('a ReadableStream is read by the worker, with its error', async () => {
    const { worker, port } = startAtPort((port) => {
      const { parentPort } = require('node:worker_threads');
      port.on('message', async (stream) => {
        const chunks: unknown[] = [];
        try {
          for await (const chunk of stream) chunks.push(chunk);
        } catch (error) {
          chunks.push(String(error));
        }
        parentPort.postMessage(chunks);
      });
    });
    const chunks: unknown[] = [1, 'two', { three: 3 }];
    const good = new ReadableStream({
      pull(controller) {
        if (chunks.length > 0) controller.enqueue(chunks.shift());
        else controller.close();
      }
    });
    port.postMessage(good, [good]);
    expect(await said(worker)).to.deep.equal([1, 'two', { three: 3 }]);
    const bad = new ReadableStream({ start: (controller) => controller.error(new RangeError('broken')) });
    port.postMessage(bad, [bad]);
    expect(await said(worker)).to.deep.equal(['RangeError: broken']);
  });

  it('a WritableStream is written by the worker', async () => {
    const { port } = startAtPort((port) => {
      port.on('message', async ({ stream }) => {
        const writer = stream.getWriter();
        for (const chunk of [1, 'two', [3]]) await writer.write(chunk);
        await writer.close();
      });
    });
    const chunks = await new Promise((resolve) => {
      const chunks: unknown[] = [];
      const stream = new WritableStream({
        write(chunk) {
          chunks.push(chunk);
        },
        close: () => resolve(chunks)
      });
      port.postMessage({ stream }, [stream]);
    });
    expect(chunks).to.deep.equal([1, 'two', [3]]);
  });

  it('a TransformStream transforms what the worker writes', async () => {
    const { worker, port } = startAtPort((port) => {
      const { parentPort } = require('node:worker_threads');
      port.on('message', async ({ readable, writable }) => {
        const writer = writable.getWriter();
        const written = (async () => {
          for (const chunk of ['a', 'b', 'c']) await writer.write(chunk);
          await writer.close();
        })();
        const chunks: unknown[] = [];
        for await (const chunk of readable) chunks.push(chunk);
        await written;
        parentPort.postMessage(chunks);
      });
    });
    const stream = new TransformStream({ transform: (chunk, controller) => controller.enqueue(chunk.toUpperCase()) });
    port.postMessage(stream, [stream]);
    expect(await said(worker)).to.deep.equal(['A', 'B', 'C']);
  });

  it('streams of a worker are read, written and transformed by main', async () => {
    const { worker, port } = startAtPort((port) => {
      const { parentPort } = require('node:worker_threads');
      const written: unknown[] = [];
      const readable = new ReadableStream({
        start(controller) {
          for (const chunk of [1, 'two', [3]]) controller.enqueue(chunk);
          controller.close();
        }
      });
      const writable = new WritableStream({
        write(chunk) {
          written.push(chunk);
        },
        close: () => parentPort.postMessage(written)
      });
      const transform = new TransformStream({ transform: (chunk, controller) => controller.enqueue(-chunk) });
      // A thread that waits for nothing ends, and its streams with it.
      port.on('message', () => {});
      port.postMessage({ transform, list: [writable, readable] }, [readable, writable, transform] as never);
    });
    const [
      {
        transform,
        list: [writable, readable]
      }
    ] = await read(port, 1);
    expect(await readAll(readable)).to.deep.equal([1, 'two', [3]]);
    const transformed = readAll(transform.readable);
    for (const [stream, chunks] of [
      [writable, ['a', { b: 1 }]],
      [transform.writable, [1, 2, 3]]
    ] as const) {
      const writer = stream.getWriter();
      const told = stream === writable ? said(worker) : transformed;
      for (const chunk of chunks) writer.write(chunk);
      await writer.close();
      expect(await told).to.deep.equal(stream === writable ? chunks : [-1, -2, -3]);
    }
  });

  it('an ArrayBuffer is detached and arrives, both ways', async () => {
    const { worker, port } = startAtPort((port) => {
      const { parentPort } = require('node:worker_threads');
      port.on('message', ({ buffer }) => {
        buffer = buffer.slice(1);
        port.postMessage({ buffer }, [buffer]);
        parentPort.postMessage(buffer.byteLength);
      });
    });
    const { buffer } = Uint8Array.of(1, 2, 3);
    const detached = said(worker);
    port.postMessage({ buffer }, [buffer]);
    expect(buffer.byteLength).to.equal(0);
    const [answer] = await read(port, 1);
    expect([...new Uint8Array(answer.buffer)]).to.deep.equal([2, 3]);
    expect(await detached).to.equal(0);
  });

  it('ports inside ports go on working, both ways', async () => {
    const { port } = startAtPort((port) => {
      const { MessageChannel } = require('node:worker_threads');
      port.on('message', ({ list: [inner] }) => {
        inner.on('message', (value: number) => {
          const { port1, port2 } = new MessageChannel();
          port1.on('message', (value: number) => port1.postMessage(value + 1));
          inner.postMessage({ value: value * 2, port: port2 }, [port2]);
        });
      });
    });
    const { port1, port2 } = openChannel();
    port.postMessage({ list: [port2] }, [port2]);
    port1.postMessage(21);
    const [{ value, port: inner }] = await read(port1, 1);
    expect(value).to.equal(42);
    inner.postMessage(1);
    expect(await read(inner, 1)).to.deep.equal([2]);
  });

  it('what main cannot have is a messageerror, and the next message arrives', async () => {
    const { port } = startAtPort((port) => {
      const { MessageChannel } = require('node:worker_threads');
      port.on('message', () => {
        const { port1, port2 } = new MessageChannel();
        port1.on('close', () => port.postMessage('closed'));
        port.postMessage({ shared: new SharedArrayBuffer(1), port2 }, [port2]);
        port.postMessage('after');
      });
    });
    const { events } = record(port);
    const arrived = read(port, 2);
    port.postMessage(null);
    await arrived;
    expect(events).to.deep.equal([['messageerror'], ['message', 'after'], ['message', 'closed']]);
  });

  it('all messages arrive before the close that follows them', async () => {
    const { worker, port } = startAtPort((port) => {
      const { parentPort } = require('node:worker_threads');
      const seen: unknown[] = [];
      port.on('message', (value) => seen.push(value));
      port.on('close', () => parentPort.postMessage(seen));
    });
    const seen = said(worker);
    for (const value of range(100)) port.postMessage(value);
    port.close();
    expect(await seen).to.deep.equal(range(100));
  });

  it('a stream of a worker fails when the thread is terminated, and the port closes once', async () => {
    const { worker, port } = startAtPort((port) => {
      const stream = new ReadableStream({ start: (controller) => controller.enqueue('first') });
      port.on('message', () => {});
      port.postMessage(stream, [stream] as never);
    });
    const recorded = record(port);
    const closed = once(port, 'close');
    const [stream] = await read(port, 1);
    const reader = stream.getReader();
    expect((await reader.read()).value).to.equal('first');
    const rest = rejection(reader.read());
    await worker.terminate();
    await closed;
    expect((await rest).name).to.equal('NetworkError');
    await settle();
    expect(recorded.count('close')).to.equal(1);
  });

  it('a hundred ports, each to a worker and back, and then all close', async () => {
    const { port } = startAtPort((port) => {
      port.on('message', ({ ports }) => {
        for (const each of ports) each.on('message', (value: unknown) => each.postMessage(value));
      });
    });
    const channels = range(100).map(openChannel);
    const ports = channels.map(({ port2 }) => port2);
    port.postMessage({ ports }, ports);
    const answers = await Promise.all(
      channels.map(async ({ port1 }, index) => {
        port1.postMessage(index);
        return (await read(port1, 1))[0];
      })
    );
    expect(answers).to.deep.equal(range(100));
    const closed = channels.map(({ port1 }) => once(port1, 'close'));
    channels.forEach(({ port1 }) => port1.close());
    await Promise.all(closed);
  });

  it('a utility process and a worker talk while the main thread is blocked', async () => {
    const folder = temporaryFolder({
      'echo.cjs': `process.parentPort.once('message', ({ ports: [port] }) => {
        port.on('message', ({ data }) => port.postMessage(data + 1));
        port.start();
      });`
    });
    const child = utilityProcess.fork(join(folder, 'echo.cjs'));
    defer(async () => {
      if (child.kill()) await once(child, 'exit');
    });
    const { worker, port } = startAtPort((port) => {
      const { parentPort } = require('node:worker_threads');
      port.once('message', (shared: MessagePortMain) => {
        const inner = shared as unknown as NodePort;
        let count: Int32Array;
        parentPort.on('message', (value: Int32Array) => {
          count = value;
          inner.postMessage(0);
        });
        inner.on('message', (value) => {
          Atomics.store(count, 0, value);
          inner.postMessage(value);
        });
        parentPort.postMessage('ready');
      });
    });
    const { port1, port2 } = new MessageChannelMain();
    const ready = said(worker);
    port.postMessage(port1, [port1]);
    child.postMessage(null, [port2]);
    await ready;
    const count = new Int32Array(new SharedArrayBuffer(4));
    const blocked = new Int32Array(new SharedArrayBuffer(4));
    worker.postMessage(count);
    // Blocked until the child is up, at most.
    for (let turn = 0; turn < 100 && Atomics.load(count, 0) === 0; turn++) {
      Atomics.wait(blocked, 0, 0, 20);
      await new Promise((resolve) => setImmediate(resolve));
    }
    const before = Atomics.load(count, 0);
    const passed = () => Atomics.load(count, 0) - before;
    // Longer on a machine that is busy; this thread does nothing else meanwhile.
    for (let slice = 0; slice < 100 && passed() <= 100; slice++) Atomics.wait(blocked, 0, 0, 100);
    expect(passed()).to.be.greaterThan(100);
  });

  it('a port of worker_threads that was closed or transferred before is refused, and the rest of the list works', () => {
    const { port1 } = openChannel();
    const { port1: kept, port2: moved } = new MessageChannel();
    defer(() => kept.close());
    structuredClone(moved, { transfer: [moved] });
    const { port2: listed } = openChannel();
    // Of a size that those may have which Node.js cannot detach.
    const buffer = new ArrayBuffer(65_536);
    expect(() => port1.postMessage(null, [listed, buffer, moved])).to.throw(
      DOMException,
      'A worker_threads port in the transfer list is already detached'
    );
    expect(buffer.byteLength).to.equal(65_536);
    port1.postMessage(null, [listed]);
  });
});
