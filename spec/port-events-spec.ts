import { MessageChannelMain } from 'electron/main';

import { expect } from 'chai';

import { on, once } from 'node:events';

describe('a MessagePortMain and the helpers of node:events', () => {
  it('resolves once(port, "message") with the next message', async () => {
    const { port1, port2 } = new MessageChannelMain();
    port2.postMessage('one');
    port2.postMessage('two');
    port1.start();
    const [{ data }] = await once(port1, 'message');
    expect(data).to.equal('one');
    expect(port1.listenerCount('message')).to.equal(0);
  });

  it('resolves once(port, "close") on a port that was never started', async () => {
    const { port1, port2 } = new MessageChannelMain();
    const closed = once(port1, 'close');
    port2.close();
    const [{ type, target }] = await closed;
    expect(type).to.equal('close');
    expect(target).to.equal(port1);
  });

  it('rejects once() when its signal aborts, and leaves no listener', async () => {
    const { port1 } = new MessageChannelMain();
    const controller = new AbortController();
    const waiting = once(port1, 'message', { signal: controller.signal });
    controller.abort();
    const error = await waiting.catch((reason) => reason);
    expect(error.name).to.equal('AbortError');
    expect(port1.listenerCount('message')).to.equal(0);
  });

  it('can be iterated with on(), to the last message before the channel closes', async () => {
    const { port1, port2 } = new MessageChannelMain();
    const messages = on(port1, 'message', { close: ['close'] });
    port1.start();
    for (const data of [1, 2, 3]) port2.postMessage(data);
    port2.close();
    const received = [];
    for await (const [{ data }] of messages) {
      received.push(data);
      // Slower than the messages come.
      await new Promise(setImmediate);
    }
    expect(received).to.deep.equal([1, 2, 3]);
  });

  it('loses its listeners when the iteration is left', async () => {
    const { port1, port2 } = new MessageChannelMain();
    port2.postMessage('first');
    const messages = on(port1, 'message', { close: ['close'] });
    port1.start();
    for await (const [{ data }] of messages) {
      expect(data).to.equal('first');
      break;
    }
    expect(port1.listenerCount('message')).to.equal(0);
    expect(port1.listenerCount('close')).to.equal(0);
  });

  it('is not iterable itself, as no port of the web or of Node.js is', () => {
    const { port1 } = new MessageChannelMain();
    expect(Symbol.asyncIterator in port1).to.equal(false);
  });
});
