import { MessageChannelMain } from 'electron/main';

import { expect } from 'chai';

import { on, once } from 'node:events';
import { inspect } from 'node:util';

import { uncaught } from './lib/uncaught';

describe('an event of a MessagePortMain', () => {
  it('is an Event, with the port for its target', async () => {
    const { port1, port2 } = new MessageChannelMain();
    port1.postMessage('data');
    port2.start();
    const [event] = await once(port2, 'message');
    expect(event).to.be.an.instanceOf(Event);
    expect(event).to.include({ type: 'message', data: 'data', target: port2, currentTarget: port2, bubbles: false });
    // What libraries find in the MessageEvent of a DOM port.
    expect(event).to.include({ origin: '', lastEventId: '', source: null });
    const closed = once(port2, 'close');
    port1.close();
    expect((await closed)[0]).to.be.an.instanceOf(Event);
  });

  it('shows its message where it is printed', async () => {
    const { port1, port2 } = new MessageChannelMain();
    port1.postMessage({ a: { b: { c: 1 } } });
    port2.start();
    const [event] = await once(port2, 'message');
    expect(inspect(event)).to.equal("MessagePortEvent { type: 'message', data: { a: { b: [Object] } }, ports: [] }");
    expect(inspect([[[event]]])).to.equal('[ [ [ [MessagePortEvent] ] ] ]');
    port1.close();
  });

  it('reaches listeners that are added again after removeAllListeners()', async () => {
    const { port1, port2 } = new MessageChannelMain();
    const heard: string[] = [];
    const listener = () => heard.push('listener');
    const handler = () => heard.push('handler');
    for (let times = 0; times < 2; times++) {
      port2.removeAllListeners();
      expect(port2.onmessage).to.equal(null);
      port2.addEventListener('message', listener);
      port2.onmessage = handler;
    }
    port1.postMessage(null);
    await once(port2, 'message');
    expect(heard).to.deep.equal(['listener', 'handler']);
    port1.close();
  });

  it('reaches every listener, of whichever kind, when some throw, and each error is reported once', async () => {
    const { texts, done } = uncaught();
    try {
      const { port1, port2 } = new MessageChannelMain();
      const called: string[] = [];
      const listener = (name: string) => () => {
        called.push(name);
        throw new Error(name);
      };
      port2.on('message', listener('on'));
      port2.once('message', listener('once'));
      port2.addEventListener('message', listener('addEventListener'));
      port2.addEventListener('message', { handleEvent: listener('handleEvent') });
      port2.onmessage = listener('onmessage');
      const last = new Promise<void>((resolve) =>
        port2.on('message', ({ data }) => {
          called.push('last');
          if (data === 2) resolve();
        })
      );
      port1.postMessage(1);
      port1.postMessage(2);
      await last;
      await new Promise(setImmediate);
      const all = ['on', 'once', 'addEventListener', 'handleEvent', 'onmessage'];
      const second = all.filter((name) => name !== 'once');
      expect(called).to.deep.equal([...all, 'last', ...second, 'last']);
      expect(texts).to.deep.equal([...all, ...second]);
      (port2 as unknown as EventTarget).dispatchEvent(new Event('message'));
      expect(called.slice(-5)).to.deep.equal([...second, 'last']);
      await new Promise(setImmediate);
      expect(texts.slice(-4)).to.deep.equal(second);
    } finally {
      done();
    }
  });

  it('goes no further after stopImmediatePropagation()', async () => {
    const { port1, port2 } = new MessageChannelMain();
    const called: string[] = [];
    port2.addEventListener('message', (event) => {
      called.push('first');
      (event as unknown as Event).stopImmediatePropagation();
    });
    port2.on('message', () => called.push('second'));
    port1.postMessage(0);
    port1.close();
    port2.start();
    await once(port2, 'close');
    expect(called).to.deep.equal(['first']);
  });

  it('needs a listener in addEventListener and removeEventListener, which may be null, and an event in dispatchEvent', () => {
    const port = new MessageChannelMain().port1 as unknown as Record<string, (...args: unknown[]) => void>;
    for (const method of ['addEventListener', 'removeEventListener']) {
      expect(() => port[method]('message'), method).to.throw(TypeError, '2 arguments are required');
      expect(() => port[method](), method).to.throw(TypeError, '2 arguments are required');
      port[method]('message', null);
      port[method]('message', undefined);
    }
    expect(() => port.dispatchEvent()).to.throw(TypeError, '1 argument is required');
    for (const event of [null, 'message', {}]) {
      expect(() => port.dispatchEvent(event)).to.throw(TypeError, 'The event must be an object whose type is a string');
    }
  });
});

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

  it('removes with a signal what was added with it, and not what was added again', () => {
    const { port1 } = new MessageChannelMain();
    const [first, second] = [new AbortController(), new AbortController()];
    const listener = () => {};
    port1.addEventListener('message', listener, { signal: first.signal });
    port1.removeEventListener('message', listener);
    port1.addEventListener('message', listener, { signal: second.signal });
    first.abort();
    expect(port1.listenerCount('message')).to.equal(1);
    second.abort();
    expect(port1.listenerCount('message')).to.equal(0);
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
