import { streamTransfer } from '@electron/internal/browser/streams/stream-transfer';

import { expect } from 'chai';

import { once } from 'node:events';
import { ReadableStream, TransformStream, WritableStream } from 'node:stream/web';

import { openChannel } from '../lib/ports';

/** Sends a stream as a binding does, and returns what the other side makes of it. */
function transfer(stream: object): any {
  const kind = streamTransfer.classOf(stream)!;
  const channels = kind === 'TransformStream' ? [openChannel(), openChannel()] : [openChannel()];
  streamTransfer.send(
    stream,
    channels.map(({ port1 }) => port1)
  );
  return streamTransfer.receive(
    kind,
    channels.map(({ port2 }) => port2)
  );
}

// What the fork transfers streams with, here over the ports of the stock runtime, which has a shorter way of its own.
describe('streamTransfer', () => {
  it('knows web streams from everything else', () => {
    expect(streamTransfer.classOf(new ReadableStream())).to.equal('ReadableStream');
    expect(streamTransfer.classOf(new WritableStream())).to.equal('WritableStream');
    expect(streamTransfer.classOf(new TransformStream())).to.equal('TransformStream');
    expect(streamTransfer.classOf({})).to.equal(undefined);
    expect(streamTransfer.classOf(Object.create(ReadableStream.prototype))).to.equal(undefined);
  });

  it('says why a stream cannot be transferred', () => {
    const readable = new ReadableStream();
    const transform = new TransformStream();
    const problems = (...streams: object[]) => {
      const seen = new Set<object>();
      return streams.map((stream) => streamTransfer.problemOf(stream, seen));
    };
    expect(problems(readable, transform)).to.deep.equal([undefined, undefined]);
    expect(problems(transform.readable, transform)).to.deep.equal([undefined, 'is a duplicate.']);
    expect(problems(transform, transform.writable)).to.deep.equal([undefined, 'is a duplicate.']);
    readable.getReader();
    expect(problems(readable)).to.deep.equal(['is locked.']);
    transform.writable.getWriter();
    expect(problems(transform)).to.deep.equal(['is locked.']);
  });

  it('runs nothing of the app while it sends, but the stream itself', () => {
    const calls: string[] = [];
    const readable = new ReadableStream();
    const transform = new TransformStream();
    Object.defineProperty(readable, 'pipeTo', { value: () => calls.push('pipeTo') });
    Object.defineProperty(readable, 'locked', { get: () => calls.push('locked') });
    Object.defineProperty(transform, 'readable', { get: () => calls.push('readable') });
    Object.defineProperty(ReadableStream, Symbol.hasInstance, {
      value: () => Boolean(calls.push('hasInstance')),
      configurable: true
    });
    try {
      for (const stream of [readable, transform]) {
        expect(streamTransfer.problemOf(stream, new Set())).to.equal(undefined);
        transfer(stream);
        expect(streamTransfer.problemOf(stream, new Set())).to.equal('is locked.');
      }
    } finally {
      Reflect.deleteProperty(ReadableStream, Symbol.hasInstance);
    }
    expect(calls).to.deep.equal([]);
  });

  it('moves a ReadableStream, chunk by chunk as it is read', async () => {
    let produced = 0;
    const source = new ReadableStream({
      pull(controller) {
        if (produced === 5) controller.close();
        else controller.enqueue({ chunk: produced++ });
      }
    });
    const reader = transfer(source).getReader();
    expect(source.locked).to.equal(true);
    expect(await reader.read()).to.deep.equal({ value: { chunk: 0 }, done: false });
    // One that was read, one that the source holds ready, and one on its way at most.
    expect(produced).to.be.at.most(3);
    for (let chunk = 1; chunk < 5; chunk++) expect((await reader.read()).value).to.deep.equal({ chunk });
    expect((await reader.read()).done).to.equal(true);
  });

  it('tells the source why its reader cancelled', async () => {
    let cancelled!: (reason: unknown) => void;
    const reason = new Promise((resolve) => (cancelled = resolve));
    await transfer(new ReadableStream({ cancel: cancelled })).cancel('enough');
    expect(await reason).to.equal('enough');
  });

  it('moves a WritableStream and its end', async () => {
    const written: unknown[] = [];
    let closed!: () => void;
    const isClosed = new Promise<void>((resolve) => (closed = resolve));
    const sink = new WritableStream({
      write(chunk) {
        written.push(chunk);
      },
      close: closed
    });
    const writer = transfer(sink).getWriter();
    await writer.write(1);
    await writer.write('two');
    await writer.close();
    await isClosed;
    expect(written).to.deep.equal([1, 'two']);
  });

  it('moves both sides of a TransformStream', async () => {
    const { readable, writable } = transfer(
      new TransformStream({ transform: (chunk, controller) => controller.enqueue(chunk * 2) })
    );
    const writer = writable.getWriter();
    const reader = readable.getReader();
    for (const chunk of [1, 2, 3]) {
      const written = writer.write(chunk);
      expect((await reader.read()).value).to.equal(chunk * 2);
      await written;
    }
    await writer.close();
    expect((await reader.read()).done).to.equal(true);
  });

  it('fails a stream whose other end went away', async () => {
    const { port1, port2 } = openChannel();
    const stream = streamTransfer.receive('ReadableStream', [port2]) as ReadableStream;
    const read = stream.getReader().read().catch(String);
    port1.close();
    await once(port1, 'close');
    expect(await read).to.equal('NetworkError: The other end of the stream is gone.');
  });

  it('fails both ends for a chunk that cannot be cloned', async () => {
    let cancelled!: (reason: unknown) => void;
    const reason = new Promise((resolve) => (cancelled = resolve));
    const source = new ReadableStream({ pull: (controller) => controller.enqueue(() => {}), cancel: cancelled });
    const error = await transfer(source).getReader().read().catch(String);
    expect(error).to.match(/^DataCloneError: An object could not be cloned/);
    expect(String(await reason)).to.match(/^DataCloneError: An object could not be cloned/);
  });

  it('fails a stream whose other end sends what nobody asked for, and keeps none of it', async () => {
    const { port1, port2 } = openChannel();
    const told = once(port1, 'message');
    port1.start();
    const reader = streamTransfer.receive('ReadableStream', [port2]) as ReadableStream;
    port1.postMessage({ t: 1, v: 'chunk' });
    expect((await told)[0].data).to.have.property('t', 3);
    const error = await reader.getReader().read().catch(String);
    expect(error).to.equal('DataCloneError: A chunk of the stream could not be read: it was not asked for');
  });
});
