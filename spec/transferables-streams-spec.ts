import { ipcMain, MessageChannelMain } from 'electron/main';

import { expect } from 'chai';

import { once } from 'node:events';

import { openExchange } from './lib/exchange';
import { openChannel } from './lib/ports';
import { closeAllWindows, closeWindow, openWindow, run } from './lib/windows';

import type { Exchange } from './lib/exchange';

const gone = 'NetworkError: The other end of the stream is gone.';

/** What a promise rejects with, as text. */
const reasonOf = (promise: Promise<unknown>): Promise<string> => promise.then(() => 'nothing', String);

async function readAll(stream: AsyncIterable<unknown>): Promise<unknown[]> {
  const chunks: unknown[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

/** A stream of 0, 1, 2, ... for as long as it is read, and what it was cancelled with. */
function endlessStream(highWaterMark = 1) {
  const state = { produced: 0, cancelled: undefined as Promise<unknown> | undefined };
  let onCancel: (reason: unknown) => void;
  state.cancelled = new Promise((resolve) => (onCancel = resolve));
  const stream = new ReadableStream(
    {
      pull(controller) {
        controller.enqueue(state.produced++);
      },
      cancel: (reason) => onCancel(reason)
    },
    { highWaterMark }
  );
  return { stream, state };
}

/** Has the page send a stream of numbers that counts what it produced and keeps what it was cancelled with. */
function sendEndlessStream({ window }: Exchange) {
  return run(window, () => {
    const kept: any = (exchange.kept = { produced: 0 });
    kept.cancelled = new Promise((resolve) => (kept.onCancel = resolve));
    const stream = new ReadableStream({
      pull: (controller) => controller.enqueue(kept.produced++),
      cancel: (reason) => kept.onCancel(String(reason))
    });
    exchange.port.postMessage(stream, [stream]);
  });
}

describe('transferring streams', () => {
  afterEach(closeAllWindows);

  describe('a ReadableStream of a renderer', () => {
    it('is read as far ahead as between two renderers: one chunk, and what its own queue holds', async () => {
      const { window, port, next } = await openExchange();
      for (const highWaterMark of [0, 1, 2]) {
        await run(
          window,
          (highWaterMark) => {
            const kept: any = (exchange.kept = { produced: 0 });
            const stream = new ReadableStream(
              { pull: (controller) => controller.enqueue(kept.produced++) },
              { highWaterMark }
            );
            exchange.port.postMessage(stream, [stream]);
          },
          highWaterMark
        );
        const stream = (await next()) as ReadableStream;
        const reader = stream.getReader();
        expect((await reader.read()).value).to.equal(0);
        // Whatever was asked for is there by the time that the page answers.
        for (let turn = 0; turn < 3; turn++) await run(window, () => new Promise((resolve) => setTimeout(resolve, 20)));
        expect(await run(window, () => exchange.kept.produced)).to.equal(2 + highWaterMark);
        await reader.cancel();
      }
      port.close();
    });

    it('brings its last chunks and then its end, though it ended before anybody read', async () => {
      const { window, next } = await openExchange();
      await run(window, () => {
        const stream = new ReadableStream({
          start(controller) {
            for (let chunk = 0; chunk < 50; chunk++) controller.enqueue(chunk);
            controller.close();
          }
        });
        exchange.port.postMessage(stream, [stream]);
      });
      const chunks = [];
      for await (const chunk of (await next()) as ReadableStream) chunks.push(chunk);
      expect(chunks).to.deep.equal(Array.from({ length: 50 }, (_, index) => index));
    });

    it('is a web stream of Node’s in the main process, with every chunk in order', async () => {
      const { window, next } = await openExchange();
      const locked = await run(window, () => {
        const chunks = ['text', { map: new Map([[1, 'one']]) }, Uint8Array.of(1, 2), undefined];
        const stream = new ReadableStream({
          start(controller) {
            for (const chunk of chunks) controller.enqueue(chunk);
          }
        });
        exchange.port.postMessage({ nested: [stream] }, [stream]);
        return stream.locked;
      });
      expect(locked).to.equal(true);
      const stream = (await next()).nested[0];
      expect(stream).to.be.an.instanceOf(ReadableStream);
      const reader = stream.getReader();
      expect((await reader.read()).value).to.equal('text');
      expect((await reader.read()).value.map.get(1)).to.equal('one');
      expect((await reader.read()).value).to.deep.equal(Uint8Array.of(1, 2));
      expect(await reader.read()).to.deep.equal({ value: undefined, done: false });
    });

    it('closes when it is closed', async () => {
      const { window, next } = await openExchange();
      await run(window, () => {
        const stream = new Blob(['x'.repeat(300_000)]).stream();
        exchange.port.postMessage(stream, [stream]);
      });
      const chunks = (await readAll(await next())) as Uint8Array[];
      expect(Buffer.concat(chunks).toString()).to.equal('x'.repeat(300_000));
    });

    it('fails with the error that it fails with', async () => {
      const { window, next } = await openExchange();
      await run(window, () => {
        const stream = new ReadableStream({
          pull: (controller) => controller.error(new RangeError('out of chunks'))
        });
        exchange.port.postMessage(stream, [stream]);
      });
      expect(await reasonOf((await next()).getReader().read())).to.equal('RangeError: out of chunks');
    });

    it('is cancelled with the reason that the main process gives', async () => {
      const exchanged = await openExchange();
      await sendEndlessStream(exchanged);
      const stream = await exchanged.next();
      await stream.cancel(new TypeError('enough'));
      expect(await run(exchanged.window, () => exchange.kept.cancelled)).to.equal('TypeError: enough');
    });

    it('produces no more than is asked for', async () => {
      const exchanged = await openExchange();
      await sendEndlessStream(exchanged);
      const reader = (await exchanged.next()).getReader();
      for (let count = 0; count < 100; count++) expect((await reader.read()).value).to.equal(count);
      // What is on its way has arrived once a message that was sent later has.
      for (let turn = 0; turn < 3; turn++) {
        await run(exchanged.window, () => exchange.port.postMessage('later'));
        expect(await exchanged.next()).to.equal('later');
      }
      expect(await run(exchanged.window, () => exchange.kept.produced)).to.be.within(100, 110);
    });

    it('fails when its renderer is killed', async () => {
      const exchanged = await openExchange();
      await sendEndlessStream(exchanged);
      const reader = (await exchanged.next()).getReader();
      await reader.read();
      process.kill(exchanged.window.webContents.getOSProcessId(), 'SIGKILL');
      let reason = 'nothing';
      while (reason === 'nothing') reason = await reasonOf(reader.read());
      expect(reason).to.equal(gone);
    });

    it('fails when its document is left', async () => {
      const exchanged = await openExchange();
      await run(exchanged.window, () => {
        const stream = new ReadableStream();
        exchange.port.postMessage(stream, [stream]);
      });
      const reading = reasonOf((await exchanged.next()).getReader().read());
      await exchanged.window.loadURL('about:blank');
      expect(await reading).to.equal(gone);
    });

    it('outlives the port that it came by', async () => {
      const exchanged = await openExchange();
      await sendEndlessStream(exchanged);
      const reader = (await exchanged.next()).getReader();
      const closed = once(exchanged.port, 'close');
      await run(exchanged.window, () => exchange.port.close());
      await closed;
      for (let count = 0; count < 20; count++) expect((await reader.read()).value).to.equal(count);
    });

    it('can be sent on to another renderer, and cancelled from there', async () => {
      const [one, other] = [await openExchange(), await openExchange()];
      await sendEndlessStream(one);
      const stream = await one.next();
      other.port.postMessage(stream, [stream]);
      expect(stream.locked).to.equal(true);
      const first = await run(other.window, async () => {
        const reader = (await exchange.next()).getReader();
        const values = [await reader.read(), await reader.read()].map(({ value }) => value);
        reader.cancel('seen enough');
        return values;
      });
      expect(first).to.deep.equal([0, 1]);
      expect(await run(one.window, () => exchange.kept.cancelled)).to.equal('seen enough');
    });

    it('arrives over ipcRenderer.postMessage', async () => {
      const window = await openWindow();
      const sent = once(ipcMain, 'stream');
      await run(window, () => {
        const stream = new Blob(['by ipc']).stream();
        require('electron').ipcRenderer.postMessage('stream', { stream }, [stream]);
      });
      const [event, { stream }] = await sent;
      expect(event.ports).to.deep.equal([]);
      expect(Buffer.concat((await readAll(stream)) as Uint8Array[]).toString()).to.equal('by ipc');
    });
  });

  describe('a ReadableStream of the main process', () => {
    it('is a ReadableStream in a renderer, with every chunk, and closes', async () => {
      const { window, port } = await openExchange();
      const stream = new ReadableStream({
        start(controller) {
          controller.enqueue('one');
          controller.enqueue({ two: 2n });
          controller.close();
        }
      });
      const { port1, port2 } = new MessageChannelMain();
      port.postMessage({ stream, port2 }, [stream, port2]);
      port1.close();
      const result = await run(window, async () => {
        const { stream, port2 } = await exchange.next();
        const chunks: any[] = [];
        for await (const chunk of stream) chunks.push(chunk);
        return [stream instanceof ReadableStream, port2 instanceof MessagePort, chunks[0], String(chunks[1].two)];
      });
      expect(result).to.deep.equal([true, true, 'one', '2']);
    });

    it('fails in the renderer with the error that it fails with', async () => {
      const { window, port } = await openExchange();
      const stream = new ReadableStream({
        pull: (controller) => controller.error(new RangeError('no more'))
      });
      port.postMessage(stream, [stream]);
      const reason = await run(window, async () => (await exchange.next()).getReader().read().catch(String));
      expect(reason).to.equal('RangeError: no more');
    });

    it('fails at both ends for a chunk that cannot be cloned, saying where', async () => {
      const { window, port } = await openExchange();
      let cancelled: unknown;
      const stream = new ReadableStream({
        pull: (controller) => controller.enqueue({ list: [() => {}] }),
        cancel: (reason) => {
          cancelled = reason;
        }
      });
      port.postMessage(stream, [stream]);
      const reason = await run(window, async () => (await exchange.next()).getReader().read().catch(String));
      const expected = 'DataCloneError: An object could not be cloned: chunk.list[0] is a function.';
      expect(reason).to.equal(expected);
      expect(String(cancelled)).to.equal(expected);
    });

    it('is cancelled with the reason that the renderer gives', async () => {
      const { window, port } = await openExchange();
      const { stream, state } = endlessStream();
      port.postMessage(stream, [stream]);
      await run(window, async () => (await exchange.next()).cancel('not wanted'));
      expect(await state.cancelled).to.equal('not wanted');
    });

    it('produces no more than is asked for', async () => {
      const { window, port, next } = await openExchange();
      const { stream, state } = endlessStream(0);
      port.postMessage(stream, [stream]);
      const sum = await run(window, async () => {
        const reader = (await exchange.next()).getReader();
        let sum = 0;
        for (let count = 0; count < 100; count++) sum += (await reader.read()).value;
        exchange.kept = reader;
        return sum;
      });
      expect(sum).to.equal(4950);
      for (let turn = 0; turn < 3; turn++) {
        await run(window, () => exchange.port.postMessage('later'));
        expect(await next()).to.equal('later');
      }
      expect(state.produced).to.be.within(100, 110);
    });

    it('is cancelled when the renderer that has it is killed', async () => {
      const { window, port } = await openExchange();
      const { stream, state } = endlessStream();
      port.postMessage(stream, [stream]);
      await run(window, async () => {
        exchange.kept = (await exchange.next()).getReader();
        await exchange.kept.read();
      });
      process.kill(window.webContents.getOSProcessId(), 'SIGKILL');
      expect(String(await state.cancelled)).to.equal(gone);
    });

    it('is cancelled when the window that has it is closed, also one that came over webContents.postMessage', async () => {
      const window = await openWindow();
      const { stream, state } = endlessStream();
      const arrived = once(ipcMain, 'arrived');
      await run(window, () => {
        const { ipcRenderer } = require('electron');
        ipcRenderer.once('stream', async (_event: unknown, stream: ReadableStream) => {
          await stream.getReader().read();
          ipcRenderer.send('arrived');
        });
      });
      window.webContents.postMessage('stream', stream, [stream]);
      await arrived;
      await closeWindow(window);
      expect(String(await state.cancelled)).to.equal(gone);
    });
  });

  describe('a WritableStream', () => {
    it('of a renderer can be written in the main process, and closed', async () => {
      const { window, next } = await openExchange();
      await run(window, () => {
        exchange.kept = [];
        const stream = new WritableStream({
          write(chunk) {
            exchange.kept.push(chunk);
          },
          close() {
            exchange.kept.push('closed');
          }
        });
        exchange.port.postMessage(stream, [stream]);
      });
      const stream = await next();
      expect(stream).to.be.an.instanceOf(WritableStream);
      const writer = stream.getWriter();
      for (const chunk of ['a', 'b', 'c']) await writer.write(chunk);
      await writer.close();
      await run(window, async () => {
        while (exchange.kept.at(-1) !== 'closed') await new Promise((resolve) => setTimeout(resolve));
      });
      expect(await run(window, () => exchange.kept)).to.deep.equal(['a', 'b', 'c', 'closed']);
    });

    it('of the main process can be written in a renderer, and closed', async () => {
      const { window, port } = await openExchange();
      const chunks: unknown[] = [];
      let onClose = () => {};
      const closed = new Promise<void>((resolve) => (onClose = resolve));
      const stream = new WritableStream({
        write(chunk) {
          chunks.push(chunk);
        },
        close: () => onClose()
      });
      port.postMessage(stream, [stream]);
      expect(stream.locked).to.equal(true);
      await run(window, async () => {
        const writer = (await exchange.next()).getWriter();
        for (const chunk of [1, 2, 3]) await writer.write(chunk);
        await writer.close();
      });
      await closed;
      expect(chunks).to.deep.equal([1, 2, 3]);
    });

    it('that is slow in the main process holds the renderer that writes', async () => {
      const { window, port, next } = await openExchange();
      let release = () => {};
      const stream = new WritableStream({ write: () => new Promise<void>((resolve) => (release = resolve)) });
      port.postMessage(stream, [stream]);
      await run(window, async () => {
        exchange.kept = 0;
        const writer = (await exchange.next()).getWriter();
        const write = async () => {
          for (;;) {
            await writer.ready;
            exchange.kept++;
            await writer.write('chunk');
          }
        };
        // Until the window is closed.
        write().catch(() => {});
      });
      for (let turn = 0; turn < 5; turn++) {
        await run(window, () => exchange.port.postMessage('later'));
        await next();
      }
      expect(await run(window, () => exchange.kept)).to.be.below(10);
      release();
    });

    it('fails for the renderer that writes with the error that the main process has', async () => {
      const { window, port } = await openExchange();
      const stream = new WritableStream({
        write() {
          throw new RangeError('disk full');
        }
      });
      port.postMessage(stream, [stream]);
      const reason = await run(window, async () => {
        const writer = (await exchange.next()).getWriter();
        writer.write('x').catch(() => {});
        return writer.closed.catch(String);
      });
      expect(reason).to.equal('RangeError: disk full');
    });

    it('of the main process is aborted with the reason that the renderer gives', async () => {
      const { window, port } = await openExchange();
      let onAbort: (reason: unknown) => void;
      const aborted = new Promise((resolve) => (onAbort = resolve));
      const stream = new WritableStream({ abort: (reason) => onAbort(reason) });
      port.postMessage(stream, [stream]);
      await run(window, async () => (await exchange.next()).abort(new TypeError('changed my mind')));
      expect(String(await aborted)).to.equal('TypeError: changed my mind');
    });

    it('fails in the main process when its renderer is killed', async () => {
      const { window, next } = await openExchange();
      await run(window, () => {
        const stream = new WritableStream();
        exchange.port.postMessage(stream, [stream]);
      });
      const writer = (await next()).getWriter();
      await writer.write('x');
      process.kill(window.webContents.getOSProcessId(), 'SIGKILL');
      expect(await reasonOf(writer.closed)).to.equal(gone);
    });
  });

  describe('a TransformStream', () => {
    it('of the main process transforms what a renderer writes', async () => {
      const { window, port } = await openExchange();
      const stream = new TransformStream({
        transform(chunk, controller) {
          controller.enqueue(chunk * 2);
          controller.enqueue(chunk * 3);
        },
        flush: (controller) => controller.enqueue('end')
      });
      port.postMessage({ stream }, [stream]);
      expect([stream.readable.locked, stream.writable.locked]).to.deep.equal([true, true]);
      const result = await run(window, async () => {
        const { stream } = await exchange.next();
        const numbers = new ReadableStream({
          start(controller) {
            for (const number of [1, 2, 3]) controller.enqueue(number);
            controller.close();
          }
        });
        const chunks: unknown[] = [stream instanceof TransformStream];
        for await (const chunk of numbers.pipeThrough(stream)) chunks.push(chunk);
        return chunks;
      });
      expect(result).to.deep.equal([true, 2, 3, 4, 6, 6, 9, 'end']);
    });

    it('of a renderer transforms what the main process writes', async () => {
      const { window, next } = await openExchange();
      await run(window, () => {
        const stream = new TransformStream({ transform: (chunk, controller) => controller.enqueue(`${chunk}!`) });
        exchange.port.postMessage(stream, [stream]);
      });
      const stream = await next();
      expect(stream).to.be.an.instanceOf(TransformStream);
      const words = new ReadableStream({
        start(controller) {
          for (const word of ['a', 'b']) controller.enqueue(word);
          controller.close();
        }
      });
      expect(await readAll(words.pipeThrough(stream))).to.deep.equal(['a!', 'b!']);
    });

    it('that came is transferred on by Node.js as what it shows', async () => {
      const { port1, port2 } = openChannel();
      const stream = new TransformStream({ transform: (chunk, controller) => controller.enqueue(chunk.toUpperCase()) });
      port2.start();
      port1.postMessage(stream, [stream]);
      const [{ data }] = await once(port2, 'message');
      const { readable, writable } = data;
      const again: TransformStream = structuredClone(data, { transfer: [data] });
      expect([readable.locked, writable.locked]).to.deep.equal([true, true]);
      const writer = again.writable.getWriter();
      void writer.write('abc').then(() => writer.close());
      expect(await readAll(again.readable)).to.deep.equal(['ABC']);
    });
  });

  describe('that cannot be transferred', () => {
    it('is refused when it is locked, by its place in the list, and nothing is lost', async () => {
      const { window, port, next } = await openExchange();
      const locked = new ReadableStream();
      locked.getReader();
      const buffer = new ArrayBuffer(8);
      const { port1, port2 } = new MessageChannelMain();
      const free = new WritableStream();
      expect(() => port.postMessage(null, [port2, buffer, free, locked]))
        .to.throw('ReadableStream at index 3 is locked.')
        .with.property('name', 'DataCloneError');
      expect([buffer.byteLength, free.locked]).to.deep.equal([8, false]);
      port1.start();
      port2.postMessage('alive');
      expect((await once(port1, 'message'))[0].data).to.equal('alive');

      const inRenderer = await run(window, () => {
        const stream = new TransformStream();
        stream.writable.getWriter();
        const buffer = new ArrayBuffer(8);
        try {
          require('electron').ipcRenderer.postMessage('x', null, [buffer, stream]);
          return 'nothing thrown';
        } catch (error) {
          return `${error} ${buffer.byteLength}`;
        }
      });
      expect(inRenderer).to.equal('DataCloneError: TransformStream at index 1 is locked. 8');
      await run(window, () => exchange.port.postMessage('alive'));
      expect(await next()).to.equal('alive');
    });

    it('is refused a second time', async () => {
      const { port } = await openExchange();
      const stream = new ReadableStream();
      port.postMessage(null, [stream]);
      expect(() => port.postMessage(null, [stream])).to.throw('ReadableStream at index 0 is locked.');
    });

    it('is refused when it is in the list twice, also as a side of a TransformStream', () => {
      const { port1 } = new MessageChannelMain();
      const stream = new WritableStream();
      expect(() => port1.postMessage(null, [stream, stream])).to.throw('WritableStream at index 1 is a duplicate.');
      const transform = new TransformStream();
      expect(() => port1.postMessage(null, [transform, transform.readable])).to.throw(
        'ReadableStream at index 1 is a duplicate.'
      );
      expect(() => port1.postMessage(null, [transform.writable, transform])).to.throw(
        'TransformStream at index 1 is a duplicate.'
      );
      expect([stream.locked, transform.readable.locked, transform.writable.locked]).to.deep.equal([
        false,
        false,
        false
      ]);
      port1.close();
    });

    it('is refused when it is in the message only, saying where', () => {
      const { port1 } = new MessageChannelMain();
      expect(() => port1.postMessage({ a: [new ReadableStream()] })).to.throw(
        'An object could not be cloned: message.a[0] is a ReadableStream that is not in the transfer list.'
      );
      port1.close();
    });
  });

  it('works between two ports of the main process', async () => {
    const { port1, port2 } = new MessageChannelMain();
    const { stream, state } = endlessStream();
    const arrived = once(port2, 'message');
    port2.start();
    port1.postMessage(stream, [stream]);
    const [{ data }] = await arrived;
    const reader = data.getReader();
    expect([await reader.read(), await reader.read()].map(({ value }) => value)).to.deep.equal([0, 1]);
    await reader.cancel('done');
    expect(await state.cancelled).to.equal('done');
    port1.close();
  });

  it('stays whole in a message that travels on unread with its port', async () => {
    const [one, other] = [await openExchange(), await openExchange()];
    await run(one.window, () => {
      const { port1, port2 } = new MessageChannel();
      const stream = new Blob(['unread']).stream();
      port1.postMessage({ stream, blob: new Blob(['blob']) }, [stream]);
      exchange.port.postMessage({ port2 }, [port2]);
    });
    const { port2 } = await one.next();
    // Watched for its end, so that the message is fetched, and not started.
    port2.on('close', () => {});
    await run(one.window, () => exchange.port.postMessage('later'));
    await one.next();
    other.port.postMessage({ port2 }, [port2]);
    const text = await run(other.window, async () => {
      const { port2 } = await exchange.next();
      const { stream, blob } = await new Promise<any>(
        (resolve) => (port2.onmessage = ({ data }: any) => resolve(data))
      );
      return (await new Response(stream).text()) + (await blob.text());
    });
    expect(text).to.equal('unreadblob');
  });
});
