import { ipcMain, MessageChannelMain } from 'electron/main';
import type { BrowserWindow, MessagePortMain } from 'electron/main';

import { expect } from 'chai';
import { fake } from 'sinon';

import { once } from 'node:events';
import { runInNewContext } from 'node:vm';

import { collect, collectUntil, requestGarbageCollectionForTesting } from './lib/garbage';
import { isStock } from './lib/needs';
import {
  connect,
  expectPort,
  givePort,
  openChannel,
  portArrived,
  range,
  read,
  record,
  settle,
  settleWith,
  takePort
} from './lib/ports';
import { uncaught } from './lib/uncaught';
import { closeAllWindows, openWindow, run } from './lib/windows';

/** What a call throws. */
function thrownBy(call: () => unknown): { name: string; message: string } {
  try {
    call();
  } catch (error) {
    return error as Error;
  }
  throw new Error('Nothing was thrown');
}

function isDetached(buffer: ArrayBuffer): boolean {
  try {
    buffer.slice(0, 0);
    return false;
  } catch {
    return true;
  }
}

/** Sends on a port and gives what arrives at the other end, which is started. */
async function arrival(
  from: MessagePortMain,
  to: MessagePortMain,
  message: unknown,
  transfer?: any
): Promise<Electron.MessagePortMainEvent<'message'>> {
  const arrived = once(to, 'message');
  to.start();
  from.postMessage(message, transfer);
  return (await arrived)[0];
}

/** That two ends still reach each other, both ways. */
async function expectEntangled(one: MessagePortMain, other: MessagePortMain) {
  expect((await arrival(one, other, 'there')).data).to.equal('there');
  expect((await arrival(other, one, 'back')).data).to.equal('back');
}

describe('MessagePortMain', () => {
  afterEach(closeAllWindows);

  it('cannot be constructed', () => {
    expect(() => new (ipcMain.MessagePort as any)()).to.throw(TypeError, 'Illegal constructor');
  });

  it('says what it is', () => {
    expect(String(openChannel().port1)).to.equal('[object MessagePortMain]');
  });

  describe('postMessage', () => {
    it('sends undefined when it is called without a message', async () => {
      const { port1, port2 } = openChannel();
      const arrived = once(port2, 'message');
      port2.start();
      (port1 as any).postMessage();
      const [event] = await arrived;
      expect(event.data).to.equal(undefined);
    });

    it('delivers in the order of the calls', async () => {
      const { port1, port2 } = openChannel();
      for (const index of range(1000)) port1.postMessage(index);
      expect(await read(port2, 1000)).to.deep.equal(range(1000));
    });

    it('copies at the time of the call', async () => {
      const { port1, port2 } = openChannel();
      const message = { value: 'before' };
      port1.postMessage(message);
      message.value = 'after';
      expect(await read(port2, 1)).to.deep.equal([{ value: 'before' }]);
    });

    it('copies what structured clone copies, and keeps what is shared within it shared', async () => {
      const { port1, port2 } = openChannel();
      const shared = { big: 2n ** 70n, minusZero: -0, text: '\ud800 \u{1f40b}' };
      const message: Record<string, unknown> = {
        shared,
        again: shared,
        map: new Map<unknown, unknown>([[shared, new Set([Number.NaN])]]),
        date: new Date(0),
        pattern: /a+/giu,
        bytes: Uint8Array.of(1, 2, 3).subarray(1),
        error: new RangeError('far'),
        holes: [1, , 3], // eslint-disable-line no-sparse-arrays
        nothing: undefined
      };
      message.self = message;
      port1.postMessage(message);
      const [data] = await read(port2, 1);
      expect(data.again).to.equal(data.shared);
      expect(data.shared.big).to.equal(2n ** 70n);
      expect(Object.is(data.shared.minusZero, -0)).to.equal(true);
      expect(data.shared.text).to.equal('\ud800 \u{1f40b}');
      expect([...data.map.keys()][0]).to.equal(data.shared);
      expect([...data.map.values()][0].has(Number.NaN)).to.equal(true);
      expect(data.date).to.deep.equal(new Date(0));
      expect(String(data.pattern)).to.equal('/a+/giu');
      expect([...data.bytes]).to.deep.equal([2, 3]);
      expect(data.error).to.be.an.instanceOf(RangeError).with.property('message', 'far');
      expect(1 in data.holes).to.equal(false);
      expect('nothing' in data).to.equal(true);
      expect(data.self).to.equal(data);
    });

    it('sends nothing on a closed port, and hands nothing over', async () => {
      const { port1, port2 } = openChannel();
      const { port1: listed, port2: other } = openChannel();
      const buffer = new ArrayBuffer(8);
      const { events } = record(port2);
      port2.start();
      port1.close();
      port1.postMessage('lost', [listed, buffer]);
      await settle();
      expect(events).to.deep.equal([['close']]);
      expect(isDetached(buffer)).to.equal(false);
      await expectEntangled(listed, other);
    });

    it('sends nothing once the other end was seen to close', async () => {
      const { port1, port2 } = openChannel();
      const { port1: listed, port2: other } = openChannel();
      const closed = once(port1, 'close');
      port2.close();
      await closed;
      port1.postMessage('lost', [listed]);
      await expectEntangled(listed, other);
    });

    it('sends nothing on a transferred port, and hands nothing over', async () => {
      const { port1, port2 } = openChannel();
      const { port1: source, port2: receiver } = openChannel();
      const { port1: listed, port2: other } = openChannel();
      const { data: moved } = await arrival(source, receiver, port1, [port1]);
      port1.postMessage('lost', [listed]);
      await expectEntangled(listed, other);
      await expectEntangled(moved, port2);
    });

    it('closes what it handed over to an end that is gone', async () => {
      const { port1, port2 } = openChannel();
      const { port1: listed, port2: other } = openChannel();
      const closed = once(other, 'close');
      port2.close();
      port1.postMessage(null, [listed]);
      await closed;
    });

    it('delivers one message per task, with the promise jobs and ticks of each before the next', async () => {
      const { port1, port2 } = openChannel();
      const order: string[] = [];
      const done = new Promise<void>((resolve, reject) => {
        port2.onmessage = ({ data }) => {
          order.push(`message ${data}`);
          process.nextTick(() => order.push(`tick ${data}`));
          Promise.resolve()
            .then(() => Promise.resolve())
            .then(() => order.push(`job ${data}`))
            .then(() => data === 2 && resolve(), reject);
        };
      });
      for (const index of range(3)) port1.postMessage(index);
      await done;
      expect(order).to.deep.equal(range(3).flatMap((index) => [`message ${index}`, `tick ${index}`, `job ${index}`]));
    });

    it('never delivers from inside the call', async () => {
      const { port1, port2 } = openChannel();
      const listener = fake();
      port2.onmessage = listener;
      port1.postMessage(null);
      expect(listener.called).to.equal(false);
      await once(port2, 'message');
    });

    it('goes on when a listener posts, closes and transfers while messages wait', async () => {
      const { port1, port2 } = openChannel();
      const { port1: carrier, port2: receiver } = openChannel();
      const seen: number[] = [];
      port2.onmessage = ({ data }) => {
        seen.push(data);
        if (data === 3) carrier.postMessage(null, [port2]);
      };
      for (const index of range(10)) port1.postMessage(index);
      receiver.start();
      const [{ ports }] = await once(receiver, 'message');
      port1.postMessage(10);
      expect(seen).to.deep.equal(range(4));
      expect(await read(ports[0], 7)).to.deep.equal([4, 5, 6, 7, 8, 9, 10]);
      expect(seen).to.deep.equal(range(4));
    });

    it('keeps what comes after a listener that throws', async () => {
      const caught = uncaught();
      try {
        const { port1, port2 } = openChannel();
        const seen: unknown[] = [];
        const last = new Promise<void>((resolve) => {
          port2.onmessage = ({ data }) => {
            seen.push(data);
            if (data === 2) resolve();
            throw new Error(`thrown at ${data}`);
          };
        });
        for (const index of range(3)) port1.postMessage(index);
        await last;
        await settle();
        expect(seen).to.deep.equal([0, 1, 2]);
        expect(caught.texts).to.deep.equal(['thrown at 0', 'thrown at 1', 'thrown at 2']);
      } finally {
        caught.done();
      }
    });
  });

  describe('starting', () => {
    it('queues messages until start()', async () => {
      const { port1, port2 } = openChannel();
      const { events } = record(port2);
      for (const index of range(5)) port1.postMessage(index);
      await settle();
      expect(events).to.deep.equal([]);
      port2.start();
      await settle();
      expect(events).to.deep.equal(range(5).map((index) => ['message', index]));
    });

    const listening: Record<string, (port: MessagePortMain, listener: () => void) => void> = {
      'on()': (port, listener) => port.on('message', listener),
      'once()': (port, listener) => port.once('message', listener),
      'addListener()': (port, listener) => port.addListener('message', listener),
      'prependListener()': (port, listener) => (port as any).prependListener('message', listener),
      'addEventListener()': (port, listener) => port.addEventListener('message', listener),
      'setting onclose': (port, listener) => (port.onclose = listener),
      'setting onmessageerror': (port, listener) => (port.onmessageerror = listener),
      'reading closed': (port) => port.closed
    };
    for (const [name, listen] of Object.entries(listening)) {
      it(`is not done by ${name}`, async () => {
        const { port1, port2 } = openChannel();
        const listener = fake();
        listen(port2, listener);
        port1.postMessage('waits');
        await settle();
        expect(listener.called).to.equal(false);
        expect(await read(port2, 1)).to.deep.equal(['waits']);
      });
    }

    for (const value of [null, undefined, {}, 'text']) {
      it(`is done by setting onmessage to ${JSON.stringify(value)}, as on the web`, async () => {
        const { port1, port2 } = openChannel();
        (port2 as any).onmessage = value;
        port1.postMessage('read by nobody');
        await settle();
        expect(await Promise.race([read(port2, 1), settle()])).to.equal(undefined);
      });
    }

    it('is done by setting onmessage to a function', async () => {
      const { port1, port2 } = openChannel();
      port1.postMessage('at once');
      const data = await new Promise((resolve) => (port2.onmessage = (event) => resolve(event.data)));
      expect(data).to.equal('at once');
    });

    it('is not undone by setting onmessage to null', async () => {
      const { port1, port2 } = openChannel();
      port2.onmessage = () => {};
      port2.onmessage = null;
      const { events } = record(port2);
      port1.postMessage(1);
      await settle();
      expect(events).to.deep.equal([['message', 1]]);
    });

    it('twice delivers nothing twice', async () => {
      const { port1, port2 } = openChannel();
      const { events } = record(port2);
      for (const index of range(3)) port1.postMessage(index);
      port2.start();
      port2.start();
      port2.onmessage = () => {};
      await settle();
      port2.start();
      await settle();
      expect(events).to.deep.equal(range(3).map((index) => ['message', index]));
    });

    it('delivers what was queued before what comes later', async () => {
      const { port1, port2 } = openChannel();
      port1.postMessage(0);
      const all = read(port2, 3);
      port1.postMessage(1);
      await settle();
      port1.postMessage(2);
      expect(await all).to.deep.equal([0, 1, 2]);
    });

    it('does nothing to a port that is closed or was transferred', async () => {
      const { port1, port2 } = openChannel();
      port1.close();
      port1.start();
      const { port1: source, port2: receiver } = openChannel();
      source.postMessage(null, [port2]);
      port2.start();
      receiver.start();
      await once(receiver, 'message');
    });
  });

  describe('events', () => {
    it('have the message, its ports, and the port as target', async () => {
      const { port1, port2 } = openChannel();
      const { port1: listed } = openChannel();
      const event = await arrival(port1, port2, 'text', [listed]);
      expect(event.type).to.equal('message');
      expect(event.data).to.equal('text');
      expect(event.ports).to.have.lengthOf(1);
      expect(event.ports[0]).to.be.an.instanceOf(ipcMain.MessagePort);
      expect(event.target).to.equal(port2);
      expect(event.currentTarget).to.equal(port2);
    });

    it('have a frozen array of ports, empty when none came', async () => {
      const { port1, port2 } = openChannel();
      const { port1: listed } = openChannel();
      const without = await arrival(port1, port2, null);
      expect(without.ports).to.deep.equal([]);
      expect(Object.isFrozen(without.ports)).to.equal(true);
      const withOne = await arrival(port1, port2, null, [listed]);
      expect(Object.isFrozen(withOne.ports)).to.equal(true);
      expect(() => (withOne.ports as any).push(1)).to.throw(TypeError);
    });

    it('have no data when they are close events', async () => {
      const { port1, port2 } = openChannel();
      const closed = once(port2, 'close');
      port1.close();
      const [event] = await closed;
      expect(event.type).to.equal('close');
      expect(event.data).to.equal(undefined);
      expect(event.ports).to.deep.equal([]);
      expect(event.target).to.equal(port2);
    });

    it('reach listeners of both styles in the order in which they were added', async () => {
      const { port1, port2 } = openChannel();
      const order: string[] = [];
      const note = (name: string) => () => {
        order.push(name);
      };
      port2.addEventListener('message', note('addEventListener'));
      port2.on('message', note('on'));
      port2.onmessage = note('first onmessage');
      port2.once('message', note('once'));
      port2.addEventListener('message', { handleEvent: note('handleEvent') });
      (port2 as any).prependListener('message', note('prependListener'));
      port2.onmessage = note('onmessage');
      await arrival(port1, port2, null);
      expect(order).to.deep.equal(['prependListener', 'addEventListener', 'on', 'onmessage', 'once', 'handleEvent']);
    });

    it('call listeners with the port as `this`, and handleEvent with its object', async () => {
      const { port1, port2 } = openChannel();
      const seen: unknown[] = [];
      const object = {
        handleEvent(this: unknown) {
          seen.push(this);
        }
      };
      const listener = function (this: unknown) {
        seen.push(this);
      };
      port2.on('message', listener);
      port2.addEventListener('message', function (this: unknown) {
        seen.push(this);
      });
      port2.onmessage = listener;
      port2.addEventListener('message', object);
      await arrival(port1, port2, null);
      expect(seen).to.have.lengthOf(4);
      expect(seen.slice(0, 3).every((each) => each === port2)).to.equal(true);
      expect(seen[3]).to.equal(object);
    });

    it('look handleEvent up at each event', async () => {
      const { port1, port2 } = openChannel();
      const [first, second] = [fake(), fake()];
      const object = { handleEvent: first };
      port2.addEventListener('message', object);
      object.handleEvent = second;
      await arrival(port1, port2, null);
      expect(first.called).to.equal(false);
      expect(second.calledOnce).to.equal(true);
    });

    it('call one that was added twice once', async () => {
      const { port1, port2 } = openChannel();
      const listener = fake();
      port2.addEventListener('message', listener);
      port2.addEventListener('message', listener, { once: true });
      await arrival(port1, port2, null);
      await arrival(port1, port2, null);
      expect(listener.callCount).to.equal(2);
    });

    it('call a { once } listener once, and let it be added again from inside', async () => {
      const { port1, port2 } = openChannel();
      const seen: number[] = [];
      const again = ({ data }: { data: number }) => {
        seen.push(data);
        if (data === 0) port2.addEventListener('message', again, { once: true });
      };
      port2.addEventListener('message', again, { once: true });
      for (const index of range(3)) await arrival(port1, port2, index);
      expect(seen).to.deep.equal([0, 1]);
    });

    it('do not reach a listener whose signal was aborted', async () => {
      const { port1, port2 } = openChannel();
      const controller = new AbortController();
      const [before, never] = [fake(), fake()];
      port2.addEventListener('message', before, { signal: controller.signal });
      port2.addEventListener('message', never, { signal: AbortSignal.abort() });
      await arrival(port1, port2, null);
      controller.abort();
      await arrival(port1, port2, null);
      expect(before.callCount).to.equal(1);
      expect(never.callCount).to.equal(0);
    });

    it('do not reach a DOM listener that an earlier one removed, nor an onmessage that it set to null', async () => {
      const { port1, port2 } = openChannel();
      const controller = new AbortController();
      const [removed, aborted, handler] = [fake(), fake(), fake()];
      port2.addEventListener('message', () => {
        port2.removeEventListener('message', removed);
        port2.onmessage = null;
        controller.abort();
      });
      port2.addEventListener('message', removed);
      port2.addEventListener('message', aborted, { signal: controller.signal });
      port2.onmessage = handler;
      await arrival(port1, port2, null);
      expect(removed.called).to.equal(false);
      expect(aborted.called).to.equal(false);
      expect(handler.called).to.equal(false);
    });

    it('do not reach a DOM listener that was removed, whatever the options', async () => {
      const { port1, port2 } = openChannel();
      const listener = fake();
      const object = { handleEvent: listener };
      port2.addEventListener('message', listener);
      port2.addEventListener('message', object, true);
      port2.removeEventListener('message', listener, { once: true });
      port2.removeEventListener('message', object);
      port2.removeEventListener('message', fake());
      port2.removeEventListener('message', null);
      await arrival(port1, port2, null);
      expect(listener.called).to.equal(false);
    });

    it('add nothing for a listener of null, and refuse what is neither function nor object', async () => {
      const { port1, port2 } = openChannel();
      port2.addEventListener('message', null);
      for (const listener of ['text', 1, true, Symbol('s')] as any[]) {
        expect(() => port2.addEventListener('message', listener)).to.throw(
          TypeError,
          'The listener must be a function, an object or null'
        );
      }
      await arrival(port1, port2, null);
    });

    it('refuse a signal that is none, and add nothing', async () => {
      const { port1, port2 } = openChannel();
      const listener = fake();
      for (const signal of [{}, 'text', null] as any[]) {
        expect(() => port2.addEventListener('message', listener, { signal })).to.throw(
          TypeError,
          'The signal must be an AbortSignal'
        );
      }
      await arrival(port1, port2, null);
      expect(listener.called).to.equal(false);
    });

    it('are called by dispatchEvent as they are, in both styles', () => {
      const { port1 } = openChannel();
      const [on, dom, handler] = [fake(), fake(), fake()];
      port1.on('message', on);
      port1.addEventListener('message', dom);
      port1.onmessage = handler;
      const event = { type: 'message' };
      expect(port1.dispatchEvent(event)).to.equal(true);
      for (const listener of [on, dom, handler]) expect(listener.calledOnceWithExactly(event)).to.equal(true);
    });

    for (const name of ['onmessage', 'onmessageerror', 'onclose'] as const) {
      it(`has ${name}, which is null until it is a function`, () => {
        const { port1 } = openChannel();
        expect(port1[name]).to.equal(null);
        const listener = () => {};
        port1[name] = listener;
        expect(port1[name]).to.equal(listener);
        for (const value of [undefined, 5, 'text', {}] as any[]) {
          port1[name] = value;
          expect(port1[name]).to.equal(null);
          port1[name] = listener;
        }
        port1[name] = null;
        expect(port1[name]).to.equal(null);
      });
    }

    it('of one port reach no other', async () => {
      const { port1, port2 } = openChannel();
      const { port1: other1, port2: other2 } = openChannel();
      const listener = fake();
      other1.onmessage = listener;
      other2.onmessage = listener;
      await arrival(port1, port2, null);
      expect(other1.onmessage).to.equal(listener);
      expect(listener.called).to.equal(false);
    });
  });

  describe('ports inside the message', () => {
    it('are the very objects in event.ports, wherever and however often they are', async () => {
      const { port1, port2 } = openChannel();
      const [one, two, three] = range(3).map(() => openChannel().port1);
      const message = {
        port: one,
        deep: [{ list: [two, one] }],
        map: new Map<unknown, unknown>([
          ['value', three],
          [one, 'key']
        ]),
        set: new Set([two]),
        error: new Error('with a cause', { cause: three })
      };
      const { data, ports } = await arrival(port1, port2, message, [three, one, two]);
      expect(ports).to.have.lengthOf(3);
      expect(data.port).to.equal(ports[1]);
      expect(data.deep[0].list[0]).to.equal(ports[2]);
      expect(data.deep[0].list[1]).to.equal(ports[1]);
      expect(data.map.get('value')).to.equal(ports[0]);
      expect(data.map.get(ports[1])).to.equal('key');
      expect(data.set.has(ports[2])).to.equal(true);
      expect(data.error.cause).to.equal(ports[0]);
    });

    it('can be the whole message', async () => {
      const { port1, port2 } = openChannel();
      const { port1: listed, port2: other } = openChannel();
      const { data, ports } = await arrival(port1, port2, listed, [listed]);
      expect(data).to.equal(ports[0]);
      await expectEntangled(data, other);
    });

    it('are in event.ports in the order of the list, those that are not in the data, too', async () => {
      const { port1, port2 } = openChannel();
      const channels = range(20).map(() => openChannel());
      const { ports } = await arrival(
        port1,
        port2,
        channels[7].port1,
        channels.map((each) => each.port1)
      );
      for (const index of range(20)) await expectEntangled(ports[index], channels[index].port2);
    });

    it('are both ends of one channel, and stay entangled', async () => {
      const { port1, port2 } = openChannel();
      const channel = openChannel();
      const { data } = await arrival(port1, port2, channel.port1, [channel.port1, channel.port2]);
      const { ports } = await arrival(port1, port2, null).catch(() => ({ ports: [] }));
      expect(ports).to.deep.equal([]);
      expect(data).to.be.an.instanceOf(ipcMain.MessagePort);
    });

    it('neuter the sender', async () => {
      const { port1, port2 } = openChannel();
      const { port1: listed } = openChannel();
      const { data } = await arrival(port1, port2, listed, [listed]);
      expect(data).not.to.equal(listed);
      expect(thrownBy(() => port1.postMessage(null, [listed])).message).to.equal(
        'Port at index 0 is already neutered.'
      );
    });

    it('are no copies of their listeners', async () => {
      const { port1, port2 } = openChannel();
      const { port1: listed, port2: other } = openChannel();
      const before = fake();
      listed.onmessage = before;
      listed.on('close', before);
      const { data: moved } = await arrival(port1, port2, listed, [listed]);
      expect(moved.onmessage).to.equal(null);
      other.postMessage('for the new one');
      expect(await read(moved, 1)).to.deep.equal(['for the new one']);
      other.close();
      await once(moved, 'close');
      expect(before.called).to.equal(false);
    });

    it('travel with what they have not read, and are not started', async () => {
      const { port1, port2 } = openChannel();
      const { port1: listed, port2: other } = openChannel();
      listed.start();
      other.postMessage(0);
      other.postMessage(1);
      const { data: moved } = await arrival(port1, port2, listed, [listed]);
      other.postMessage(2);
      const { events } = record(moved);
      await settle();
      expect(events).to.deep.equal([]);
      moved.start();
      await settle();
      expect(events).to.deep.equal([
        ['message', 0],
        ['message', 1],
        ['message', 2]
      ]);
    });

    it('can be sent on at once, and again, without having been read', async () => {
      const { port1: first, port2: last } = openChannel();
      let moving = last;
      for (const index of range(50)) {
        first.postMessage(index);
        const { port1, port2 } = openChannel();
        port1.postMessage(null, [moving]);
        port2.start();
        const [{ ports }] = await once(port2, 'message');
        [moving] = ports;
      }
      expect(await read(moving, 50)).to.deep.equal(range(50));
    });

    it('nest: a chain of 100 ports, each queued on the one before', async () => {
      const chain = range(100).map(() => openChannel());
      for (const index of range(99)) chain[index].port1.postMessage(index, [chain[index + 1].port2]);
      let { port2 } = chain[0];
      for (const index of range(99)) {
        port2.start();
        const [event] = await once(port2, 'message');
        expect(event.data).to.equal(index);
        [port2] = event.ports;
      }
      await expectEntangled(port2, chain[99].port1);
    });

    it('can be queued in a ring, each end inside the other channel', async () => {
      const [one, other] = [openChannel(), openChannel()];
      one.port1.postMessage('first', [other.port1]);
      other.port2.postMessage('second', [one.port2]);
      await settle();
      // They cannot be reached any more, which is no error; nothing else is affected.
      const { port1, port2 } = openChannel();
      await expectEntangled(port1, port2);
    });
  });

  describe('a transfer list', () => {
    const forms: Record<string, (port: MessagePortMain) => any> = {
      'an array': (port) => [port],
      '{ transfer }': (port) => ({ transfer: [port] }),
      'a Set': (port) => new Set([port]),
      'a generator': function* (port) {
        yield port;
      },
      '{ transfer } of a Set': (port) => ({ transfer: new Set([port]) }),
      'a frozen array': (port) => Object.freeze([port]),
      'an array of another realm': (port) => Object.assign(runInNewContext('[]'), { 0: port })
    };
    for (const [name, form] of Object.entries(forms)) {
      it(`can be ${name}`, async () => {
        const { port1, port2 } = openChannel();
        const { port1: listed, port2: other } = openChannel();
        const { ports } = await arrival(port1, port2, null, form(listed));
        await expectEntangled(ports[0], other);
      });
    }

    const empty: Record<string, any> = {
      undefined: undefined,
      '[]': [],
      '{}': {},
      '{ transfer: undefined }': { transfer: undefined },
      '{ transfer: [] }': { transfer: [] },
      '{ other: 1 }': { other: 1 }
    };
    for (const [name, value] of Object.entries(empty)) {
      it(`is empty as ${name}`, async () => {
        const { port1, port2 } = openChannel();
        expect((await arrival(port1, port2, 'text', value)).ports).to.deep.equal([]);
      });
    }

    it('is read once', async () => {
      const { port1, port2 } = openChannel();
      const { port1: listed } = openChannel();
      const get = fake(() => [listed]);
      const options = Object.defineProperty({}, 'transfer', { get });
      await arrival(port1, port2, null, options);
      expect(get.callCount).to.equal(1);
    });

    it('whose reading throws is an error, and nothing is handed over', async () => {
      const { port1, port2 } = openChannel();
      const { port1: listed, port2: other } = openChannel();
      function* list() {
        yield listed;
        throw new RangeError('of the list');
      }
      expect(() => port1.postMessage(null, list() as any)).to.throw(RangeError, 'of the list');
      await expectEntangled(listed, other);
      await expectEntangled(port1, port2);
    });

    it('whose reading transfers what it gave is refused', async () => {
      const { port1, port2 } = openChannel();
      const { port1: carrier, port2: receiver } = openChannel();
      const { port1: listed, port2: other } = openChannel();
      function* list() {
        yield listed;
        carrier.postMessage(null, [listed]);
      }
      const error = thrownBy(() => port1.postMessage(null, list() as any));
      expect(error.name).to.equal('DataCloneError');
      expect(error.message).to.equal('Port at index 0 is already neutered.');
      receiver.start();
      const [{ ports }] = await once(receiver, 'message');
      await expectEntangled(ports[0], other);
      await expectEntangled(port1, port2);
    });

    it('whose reading closes the source port sends nothing', async () => {
      const { port1, port2 } = openChannel();
      const { port1: listed, port2: other } = openChannel();
      const { events } = record(port2);
      port2.start();
      function* list() {
        yield listed;
        port1.close();
      }
      port1.postMessage('lost', list() as any);
      await settle();
      expect(events.map(([type]) => type)).to.deep.equal(['close']);
      await expectEntangled(listed, other);
    });
  });

  describe('bad input', () => {
    interface Case {
      /** What the second argument is, given a good port and a good buffer. */
      transfer: (good: MessagePortMain, buffer: ArrayBuffer, source: MessagePortMain, peer: MessagePortMain) => any;
      message?: (good: MessagePortMain, buffer: ArrayBuffer) => unknown;
      name: string;
      text: string | RegExp;
    }
    const detached = () => {
      const buffer = new ArrayBuffer(4);
      structuredClone(buffer, { transfer: [buffer] });
      return buffer;
    };
    const neutered = () => {
      const { port1, port2 } = openChannel();
      port2.postMessage(null, []);
      openChannel().port1.postMessage(null, [port1]);
      return port1;
    };
    // The fork knows fewer kinds.
    const notAPort = (what: string) =>
      new RegExp(`^Port at index 2 is not a valid port: expected a MessagePortMain, [^:]+, got ${what}\\.$`);
    const notAList = (what: string) => `Invalid value for transfer: expected an array or { transfer }, got ${what}.`;
    const item = (make: () => unknown, what: string): Case => ({
      transfer: (good, buffer) => [good, buffer, make()],
      name: 'TypeError',
      text: notAPort(what)
    });
    const argument = (value: any, what: string): Case => ({
      transfer: () => value,
      name: 'TypeError',
      text: notAList(what)
    });
    const uncloneable = (make: (good: MessagePortMain, buffer: ArrayBuffer) => unknown, text: string): Case => ({
      transfer: (good, buffer) => [good, buffer],
      message: make,
      name: 'DataCloneError',
      text: `An object could not be cloned: ${text}.`
    });

    const cases: Record<string, Case> = {
      'a list that is a string': argument('text', 'a string'),
      'a list that is a number': argument(5, 'a number'),
      'a list that is a function': argument(() => {}, 'a function'),
      'a list that is true': argument(true, 'a boolean'),
      'a { transfer } of null': argument({ transfer: null }, 'null'),
      'a { transfer } of a number': argument({ transfer: 5 }, 'a number'),
      'a { transfer } of an object': argument({ transfer: { length: 0 } }, 'an Object'),
      'an item that is null': item(() => null, 'null'),
      'an item that is undefined': item(() => undefined, 'undefined'),
      'an item that is a number': item(() => 5, 'a number'),
      'an item that is a string': item(() => 'text', 'a string'),
      'an item that is an object': item(() => ({}), 'an Object'),
      'an item that is an array': item(() => [], 'an Array'),
      'an item that is a typed array': item(() => new Uint8Array(4), 'a Uint8Array'),
      'an item that is a SharedArrayBuffer': item(() => new SharedArrayBuffer(4), 'a SharedArrayBuffer'),
      'an item that is a channel': item(() => new MessageChannelMain(), 'a MessageChannelMain'),
      'an item that only has the prototype of a port': {
        ...item(() => Object.create(ipcMain.MessagePort.prototype), ''),
        text: notAPort('.*')
      },
      'an item that is a Proxy of a port': {
        ...item(() => new Proxy(openChannel().port1, {}), ''),
        text: notAPort('.*')
      },
      'an item that only has the prototype of a buffer': {
        ...item(() => Object.create(ArrayBuffer.prototype), ''),
        text: notAPort('.*')
      },
      'the source port': {
        transfer: (good, buffer, source) => [good, buffer, source],
        name: 'DataCloneError',
        text: 'Port at index 2 contains the source port.'
      },
      'the other end of the source port': {
        transfer: (good, buffer, _source, peer) => [good, buffer, peer],
        name: 'DataCloneError',
        text: 'Port at index 2 is the other end of the source port.'
      },
      'a port twice': {
        transfer: (good, buffer) => [good, buffer, good],
        name: 'DataCloneError',
        text: 'Port at index 2 is a duplicate.'
      },
      'a buffer twice': {
        transfer: (good, buffer) => [good, buffer, buffer],
        name: 'DataCloneError',
        text: 'ArrayBuffer at index 2 is a duplicate.'
      },
      'a neutered port': {
        transfer: (good, buffer) => [good, buffer, neutered()],
        name: 'DataCloneError',
        text: 'Port at index 2 is already neutered.'
      },
      'a detached buffer': {
        transfer: (good, buffer) => [good, buffer, detached()],
        name: 'DataCloneError',
        text: 'ArrayBuffer at index 2 is already detached.'
      },
      'a detached buffer of no length': {
        transfer: (good, buffer) => {
          const none = new ArrayBuffer(0);
          structuredClone(none, { transfer: [none] });
          return [good, buffer, none];
        },
        name: 'DataCloneError',
        text: 'ArrayBuffer at index 2 is already detached.'
      },
      "a buffer of Node's pool": {
        transfer: (good, buffer) => [good, buffer, Buffer.from('pool').buffer],
        name: 'DataCloneError',
        text: 'An ArrayBuffer in the transfer list cannot be detached: it belongs to a WebAssembly.Memory or to the pool of Buffer.from(). Transfer a copy.'
      },
      'the buffer of a WebAssembly.Memory': {
        transfer: (good, buffer) => [good, buffer, new WebAssembly.Memory({ initial: 1 }).buffer],
        name: 'DataCloneError',
        text: 'An ArrayBuffer in the transfer list cannot be detached: it belongs to a WebAssembly.Memory or to the pool of Buffer.from(). Transfer a copy.'
      },
      'a function': uncloneable(() => () => {}, 'message is a function'),
      'a function in the message': uncloneable(() => ({ a: [1, () => {}] }), 'message.a[1] is a function'),
      'a symbol': uncloneable(() => ({ 'a b': Symbol('s') }), 'message["a b"] is a symbol'),
      'a WeakMap': uncloneable(() => new Map([['key', new WeakMap()]]), 'message.get("key") is a WeakMap'),
      'a promise': uncloneable(() => new Set([Promise.resolve()]), 'message.values()[0] is a Promise'),
      'a Proxy': uncloneable(() => ({ proxy: new Proxy({}, {}) }), 'message.proxy is a Proxy'),
      'a detached buffer in the message': uncloneable(() => [detached()], 'message[0] is a detached ArrayBuffer'),
      'a port that is not in the list': uncloneable(
        () => ({ port: openChannel().port1 }),
        'message.port is a port that is not in the transfer list'
      ),
      'a neutered port in the message': uncloneable(
        () => ({ port: neutered() }),
        'message.port is a port that is not in the transfer list'
      )
    };

    for (const [what, { transfer, message = () => null, name, text }] of Object.entries(cases)) {
      it(`is refused, and nothing is lost: ${what}`, async () => {
        const { port1: source, port2: peer } = openChannel();
        const { port1: good, port2: other } = openChannel();
        // Of a size that those may have which Node.js cannot detach.
        const buffer = new ArrayBuffer(65_536);
        const error = thrownBy(() => source.postMessage(message(good, buffer), transfer(good, buffer, source, peer)));
        expect(error.name).to.equal(name);
        if (typeof text === 'string') expect(error.message).to.equal(text);
        else expect(error.message).to.match(text);
        if (name === 'DataCloneError') expect(error).to.be.an.instanceOf(DOMException);
        else expect(error).to.be.an.instanceOf(TypeError);
        expect(isDetached(buffer)).to.equal(false);
        await expectEntangled(good, other);
        // Nothing of the refused call arrives, not even before.
        source.postMessage('first');
        expect(await read(peer, 1)).to.deep.equal(['first']);
        // And now it all can be sent.
        const { ports, data } = await arrival(source, peer, { buffer }, [good, buffer]);
        expect(data.buffer.byteLength).to.equal(65_536);
        await expectEntangled(ports[0], other);
      });
    }

    it('does not start, close or lose the messages of what was listed', async () => {
      const { port1, port2 } = openChannel();
      const { port1: good, port2: other } = openChannel();
      for (const index of range(10)) other.postMessage(index);
      for (let times = 0; times < 10; times++) thrownBy(() => port1.postMessage(() => {}, [good]));
      const { events } = record(good);
      await settle();
      expect(events).to.deep.equal([]);
      expect(good.closed).to.equal(false);
      expect(await read(good, 10)).to.deep.equal(range(10));
      await expectEntangled(port1, port2);
    });

    it('throws on a method called on something else', () => {
      const { port1 } = openChannel();
      for (const name of ['postMessage', 'start', 'close'] as const) {
        expect(() => (port1[name] as any).call({}, null)).to.throw(TypeError);
        expect(() => (port1[name] as any).call(Object.create(port1), null)).to.throw(TypeError);
      }
    });
  });

  describe('a getter inside the message', () => {
    it('that throws passes its error on, and nothing is lost', async () => {
      const { port1, port2 } = openChannel();
      const { port1: listed, port2: other } = openChannel();
      const buffer = new ArrayBuffer(8);
      const message = {
        buffer,
        get trap(): never {
          throw new RangeError('of the getter');
        }
      };
      expect(() => port1.postMessage(message, [listed, buffer])).to.throw(RangeError, 'of the getter');
      expect(isDetached(buffer)).to.equal(false);
      await expectEntangled(listed, other);
      await expectEntangled(port1, port2);
    });

    it('that closes the source port has nothing sent and nothing handed over', async () => {
      const { port1, port2 } = openChannel();
      const { port1: listed, port2: other } = openChannel();
      const buffer = new ArrayBuffer(8);
      const { events } = record(port2);
      port2.start();
      port1.postMessage(
        {
          get trap() {
            port1.close();
            return 1;
          }
        },
        [listed, buffer]
      );
      await settle();
      expect(events.map(([type]) => type)).to.deep.equal(['close']);
      expect(isDetached(buffer)).to.equal(false);
      await expectEntangled(listed, other);
    });

    it('that transfers the source port has nothing sent on it, and nothing handed over', async () => {
      const { port1, port2 } = openChannel();
      const { port1: carrier, port2: receiver } = openChannel();
      const { port1: listed, port2: other } = openChannel();
      port1.postMessage(
        {
          get trap() {
            carrier.postMessage(null, [port1]);
            return 1;
          }
        },
        [listed]
      );
      receiver.start();
      const [{ ports }] = await once(receiver, 'message');
      await expectEntangled(ports[0], port2);
      await expectEntangled(listed, other);
    });

    it('that transfers a listed port has the call refused', async () => {
      const { port1, port2 } = openChannel();
      const { port1: carrier, port2: receiver } = openChannel();
      const { port1: good, port2: goodOther } = openChannel();
      const { port1: listed, port2: other } = openChannel();
      const buffer = new ArrayBuffer(8);
      const error = thrownBy(() =>
        port1.postMessage(
          {
            listed,
            get trap() {
              carrier.postMessage(null, [listed]);
              return 1;
            }
          },
          [good, buffer, listed]
        )
      );
      expect(error.name).to.equal('DataCloneError');
      expect(error.message).to.equal('Port at index 2 is already neutered.');
      expect(isDetached(buffer)).to.equal(false);
      receiver.start();
      const [{ ports }] = await once(receiver, 'message');
      await expectEntangled(ports[0], other);
      await expectEntangled(good, goodOther);
      await expectEntangled(port1, port2);
    });

    it('that closes a listed port has a closed port handed over', async () => {
      const { port1, port2 } = openChannel();
      const { port1: listed, port2: other } = openChannel();
      const closed = once(other, 'close');
      const message = {
        get trap() {
          listed.close();
          return 1;
        }
      };
      const { ports } = await arrival(port1, port2, message, [listed]);
      await Promise.all([closed, once(ports[0], 'close')]);
    });

    it('that detaches a listed buffer has the call refused', async () => {
      const { port1, port2 } = openChannel();
      const { port1: listed, port2: other } = openChannel();
      const buffer = new ArrayBuffer(8);
      const message = {
        buffer,
        get trap() {
          structuredClone(buffer, { transfer: [buffer] });
          return 1;
        }
      };
      const error = thrownBy(() => port1.postMessage(message, [listed, buffer]));
      expect(error.name).to.equal('DataCloneError');
      expect(error.message).to.equal('ArrayBuffer at index 1 is already detached.');
      await expectEntangled(listed, other);
      await expectEntangled(port1, port2);
    });

    it('that transfers the other end of the source port away has no effect on the message', async () => {
      const { port1, port2 } = openChannel();
      const { port1: carrier, port2: receiver } = openChannel();
      port1.postMessage({
        get trap() {
          carrier.postMessage(null, [port2]);
          return 'arrives';
        }
      });
      receiver.start();
      const [{ ports }] = await once(receiver, 'message');
      expect(await read(ports[0], 1)).to.deep.equal([{ trap: 'arrives' }]);
    });

    it('that closes the other end of the source port has the listed port closed', async () => {
      const { port1, port2 } = openChannel();
      const { port1: listed, port2: other } = openChannel();
      const closed = once(other, 'close');
      port1.postMessage(
        {
          get trap() {
            port2.close();
            return 1;
          }
        },
        [listed]
      );
      await closed;
    });

    it('that posts on the source port has its message sent first', async () => {
      const { port1, port2 } = openChannel();
      port1.postMessage({
        get depth() {
          port1.postMessage({
            get depth() {
              port1.postMessage({ depth: 'inner' });
              return 'middle';
            }
          });
          return 'outer';
        }
      });
      expect(await read(port2, 3)).to.deep.equal([{ depth: 'inner' }, { depth: 'middle' }, { depth: 'outer' }]);
    });

    it('that changes the transfer list has no effect on it', async () => {
      const { port1, port2 } = openChannel();
      const { port1: listed, port2: other } = openChannel();
      const { port1: added, port2: addedOther } = openChannel();
      const list = [listed];
      const { ports } = await arrival(
        port1,
        port2,
        {
          get trap() {
            list.length = 0;
            list.push(added, added);
            return 1;
          }
        },
        list
      );
      expect(ports).to.have.lengthOf(1);
      await expectEntangled(ports[0], other);
      await expectEntangled(added, addedOther);
    });
  });

  describe('an ArrayBuffer', () => {
    const bytes = () => Uint8Array.of(1, 2, 3, 4).buffer;

    it('is moved: detached here, whole there', async () => {
      const { port1, port2 } = openChannel();
      const buffer = bytes();
      const { data, ports } = await arrival(port1, port2, { buffer }, [buffer]);
      expect(isDetached(buffer)).to.equal(true);
      expect([...new Uint8Array(data.buffer)]).to.deep.equal([1, 2, 3, 4]);
      expect(ports).to.deep.equal([]);
    });

    it('is copied when it is not listed', async () => {
      const { port1, port2 } = openChannel();
      const buffer = bytes();
      const { data } = await arrival(port1, port2, buffer);
      expect(isDetached(buffer)).to.equal(false);
      expect([...new Uint8Array(data)]).to.deep.equal([1, 2, 3, 4]);
    });

    it('is detached though the message has it not', async () => {
      const { port1, port2 } = openChannel();
      const buffer = bytes();
      expect((await arrival(port1, port2, 'text', { transfer: [buffer] })).data).to.equal('text');
      expect(isDetached(buffer)).to.equal(true);
    });

    it('is one with its views in the message', async () => {
      const { port1, port2 } = openChannel();
      const buffer = bytes();
      const message = { view: new Uint8Array(buffer, 1, 2), data: new DataView(buffer), buffer };
      const { data } = await arrival(port1, port2, message, [buffer]);
      expect(data.view.buffer).to.equal(data.buffer);
      expect(data.data.buffer).to.equal(data.buffer);
      expect([...data.view]).to.deep.equal([2, 3]);
      expect(message.view.byteLength).to.equal(0);
    });

    it('stays resizable', async () => {
      const { port1, port2 } = openChannel();
      const buffer = new ArrayBuffer(8, { maxByteLength: 64 });
      const view = new Uint8Array(buffer);
      const { data } = await arrival(port1, port2, { buffer, view }, [buffer]);
      expect(isDetached(buffer)).to.equal(true);
      expect(data.buffer.resizable).to.equal(true);
      expect(data.buffer.maxByteLength).to.equal(64);
      data.buffer.resize(16);
      expect(data.view.length).to.equal(16);
    });

    it('of no length is moved, too', async () => {
      const { port1, port2 } = openChannel();
      const buffer = new ArrayBuffer(0);
      const { data } = await arrival(port1, port2, buffer, [buffer]);
      expect(isDetached(buffer)).to.equal(true);
      expect(data.byteLength).to.equal(0);
    });

    it('of another realm is moved, too', async () => {
      const { port1, port2 } = openChannel();
      const buffer: ArrayBuffer = runInNewContext('Uint8Array.of(1, 2, 3, 4).buffer');
      const { data } = await arrival(port1, port2, buffer, [buffer]);
      expect(isDetached(buffer)).to.equal(true);
      expect([...new Uint8Array(data)]).to.deep.equal([1, 2, 3, 4]);
    });

    it('of a Buffer that is not from the pool is moved', async () => {
      const { port1, port2 } = openChannel();
      const buffer = Buffer.alloc(16, 7);
      const { data } = await arrival(port1, port2, buffer, [buffer.buffer]);
      expect(buffer.length).to.equal(0);
      expect([...data]).to.deep.equal(Array(16).fill(7));
    });

    it('travels in an unread message with its port', async () => {
      const { port1, port2 } = openChannel();
      const { port1: carrier, port2: receiver } = openChannel();
      const buffer = bytes();
      port1.postMessage(buffer, [buffer]);
      const { ports } = await arrival(carrier, receiver, null, [port2]);
      const [data] = await read(ports[0], 1);
      expect([...new Uint8Array(data)]).to.deep.equal([1, 2, 3, 4]);
    });

    for (const megabytes of [1, 32]) {
      it(`of ${megabytes} MiB goes to a page and back`, async () => {
        const window = await openWindow();
        const port = await connect(window);
        await run(window, () => {
          page.port.onmessage = ({ data }: MessageEvent) => page.port.postMessage(data, [data]);
        });
        const buffer = new ArrayBuffer(megabytes * 2 ** 20);
        new Uint32Array(buffer).forEach((_, index, array) => (array[index] = index));
        const answer = once(port, 'message');
        port.start();
        port.postMessage(buffer, [buffer]);
        expect(isDetached(buffer)).to.equal(true);
        const [{ data }] = await answer;
        expect(data.byteLength).to.equal(megabytes * 2 ** 20);
        expect(new Uint32Array(data).every((value, index) => value === index)).to.equal(true);
      });
    }

    it('stays resizable on the way to a page and back', async () => {
      const window = await openWindow();
      const port = await connect(window);
      await run(window, () => {
        page.port.onmessage = ({ data }: MessageEvent) => {
          const kept = [data.resizable, data.maxByteLength];
          data.resize(4);
          page.port.postMessage({ kept, data }, [data]);
        };
      });
      const buffer = new ArrayBuffer(8, { maxByteLength: 64 });
      const { data } = await arrival(port, port, buffer, [buffer]);
      expect(data.kept).to.deep.equal([true, 64]);
      expect(data.data.resizable).to.equal(true);
      expect([data.data.byteLength, data.data.maxByteLength]).to.deep.equal([4, 64]);
    });
  });

  describe('close', () => {
    it('is emitted at both ends, once, after the call has returned', async () => {
      const { port1, port2 } = openChannel();
      const [near, far] = [record(port1), record(port2)];
      port1.close();
      expect([near.events, far.events]).to.deep.equal([[], []]);
      await settle();
      expect([near.count('close'), far.count('close')]).to.deep.equal([1, 1]);
    });

    it('is emitted once when both ends close', async () => {
      const { port1, port2 } = openChannel();
      const [one, other] = [record(port1), record(port2)];
      port1.close();
      port2.close();
      port1.close();
      await settle();
      port1.close();
      port2.close();
      await settle();
      expect([one.count('close'), other.count('close')]).to.deep.equal([1, 1]);
    });

    it('is emitted once when the port is closed from its own close listener', async () => {
      const { port1, port2 } = openChannel();
      const { count } = record(port2);
      port2.on('close', () => port2.close());
      port1.close();
      await settle();
      expect(count('close')).to.equal(1);
    });

    it('is emitted on a port that was never started', async () => {
      const { port1, port2 } = openChannel();
      const closed = once(port2, 'close');
      port1.close();
      await closed;
    });

    it('follows every message that was sent before', async () => {
      const { port1, port2 } = openChannel();
      const { events } = record(port2);
      for (const index of range(100)) port1.postMessage(index);
      port1.close();
      port2.start();
      await once(port2, 'close');
      await settle();
      expect(events).to.have.lengthOf(101);
      expect(events.slice(0, 100)).to.deep.equal(range(100).map((index) => ['message', index]));
      expect(events[100]).to.deep.equal(['close']);
    });

    it('waits for the messages of a port that is not started', async () => {
      const { port1, port2 } = openChannel();
      const { events } = record(port2);
      port1.postMessage(0);
      port1.close();
      await settle();
      expect(events).to.deep.equal([]);
      expect(port2.closed).to.equal(false);
      port2.start();
      await settle();
      expect(events).to.deep.equal([['message', 0], ['close']]);
      expect(port2.closed).to.equal(true);
    });

    it('drops what the port itself has not read', async () => {
      const { port1, port2 } = openChannel();
      const { events } = record(port2);
      port1.postMessage(0);
      port2.start();
      port2.close();
      port1.postMessage(1);
      await settle();
      expect(events).to.deep.equal([['close']]);
    });

    it('in a message listener drops the messages after that one', async () => {
      const { port1, port2 } = openChannel();
      const { events } = record(port2);
      port2.onmessage = () => port2.close();
      for (const index of range(5)) port1.postMessage(index);
      await settle();
      expect(events).to.deep.equal([['message', 0], ['close']]);
    });

    it('reaches ports in messages that are never read', async () => {
      const { port1, port2 } = openChannel();
      const { port1: inner, port2: other } = openChannel();
      const { port1: innermost, port2: innermostOther } = openChannel();
      other.postMessage(null, [innermost]);
      port1.postMessage(null, [inner]);
      const closed = Promise.all([once(other, 'close'), once(innermostOther, 'close')]);
      port2.close();
      await closed;
    });

    it('reaches through a long chain of ports in messages that are never read', async () => {
      const chain = range(20_000).map(() => new MessageChannelMain());
      for (const index of range(chain.length - 1)) chain[index].port1.postMessage(null, [chain[index + 1].port2]);
      const last = chain[chain.length - 1].port1;
      const closed = once(last, 'close');
      chain[0].port2.close();
      await closed;
    });

    it('is emitted where a transferred port arrives when its other end closed before', async () => {
      const { port1, port2 } = openChannel();
      const { port1: carrier, port2: receiver } = openChannel();
      port1.postMessage('last');
      port1.close();
      const { ports } = await arrival(carrier, receiver, null, [port2]);
      const { events } = record(ports[0]);
      ports[0].start();
      await settle();
      expect(events).to.deep.equal([['message', 'last'], ['close']]);
    });

    it('is emitted where a transferred port arrives when its other end closes on the way', async () => {
      const { port1, port2 } = openChannel();
      const { port1: carrier, port2: receiver } = openChannel();
      carrier.postMessage(null, [port2]);
      port1.postMessage('last');
      port1.close();
      receiver.start();
      const [{ ports }] = await once(receiver, 'message');
      const { events } = record(ports[0]);
      ports[0].start();
      await settle();
      expect(events).to.deep.equal([['message', 'last'], ['close']]);
    });

    it('is not emitted on a port that was transferred', async () => {
      const { port1, port2 } = openChannel();
      const { port1: carrier, port2: receiver } = openChannel();
      const { events } = record(port2);
      const { ports } = await arrival(carrier, receiver, null, [port2]);
      const moved = once(ports[0], 'close');
      port2.close();
      await settle();
      expect(port2.closed).to.equal(false);
      port1.close();
      await moved;
      await settle();
      expect(events).to.deep.equal([]);
    });

    it('does nothing to a transferred port: its new owner keeps the channel', async () => {
      const { port1, port2 } = openChannel();
      const { port1: carrier, port2: receiver } = openChannel();
      carrier.postMessage(null, [port2]);
      port2.close();
      receiver.start();
      const [{ ports }] = await once(receiver, 'message');
      await expectEntangled(port1, ports[0]);
    });

    it('is emitted on a port that was closed and then transferred, and where it arrives', async () => {
      const { port1, port2 } = openChannel();
      const { port1: carrier, port2: receiver } = openChannel();
      const [near, far] = [record(port1), record(port2)];
      port2.close();
      const { ports } = await arrival(carrier, receiver, null, [port2]);
      const arrived = record(ports[0]);
      await settle();
      expect([near.count('close'), far.count('close'), arrived.count('close')]).to.deep.equal([1, 1, 1]);
    });

    it('is emitted where the port is, when it was transferred between the other end closing and its being told', async () => {
      const { port1, port2 } = openChannel();
      const { port1: carrier, port2: receiver } = openChannel();
      const { events } = record(port2);
      port1.close();
      carrier.postMessage(null, [port2]);
      receiver.start();
      const [{ ports }] = await once(receiver, 'message');
      await once(ports[0], 'close');
      await settle();
      expect(events).to.deep.equal([]);
    });

    it('of both ends inside one message reaches both', async () => {
      const { port1: carrier, port2: receiver } = openChannel();
      const { port1, port2 } = openChannel();
      const { ports } = await arrival(carrier, receiver, null, [port1, port2]);
      await expectEntangled(ports[0], ports[1]);
      const closed = once(ports[1], 'close');
      ports[0].close();
      await closed;
    });
  });

  describe('closed', () => {
    it('is false, then true from close() on', () => {
      const { port1 } = openChannel();
      expect(port1.closed).to.equal(false);
      port1.close();
      expect(port1.closed).to.equal(true);
    });

    it('is true from the close event on when the other end closed', async () => {
      const { port1, port2 } = openChannel();
      const atEvent = new Promise((resolve) => port2.on('close', () => resolve(port2.closed)));
      port1.close();
      expect(port2.closed).to.equal(false);
      expect(await atEvent).to.equal(true);
      expect(port2.closed).to.equal(true);
    });

    it('comes true without any listener', async () => {
      const { port1, port2 } = openChannel();
      port1.close();
      await settle();
      expect(port2.closed).to.equal(true);
    });

    it('comes true without any listener when the other end was in a page', async () => {
      const window = await openWindow();
      const port = await connect(window);
      expect(port.closed).to.equal(false);
      await run(window, () => page.port.close());
      while (!port.closed) await settleWith(window);
    });

    it('cannot be set', () => {
      'use strict';
      const { port1 } = openChannel();
      expect(() => ((port1 as any).closed = true)).to.throw(TypeError);
      expect(port1.closed).to.equal(false);
    });
  });

  describe('garbage collection', () => {
    it('of a port that was never started closes the other end', async () => {
      const listener = fake();
      const keep = (() => {
        const { port1 } = new MessageChannelMain();
        port1.on('close', listener);
        return port1;
      })();
      await collectUntil(() => listener.called);
      expect(keep.closed).to.equal(true);
      await collect();
      expect(listener.callCount).to.equal(1);
    });

    it('of a port closes it though it has listeners, unread messages, or the reverse side a started one', async () => {
      const listener = fake();
      const keep = (() => {
        const { port1, port2 } = new MessageChannelMain();
        port1.onclose = listener;
        port1.start();
        port2.on('message', () => {});
        port2.on('close', () => {});
        port1.postMessage('unread');
        return port1;
      })();
      await collectUntil(() => listener.called);
      expect(keep.closed).to.equal(true);
    });

    it('of a port closes it though the signal of one of its listeners lives on', async () => {
      const listener = fake();
      const { signal } = new AbortController();
      const keep = (() => {
        const { port1, port2 } = new MessageChannelMain();
        port1.on('close', listener);
        port2.addEventListener('message', () => {}, { signal });
        return port1;
      })();
      await collectUntil(() => listener.called);
      expect(keep.closed).to.equal(true);
      expect(signal.aborted).to.equal(false);
    });

    it('of a port that arrived and was not taken closes the other end', async () => {
      const { port1: carrier, port2: receiver } = openChannel();
      const { port1, port2 } = openChannel();
      const listener = fake();
      port2.on('close', listener);
      receiver.onmessage = () => {};
      carrier.postMessage(null, [port1]);
      await settle();
      receiver.onmessage = null;
      await collectUntil(() => listener.called);
    });

    it('of a port closes the ports in its unread messages', async () => {
      const listener = fake();
      const { port1, port2 } = openChannel();
      port2.on('close', listener);
      (() => new MessageChannelMain().port1.postMessage(null, [port1]))();
      await collectUntil(() => listener.called);
    });

    it('of a port closes the other end in a page', async () => {
      const window = await openWindow();
      // In a function of its own: an async one may keep what it no longer needs.
      await (() => givePort(window, new MessageChannelMain().port2))();
      await run(window, () => {
        page.closing = new Promise<void>((resolve) => (page.port.onclose = () => resolve()));
        // A DOM port learns of a close only once it is started.
        page.port.start();
      });
      let isClosed = false;
      const closing = run(window, () => page.closing).then(() => (isClosed = true));
      await collectUntil(() => isClosed);
      await closing;
    });

    it('in a page of a port that was never started closes the end here', async () => {
      const window = await openWindow();
      const port = await connect(window);
      let isClosed = false;
      port.on('close', () => (isClosed = true));
      await run(window, () => {
        page.port = null;
      });
      await collectUntil(
        () => isClosed,
        () =>
          run(window, () => {
            page.arrival = null;
            (globalThis as any).gc();
          })
      );
    });

    it('spares a started port, and its messages arrive', async () => {
      const { port1, port2 } = openChannel();
      const { port1: carrier, port2: receiver } = openChannel();
      const arrived = new Promise((resolve) => {
        receiver.onmessage = ({ ports }) => {
          ports[0].onmessage = ({ data }) => resolve(data);
        };
      });
      carrier.postMessage(null, [port2]);
      await settle();
      await collect();
      port1.postMessage('alive');
      expect(await arrived).to.equal('alive');
    });

    it('spares a started port whose other end is in a page', async () => {
      const window = await openWindow();
      const answer = await (async () => {
        const { port1, port2 } = new MessageChannelMain();
        await givePort(window, port2);
        return new Promise<() => unknown>((resolve) => {
          let data: unknown;
          port1.onmessage = (event) => (data = event.data);
          resolve(() => data);
        });
      })();
      await collect();
      await run(window, () => page.port.postMessage('alive'));
      await settleWith(window);
      expect(answer()).to.equal('alive');
    });

    it('spares a started port that has unread messages of an end that is gone', async () => {
      const seen: unknown[] = [];
      (() => {
        const { port1, port2 } = new MessageChannelMain();
        port1.postMessage(0);
        port1.postMessage(1);
        port1.close();
        port2.on('close', () => seen.push('close'));
        port2.onmessage = ({ data }) => seen.push(data);
        requestGarbageCollectionForTesting();
      })();
      await collect();
      expect(seen).to.deep.equal([0, 1, 'close']);
    });
  });

  describe('with its other end in a page', () => {
    let window: BrowserWindow;
    let port: MessagePortMain;

    beforeEach(async () => {
      window = await openWindow();
      port = await connect(window);
    });

    it('queues until started, at both ends', async () => {
      const { events } = record(port);
      await run(window, () => {
        page.seen = [];
        page.port.addEventListener('message', ({ data }: MessageEvent) => page.seen.push(data));
        for (let index = 0; index < 5; index++) page.port.postMessage(index);
      });
      for (const index of range(5)) port.postMessage(index);
      await settleWith(window);
      expect(events).to.deep.equal([]);
      expect(await run(window, () => page.seen)).to.deep.equal([]);
      port.start();
      await run(window, () => page.port.start());
      await settleWith(window);
      expect(events).to.deep.equal(range(5).map((index) => ['message', index]));
      expect(await run(window, () => page.seen)).to.deep.equal(range(5));
    });

    it('has messages of both sides arrive in order', async () => {
      await run(window, () => {
        page.port.onmessage = ({ data }: MessageEvent) => page.port.postMessage(data);
      });
      const answers = read(port, 1000);
      for (const index of range(1000)) port.postMessage(index);
      expect(await answers).to.deep.equal(range(1000));
    });

    it('copies what structured clone copies, both ways', async () => {
      await run(window, () => {
        page.port.onmessage = ({ data }: MessageEvent) => {
          const { map, date, error, big } = data;
          const isRight =
            map instanceof Map &&
            date instanceof Date &&
            error instanceof RangeError &&
            big === 2n ** 70n &&
            data.self === data;
          page.port.postMessage({ isRight, data });
        };
      });
      const message: Record<string, unknown> = {
        map: new Map([[1, new Set(['x'])]]),
        date: new Date(5),
        error: new RangeError('far'),
        big: 2n ** 70n,
        text: '\ud800'
      };
      message.self = message;
      const answer = read(port, 1);
      port.postMessage(message);
      const [{ isRight, data }] = await answer;
      expect(isRight).to.equal(true);
      expect([...data.map.get(1)]).to.deep.equal(['x']);
      expect(data.date.getTime()).to.equal(5);
      expect(data.error).to.be.an.instanceOf(RangeError);
      expect(data.big).to.equal(2n ** 70n);
      expect(data.text).to.equal('\ud800');
      expect(data.self).to.equal(data);
    });

    it('takes ports inside the data both ways, as the very objects in event.ports', async () => {
      await run(window, () => {
        page.port.onmessage = ({ data, ports }: MessageEvent) => {
          const isSame =
            data.a === ports[1] &&
            data.list[0].b === ports[0] &&
            data.map.get('key') === ports[1] &&
            data.set.has(ports[0]);
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = ({ data }) => port1.postMessage(data);
          const message = { isSame, a: port2, map: new Map<unknown, unknown>([[port2, [port2]]]) };
          page.port.postMessage(message, [ports[0], port2, ports[1]]);
        };
      });
      const [one, two] = [openChannel(), openChannel()];
      const answer = once(port, 'message');
      port.start();
      const message = {
        a: one.port1,
        list: [{ b: two.port1 }],
        map: new Map([['key', one.port1]]),
        set: new Set([two.port1])
      };
      port.postMessage(message, [two.port1, one.port1]);
      const [{ data, ports }] = await answer;
      expect(data.isSame).to.equal(true);
      expect(ports).to.have.lengthOf(3);
      expect(data.a).to.equal(ports[1]);
      expect(data.map.get(ports[1])[0]).to.equal(ports[1]);
      await expectEntangled(ports[0], two.port2);
      await expectEntangled(ports[2], one.port2);
      expect((await arrival(data.a, data.a, 'echo')).data).to.equal('echo');
    });

    it('gets messageerror for what cannot be read here, once each, and all the rest', async () => {
      const { events } = record(port);
      const last = read(port, 41);
      await run(window, () => {
        const module = new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
        for (let index = 0; index < 40; index++) {
          page.port.postMessage(index);
          if (index % 10 === 5) page.port.postMessage({ module });
        }
        page.port.postMessage('last');
      });
      await last;
      const expected = range(40).flatMap((index) =>
        index % 10 === 5 ? [['message', index], ['messageerror']] : [['message', index]]
      );
      expect(events).to.deep.equal([...expected, ['message', 'last']]);
    });

    it('closes the ports that came with what cannot be read here', async () => {
      const failed = once(port, 'messageerror');
      port.start();
      await run(window, () => {
        const module = new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
        const { port1, port2 } = new MessageChannel();
        page.closed = new Promise<void>((resolve) => (port1.onclose = () => resolve()));
        port1.start();
        page.port.postMessage({ module, port2 }, [port2]);
      });
      const [event] = await failed;
      expect(event.type).to.equal('messageerror');
      expect(event.data).to.equal(undefined);
      expect(event.target).to.equal(port);
      for (const each of event.ports) each.close();
      await run(window, () => page.closed);
    });

    it('keeps count when it is sent on, started, with unread messages after some that could not be read here', async () => {
      const other = await openWindow();
      await expectPort(other, 'moved');
      const seen: unknown[] = [];
      port.on('messageerror', () => seen.push('messageerror'));
      port.on('message', ({ data }) => {
        seen.push(data);
        if (data === 35) other.webContents.postMessage('port', null, [port]);
      });
      port.start();
      await run(window, () => {
        const module = new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
        page.port.postMessage({ module });
        for (let index = 0; index < 100; index++) page.port.postMessage(index);
        page.port.postMessage({ module });
        page.port.postMessage('last');
      });
      await portArrived(other);
      const rest = await run(
        other,
        () =>
          new Promise<unknown[]>((resolve) => {
            const seen: unknown[] = [];
            page.moved.onmessageerror = () => seen.push('messageerror');
            page.moved.onmessage = ({ data }: MessageEvent) => {
              seen.push(data);
              if (data === 'last') resolve(seen);
            };
          })
      );
      expect(seen).to.deep.equal(['messageerror', ...range(36)]);
      expect(rest).to.deep.equal([...range(100).slice(36), 'messageerror', 'last']);
    });

    it('passes on, unread, what could not be read here', async () => {
      const other = await openWindow();
      // To be told of a close the port has to be watched, and nothing must be taken from it for that.
      port.on('close', () => {});
      await run(window, () => {
        const { port1, port2 } = new MessageChannel();
        page.kept = port1;
        port1.onmessage = ({ data }) => port1.postMessage(data);
        page.port.postMessage(0);
        page.port.postMessage({ blob: new Blob(['text']), port2 }, [port2]);
        page.port.postMessage(2);
      });
      await settleWith(window);
      await givePort(other, port, 'moved');
      const seen = await run(
        other,
        () =>
          new Promise((resolve) => {
            const seen: unknown[] = [];
            page.moved.onmessage = async ({ data, ports }: MessageEvent) => {
              seen.push(data);
              if (seen.length < 3) return;
              const [, { blob, port2 }] = seen as any[];
              const text = await blob.text();
              port2.onmessage = (event: MessageEvent) => resolve([seen[0], text, event.data, seen[2], ports.length]);
              port2.postMessage('echo');
            };
          })
      );
      expect(seen).to.deep.equal([0, 'text', 'echo', 2, 0]);
    });

    it('gets close, once, when the page closes its end, after what was sent before', async () => {
      const { events } = record(port);
      port.start();
      await run(window, () => {
        for (let index = 0; index < 100; index++) page.port.postMessage(index);
        page.port.close();
      });
      await once(port, 'close');
      await settleWith(window);
      expect(events).to.deep.equal([...range(100).map((index) => ['message', index]), ['close']]);
    });

    it('gets close though it was never started', async () => {
      const closed = once(port, 'close');
      await run(window, () => page.port.close());
      await closed;
    });

    it('gets close, not started, only once its messages are read', async () => {
      const { events } = record(port);
      await run(window, () => {
        page.port.postMessage('unread');
        page.port.close();
      });
      await settleWith(window);
      expect(events).to.deep.equal([]);
      port.start();
      await once(port, 'close');
      await settle();
      expect(events).to.deep.equal([['message', 'unread'], ['close']]);
    });

    it('gives the page one close, after what was sent before', async () => {
      const events = run(
        window,
        () =>
          new Promise<unknown[]>((resolve) => {
            const events: unknown[] = [];
            page.port.onmessage = ({ data }: MessageEvent) => events.push(data);
            page.port.onclose = () => {
              events.push('close');
              setTimeout(() => resolve(events), 50);
            };
          })
      );
      await run(window, () => {});
      for (const index of range(100)) port.postMessage(index);
      port.close();
      expect(await events).to.deep.equal([...range(100), 'close']);
    });

    it('closes the ports in what was never read here', async () => {
      await run(window, () => {
        const [one, other] = [new MessageChannel(), new MessageChannel()];
        page.closed = Promise.all(
          [one.port1, other.port1].map((each) => new Promise<void>((resolve) => (each.onclose = () => resolve())))
        );
        one.port1.start();
        other.port1.start();
        one.port1.postMessage(null, [other.port2]);
        page.port.postMessage(null, [one.port2]);
      });
      port.close();
      await run(window, () => page.closed);
    });

    it('closes the ports in what is on its way here when it closes', async () => {
      port.start();
      // Both in flight: the page is busy sending when this end closes.
      const sent = run(window, () => {
        const channels = Array.from({ length: 50 }, () => new MessageChannel());
        page.closed = Promise.all(
          channels.map(({ port1 }) => new Promise<void>((resolve) => (port1.onclose = () => resolve())))
        );
        for (const { port1, port2 } of channels) {
          port1.start();
          page.port.postMessage(null, [port2]);
        }
      });
      await once(port, 'message');
      port.close();
      await sent;
      let isDone = false;
      const done = run(window, () => page.closed).then(() => (isDone = true));
      // No script can reach the one that was delivered.
      await collectUntil(() => isDone);
      await done;
    });

    it('comes back from the page as a port that works', async () => {
      const { port1, port2 } = openChannel();
      await givePort(window, port2, 'visitor');
      port1.postMessage('on the way');
      const back = await takePort(window, 'visitor');
      expect(await read(back, 1)).to.deep.equal(['on the way']);
      await expectEntangled(port1, back);
    });

    it('takes a self-addressed end without harm', async () => {
      // The stock runtime cannot tell that the two belong together, once one has been in a page.
      const { port1, port2 } = openChannel();
      await givePort(window, port2, 'visitor');
      const back = await takePort(window, 'visitor');
      const send = () => port1.postMessage('swallows its tail', [back]);
      if (isStock) send();
      else expect(send).to.throw('Port at index 0 is the other end of the source port.');
      await settleWith(window);
      await run(window, () => page.port.postMessage('fine'));
      expect(await read(port, 1)).to.deep.equal(['fine']);
    });

    it('handles bad input as anywhere', async () => {
      const { port1: good, port2: other } = openChannel();
      const buffer = new ArrayBuffer(8);
      for (const call of [
        () => port.postMessage(() => {}, [good, buffer]),
        () => port.postMessage(null, [good, buffer, port]),
        () => port.postMessage(null, [good, buffer, good]),
        () => port.postMessage({ get trap() { throw new Error('trap'); } }, [good, buffer]) // prettier-ignore
      ]) {
        expect(call).to.throw();
      }
      expect(isDetached(buffer)).to.equal(false);
      await expectEntangled(good, other);
      const first = run(
        window,
        () => new Promise((resolve) => (page.port.onmessage = ({ data }: MessageEvent) => resolve(data)))
      );
      port.postMessage('first');
      expect(await first).to.equal('first');
    });

    it('sends on a closed channel without harm', async () => {
      const closed = once(port, 'close');
      await run(window, () => page.port.close());
      await closed;
      const { port1: listed, port2: other } = openChannel();
      port.postMessage('lost', [listed]);
      await expectEntangled(listed, other);
    });
  });
});
