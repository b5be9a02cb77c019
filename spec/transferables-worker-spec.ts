import { MessageChannelMain, utilityProcess } from 'electron/main';

import { expect } from 'chai';

import { once } from 'node:events';
import { join } from 'node:path';
import { MessageChannel, Worker } from 'node:worker_threads';

import { defer } from './lib/defer';
import { openExchange } from './lib/exchange';
import { temporaryFolder } from './lib/files';
import { openFile } from './lib/open-files';
import { openChannel } from './lib/ports';
import { closeAllWindows, run } from './lib/windows';
import { said, startWorker } from './lib/worker-threads';

import type { Exchange } from './lib/exchange';
import type { MessagePort as NodePort } from 'node:worker_threads';

/** A worker thread at the other end of the port of an exchange's page, which is in `exchange.kept`. */
async function workerFor({ window, port }: Exchange, script: (port: NodePort) => void): Promise<Worker> {
  const { port1, port2 } = new MessageChannelMain();
  const worker = startWorker(port1.toWorkerPort(), script);
  port.postMessage({ port: port2 }, [port2]);
  await run(window, async () => {
    exchange.kept = (await exchange.next()).port;
  });
  return worker;
}

/** Says what arrives: its class, or that it could not be had. */
function tellClasses(port: NodePort) {
  const { parentPort } = require('node:worker_threads');
  const tell = (value: unknown) => parentPort!.postMessage(value);
  port.on('message', (value) => tell(Object.prototype.toString.call(value).slice(8, -1)));
  port.on('messageerror', () => tell('messageerror'));
}

/** Has the script of a utility process post what a worker of main cannot have, and wait until that is gone. */
async function expectRefused(folder: string, answer: string) {
  const child = utilityProcess.fork(join(folder, 'script.cjs'));
  defer(async () => {
    if (child.kill()) await once(child, 'exit');
  });
  const { port1, port2 } = new MessageChannelMain();
  const worker = startWorker(port1.toWorkerPort(), tellClasses);
  const [told, gone] = [said(worker), once(child, 'message')];
  child.postMessage(null, [port2]);
  expect(await told).to.equal('messageerror');
  expect((await gone)[0]).to.equal(answer);
}

describe('what is transferred to and from a worker thread', () => {
  afterEach(closeAllWindows);

  describe('by a renderer', () => {
    it('a ReadableStream is read by the worker, with its error', async () => {
      const exchanged = await openExchange();
      const worker = await workerFor(exchanged, (port) => {
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
      const first = said(worker);
      await run(exchanged.window, () => {
        const chunks = [1, 'two', { three: 3 }];
        const stream = new ReadableStream({
          pull(controller) {
            if (chunks.length > 0) controller.enqueue(chunks.shift());
            else controller.close();
          }
        });
        exchange.kept.postMessage(stream, [stream]);
      });
      expect(await first).to.deep.equal([1, 'two', { three: 3 }]);
      const second = said(worker);
      await run(exchanged.window, () => {
        const stream = new ReadableStream({ start: (controller) => controller.error(new RangeError('broken')) });
        exchange.kept.postMessage(stream, [stream]);
      });
      expect(await second).to.deep.equal(['RangeError: broken']);
    });

    it('a WritableStream is written by the worker', async () => {
      const exchanged = await openExchange();
      await workerFor(exchanged, (port) => {
        port.on('message', async (stream) => {
          const writer = stream.getWriter();
          for (const chunk of [1, 'two', [3]]) await writer.write(chunk);
          await writer.close();
        });
      });
      const chunks = await run(
        exchanged.window,
        () =>
          new Promise((resolve) => {
            const chunks: unknown[] = [];
            const stream = new WritableStream({
              write(chunk) {
                chunks.push(chunk);
              },
              close: () => resolve(chunks)
            });
            exchange.kept.postMessage(stream, [stream]);
          })
      );
      expect(chunks).to.deep.equal([1, 'two', [3]]);
    });

    it('a TransformStream transforms what the worker writes', async () => {
      const exchanged = await openExchange();
      const worker = await workerFor(exchanged, (port) => {
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
      const transformed = said(worker);
      await run(exchanged.window, () => {
        const stream = new TransformStream({
          transform: (chunk, controller) => controller.enqueue(chunk.toUpperCase())
        });
        exchange.kept.postMessage(stream, [stream]);
      });
      expect(await transformed).to.deep.equal(['A', 'B', 'C']);
    });

    it('an ArrayBuffer is detached there and arrives', async () => {
      const exchanged = await openExchange();
      const worker = await workerFor(exchanged, (port) => {
        const { parentPort } = require('node:worker_threads');
        port.on('message', ({ buffer }) => parentPort.postMessage([...new Uint8Array(buffer)]));
      });
      const bytes = said(worker);
      const length = await run(exchanged.window, () => {
        const { buffer } = Uint8Array.of(1, 2, 3);
        exchange.kept.postMessage({ buffer }, [buffer]);
        return buffer.byteLength;
      });
      expect(length).to.equal(0);
      expect(await bytes).to.deep.equal([1, 2, 3]);
    });

    it('a Blob arrives with its bytes, and what was sent after it comes after it', async () => {
      const exchanged = await openExchange();
      const worker = await workerFor(exchanged, (port) => {
        const { parentPort } = require('node:worker_threads');
        const seen: unknown[] = [];
        port.on('message', async (value) => {
          if (seen.push(value) < 4) return;
          const described = seen.map(async (each: any) =>
            each.blob ? [each.blob.type, each.blob.size, await each.blob.text()] : each
          );
          parentPort.postMessage(await Promise.all(described));
        });
      });
      const described = said(worker);
      await run(exchanged.window, () => {
        exchange.kept.postMessage('before');
        exchange.kept.postMessage({ blob: new Blob(['te', 'xt'], { type: 'text/plain' }) });
        exchange.kept.postMessage('after');
        exchange.kept.postMessage({ blob: new File(['file'], 'name.txt') });
      });
      expect(await described).to.deep.equal(['before', ['text/plain', 4, 'text'], 'after', ['', 4, 'file']]);
    });

    it('Blobs of more bytes than a message may hold are a messageerror, and the next message arrives', async () => {
      const exchanged = await openExchange();
      const worker = await workerFor(exchanged, tellClasses);
      const told: string[] = [];
      const both = new Promise<void>((resolve) => worker.on('message', (what) => told.push(what) === 2 && resolve()));
      await run(exchanged.window, () => {
        const mebibyte = new Blob([new Uint8Array(2 ** 20)]);
        const large = new Blob(Array.from({ length: 300 }, () => mebibyte));
        exchange.kept.postMessage([large, large.slice()]);
        exchange.kept.postMessage('after');
      });
      await both;
      expect(told).to.deep.equal(['messageerror', 'String']);
    });

    it('all messages arrive before the close that follows them, Blobs too', async () => {
      const exchanged = await openExchange();
      const worker = await workerFor(exchanged, (port) => {
        const { parentPort } = require('node:worker_threads');
        const seen: unknown[] = [];
        port.on('message', async (value) => seen.push(value.size ?? value));
        port.on('close', () => parentPort.postMessage(seen));
      });
      const seen = said(worker);
      await run(exchanged.window, () => {
        exchange.kept.postMessage(new Blob(['text']));
        exchange.kept.postMessage('last');
        exchange.kept.close();
      });
      expect(await seen).to.deep.equal([4, 'last']);
    });

    it('ports inside ports go on working', async () => {
      const exchanged = await openExchange();
      await workerFor(exchanged, (port) => {
        port.on('message', ({ list: [inner] }) => {
          inner.on('message', (value: number) => inner.postMessage(value * 2));
        });
      });
      const answer = await run(exchanged.window, () => {
        const { port1, port2 } = new globalThis.MessageChannel();
        exchange.kept.postMessage({ list: [port2] }, [port2]);
        port1.postMessage(21);
        return new Promise((resolve) => ((port1 as any).onmessage = ({ data }: MessageEvent) => resolve(data)));
      });
      expect(answer).to.equal(42);
    });

    it('what Node cannot have is a messageerror, and the next message arrives', async () => {
      const exchanged = await openExchange();
      const worker = await workerFor(exchanged, tellClasses);
      for (const [send, expected] of [
        [() => exchange.kept.postMessage({ matrix: new DOMMatrix() }), 'messageerror'],
        [
          () => exchange.kept.postMessage(new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0))),
          'messageerror'
        ],
        [
          () => {
            const canvas = new OffscreenCanvas(1, 1);
            exchange.kept.postMessage(canvas, [canvas]);
          },
          'messageerror'
        ],
        [() => exchange.kept.postMessage(new Map()), 'Map']
      ] as const) {
        const told = said(worker);
        await run(exchanged.window, send);
        expect(await told).to.equal(expected);
      }
    });
  });

  describe('by the worker', () => {
    it('a ReadableStream is read by the renderer', async () => {
      const exchanged = await openExchange();
      await workerFor(exchanged, (port) => {
        const chunks: unknown[] = [1, 'two', [3]];
        const stream = new ReadableStream({
          pull(controller) {
            if (chunks.length > 0) controller.enqueue(chunks.shift());
            else controller.close();
          }
        });
        // A thread that waits for nothing ends, and its streams with it.
        port.on('message', () => {});
        port.postMessage(stream, [stream] as never);
      });
      const chunks = await run(exchanged.window, async () => {
        const { data } = await new Promise<MessageEvent>((resolve) => (exchange.kept.onmessage = resolve));
        const chunks: unknown[] = [];
        for await (const chunk of data) chunks.push(chunk);
        return chunks;
      });
      expect(chunks).to.deep.equal([1, 'two', [3]]);
    });

    it('a WritableStream is written by the renderer', async () => {
      const exchanged = await openExchange();
      const worker = await workerFor(exchanged, (port) => {
        const { parentPort } = require('node:worker_threads');
        const chunks: unknown[] = [];
        const stream = new WritableStream({
          write(chunk) {
            chunks.push(chunk);
          },
          close: () => parentPort.postMessage(chunks)
        });
        // A thread that waits for nothing ends, and its streams with it.
        port.on('message', () => {});
        port.postMessage(stream, [stream] as never);
      });
      const written = said(worker);
      await run(exchanged.window, async () => {
        const { data } = await new Promise<MessageEvent>((resolve) => (exchange.kept.onmessage = resolve));
        const writer = data.getWriter();
        for (const chunk of [1, 'two', [3]]) await writer.write(chunk);
        await writer.close();
      });
      expect(await written).to.deep.equal([1, 'two', [3]]);
    });

    it('a TransformStream transforms what the renderer writes', async () => {
      const exchanged = await openExchange();
      await workerFor(exchanged, (port) => {
        const stream = new TransformStream({ transform: (chunk, controller) => controller.enqueue(-chunk) });
        // A thread that waits for nothing ends, and its streams with it.
        port.on('message', () => {});
        port.postMessage(stream, [stream] as never);
      });
      const chunks = await run(exchanged.window, async () => {
        const { data } = await new Promise<MessageEvent>((resolve) => (exchange.kept.onmessage = resolve));
        const writer = data.writable.getWriter();
        for (const chunk of [1, 2, 3]) writer.write(chunk);
        writer.close();
        const chunks: unknown[] = [];
        for await (const chunk of data.readable) chunks.push(chunk);
        return chunks;
      });
      expect(chunks).to.deep.equal([-1, -2, -3]);
    });

    it('a Blob, an ArrayBuffer and a port arrive in the renderer', async () => {
      const exchanged = await openExchange();
      await workerFor(exchanged, (port) => {
        const { Blob } = require('node:buffer');
        const { MessageChannel } = require('node:worker_threads');
        const { port1, port2 } = new MessageChannel();
        port1.on('message', (text: string) => port1.postMessage(text.toUpperCase()));
        const { buffer } = Uint8Array.of(4, 5);
        port.postMessage({ blob: new Blob(['text'], { type: 'text/plain' }), buffer, port: port2 }, [buffer, port2]);
      });
      const found = await run(exchanged.window, async () => {
        const { data } = await new Promise<MessageEvent>((resolve) => (exchange.kept.onmessage = resolve));
        const { blob, buffer, port } = data;
        port.postMessage('answer');
        const answer = await new Promise<MessageEvent>((resolve) => (port.onmessage = resolve));
        return [blob instanceof Blob, blob.type, await blob.text(), [...new Uint8Array(buffer)], answer.data];
      });
      expect(found).to.deep.equal([true, 'text/plain', 'text', [4, 5], 'ANSWER']);
    });

    it('what Chromium cannot have is a messageerror, and the next message arrives', async () => {
      const exchanged = await openExchange();
      await workerFor(exchanged, (port) => {
        port.once('message', () => {
          port.postMessage({ shared: new SharedArrayBuffer(1) });
          port.postMessage('after');
        });
      });
      const events = await run(
        exchanged.window,
        () =>
          new Promise((resolve) => {
            const port: MessagePort = exchange.kept;
            const events: unknown[] = [];
            port.onmessageerror = ({ type }) => events.push(type);
            port.onmessage = ({ data }) => {
              events.push(data);
              resolve(events);
            };
            port.postMessage(null);
          })
      );
      expect(events).to.deep.equal(['messageerror', 'after']);
    });
  });

  describe('a FileHandle', () => {
    it('of the main process is Node’s own in the worker', async () => {
      const { port1, port2 } = openChannel();
      const { handle, isOpen, closed } = await openFile('text');
      const worker = startWorker(port2.toWorkerPort(), (port) => {
        const { parentPort } = require('node:worker_threads');
        port.once('message', async ({ list: [handle], after }) => {
          parentPort.postMessage([handle.constructor.name, handle.fd >= 0, await handle.readFile('utf8'), after]);
          port.once('message', () => handle.close());
        });
      });
      const told = said(worker);
      port1.postMessage({ list: [handle], after: 1 }, [handle]);
      expect(handle.fd).to.equal(-1);
      expect(await told).to.deep.equal(['FileHandle', true, 'text', 1]);
      expect(isOpen()).to.equal(true);
      port1.postMessage('close');
      await closed();
    });

    it('of the main process comes by a port of worker_threads in the list, too', async () => {
      const { port1, port2 } = openChannel();
      const { port1: given, port2: carried } = new MessageChannel();
      const { handle } = await openFile('text');
      const worker = startWorker(given, (port) => {
        const { parentPort } = require('node:worker_threads');
        port.on('message', async ({ handle }) => {
          parentPort.postMessage(await handle.readFile('utf8'));
          await handle.close();
        });
      });
      port1.postMessage(null, [carried]);
      port2.start();
      const [{ ports }] = await once(port2, 'message');
      const told = said(worker);
      ports[0].postMessage({ handle }, [handle]);
      expect(await told).to.equal('text');
    });

    it('of the worker is a TransferredFile in a renderer, which closes it', async () => {
      const exchanged = await openExchange();
      const { path, text } = await openFile('before');
      const worker = await workerFor(exchanged, (port) => {
        const { fstatSync } = require('node:fs');
        const { open } = require('node:fs/promises');
        const { parentPort } = require('node:worker_threads');
        port.once('message', async (path) => {
          const handle = await open(path, 'r+');
          const { fd } = handle;
          port.postMessage({ file: handle }, [handle]);
          port.once('message', () => {
            try {
              parentPort.postMessage(fstatSync(fd).isFile());
            } catch (error) {
              parentPort.postMessage((error as NodeJS.ErrnoException).code);
            }
          });
        });
      });
      const told = said(worker);
      const before = await run(
        exchanged.window,
        async (path) => {
          exchange.kept.postMessage(path);
          const { data } = await new Promise<MessageEvent>((resolve) => (exchange.kept.onmessage = resolve));
          const file = TransferredFile.from(data.file);
          const before = await (await file.file()).text();
          const writer = file.writable({ truncate: true }).getWriter();
          await writer.write('after');
          await file.close();
          exchange.kept.postMessage('closed');
          return before;
        },
        path
      );
      expect(before).to.equal('before');
      expect(await told).to.equal('EBADF');
      expect(text()).to.equal('after');
    });

    it('of one worker is Node’s own in another', async () => {
      const { port1, port2 } = new MessageChannelMain();
      const { path } = await openFile('text');
      const reader = startWorker(port1.toWorkerPort(), (port) => {
        const { parentPort } = require('node:worker_threads');
        port.on('message', async (handle) => {
          parentPort.postMessage([handle.constructor.name, await handle.readFile('utf8')]);
          await handle.close();
        });
      });
      const opener = startWorker(port2.toWorkerPort(), (port) => {
        const { open } = require('node:fs/promises');
        const { parentPort } = require('node:worker_threads');
        parentPort.once('message', async (path: string) => {
          const handle = await open(path);
          port.postMessage(handle, [handle]);
        });
      });
      const told = said(reader);
      opener.postMessage(path);
      expect(await told).to.deep.equal(['FileHandle', 'text']);
    });

    it('of another process is a messageerror in the worker, and is closed', async () => {
      const folder = temporaryFolder({
        'file.txt': 'text',
        'script.cjs': `
          const { fstatSync } = require('node:fs');
          const { open } = require('node:fs/promises');
          process.parentPort.once('message', async ({ ports: [port] }) => {
            const handle = await open(__dirname + '/file.txt');
            const { fd } = handle;
            port.postMessage(handle, [handle]);
            const isOpen = () => { try { return fstatSync(fd).isFile(); } catch { return false; } };
            const wait = () => isOpen() ? setTimeout(wait) : process.parentPort.postMessage('closed');
            wait();
          });`
      });
      await expectRefused(folder, 'closed');
    });

    it('of another process is refused with what came beside it, which is let go', async () => {
      const folder = temporaryFolder({
        'file.txt': 'text',
        'script.cjs': `
          const { once } = require('node:events');
          const { open } = require('node:fs/promises');
          const { MessageChannelMain } = require('electron');
          process.parentPort.once('message', async ({ ports: [port] }) => {
            const handle = await open(__dirname + '/file.txt');
            const { port1, port2 } = new MessageChannelMain();
            const closed = once(port2, 'close');
            let stream;
            const cancelled = new Promise((cancel) => (stream = new ReadableStream({ cancel })));
            port.postMessage([port1, stream, handle], [port1, stream, handle]);
            await Promise.all([closed, cancelled]);
            process.parentPort.postMessage('let go');
          });`
      });
      await expectRefused(folder, 'let go');
    });
  });
});
