import { expect } from 'chai';

import { once } from 'node:events';

import { joinSides } from '../../runtime/hub/join-sides';

/** A TransformStream that is put together of the sides of another one is as good as that. */
describe('two sides that are joined', () => {
  const join = (transformer: Transformer, ...strategies: QueuingStrategy[]) => {
    const { readable, writable } = new TransformStream(transformer, ...strategies);
    return joinSides(readable, writable);
  };

  async function readAll(readable: ReadableStream): Promise<unknown[]> {
    const chunks: unknown[] = [];
    for await (const chunk of readable as AsyncIterable<unknown>) chunks.push(chunk);
    return chunks;
  }

  it('give what was given before the transform took no more', async () => {
    const { readable, writable } = join({
      transform(chunk, controller) {
        controller.enqueue(chunk);
        controller.terminate();
      }
    });
    const writer = writable.getWriter();
    writer.closed.catch(() => {});
    writer.write('last').catch(() => {});
    expect(await readAll(readable)).to.deep.equal(['last']);
  });

  it('fail with what the transform throws', async () => {
    const { readable, writable } = join({
      transform() {
        throw new Error('on purpose');
      }
    });
    const writer = writable.getWriter();
    writer.closed.catch(() => {});
    writer.write('first').catch(() => {});
    const error = await readAll(readable).catch((error: Error) => error.message);
    expect(error).to.equal('on purpose');
  });

  it('pass a cancel on with its reason while a chunk waits for room, and wait no more', async () => {
    const cancelled = new EventTarget();
    const source = new ReadableStream({
      start(controller) {
        for (const chunk of ['a', 'b', 'c']) controller.enqueue(chunk);
      },
      cancel: (reason) => void cancelled.dispatchEvent(new CustomEvent('cancelled', { detail: reason }))
    });
    const { readable } = joinSides(source, new WritableStream());
    const reader = readable.getReader();
    expect((await reader.read()).value).to.equal('a');
    const told = once(cancelled, 'cancelled');
    await reader.cancel('enough');
    const [{ detail }] = await told;
    expect(detail).to.equal('enough');
  });
});
