import { expect } from 'chai';

import { runApp } from './lib/apps';
import { inspect } from './lib/inspected-app';
import { isStock } from './lib/needs';
import { PortInspectorClient } from './lib/port-inspector';

describe('the port inspector', function () {
  this.timeout(60_000);

  it('counts what is sent over a channel in the main process, each way, and shows what waits', async () => {
    const { ports } = await inspect(async ({ app, MessageChannelMain }) => {
      console.log((await app.inspectPorts({ open: false })).url);
      const { port1, port2 } = new MessageChannelMain();
      port2.on('message', () => port2.postMessage('back'));
      port2.start();
      for (let i = 0; i < 10; i++) port1.postMessage('x'.repeat(100));
    });
    const channel = await ports.until(() => ports.own.find(({ ends }) => ends[1].sent === 10));
    const [one, other] = channel.ends;
    expect([one.sent, other.received, other.queue]).to.deep.equal([10, 10, 0]);
    expect([other.sent, one.received, one.queue]).to.deep.equal([10, 0, 10]);
    expect([one.isStarted, other.isStarted]).to.deep.equal([false, true]);
    expect(one.sentBytes).to.be.within(1000, 1200);
    expect(one.oldestUnread).to.be.a('number');
    expect(channel.path).to.equal('process');
    expect(channel.stack).to.match(/main\.js:\d+:\d+/);
  });

  it('logs messages with their values once it is told to, and each with when it was read', async () => {
    const { ports, goOn } = await inspect(async ({ app, MessageChannelMain }, _path, told) => {
      console.log((await app.inspectPorts({ open: false })).url);
      const { port1, port2 } = new MessageChannelMain();
      port2.start();
      port1.postMessage('before');
      await told();
      const { port1: sent } = new MessageChannelMain();
      const bytes = new ArrayBuffer(8);
      port1.postMessage({ list: [1, 'two'], map: new Map([['key', new Date(0)]]), bytes, port: sent, nothing: null }, [
        bytes,
        sent
      ]);
    });
    ports.send({ type: 'log', on: true });
    await ports.until(() => ports.isLogging);
    goOn();
    const [message] = await ports.until(() => {
      const all = [...ports.log.values()];
      return all[0]?.readTime !== undefined && all;
    });
    expect(ports.log.size).to.equal(1);
    expect(message.value).to.deep.equal({
      type: 'Object',
      entries: [
        [
          'list',
          {
            type: 'Array(2)',
            entries: [
              ['0', '1'],
              ['1', '"two"']
            ]
          }
        ],
        ['map', { type: 'Map', entries: [['"key"', { type: 'Date 1970-01-01T00:00:00.000Z' }]] }],
        ['bytes', { type: 'ArrayBuffer(8 bytes)' }],
        ['port', { type: 'MessagePort' }],
        ['nothing', 'null']
      ]
    });
    expect(message.readTime).to.be.at.least(message.time);
  });

  it('is served again when it is asked for after it was closed, and knows what was meanwhile', async () => {
    const { app, goOn } = await inspect(async ({ app, MessageChannelMain }, _path, told) => {
      const inspector = await app.inspectPorts({ open: false });
      console.log(inspector.url);
      await app.whenReady();
      await told();
      inspector.close();
      Object.assign(globalThis, { kept: new MessageChannelMain() });
      const again = await app.inspectPorts({ open: false });
      console.log(again === inspector, again.url);
    });
    goOn();
    const [isSame, url] = (await app.line()).split(' ');
    expect(isSame).to.equal('true');
    const second = await PortInspectorClient.connect(url);
    await second.until(() => second.own.length === 1);
  });

  it('says that it was closed when it is asked where it is', async () => {
    const { app, goOn } = await inspect(async ({ app }, _path, told) => {
      const inspector = await app.inspectPorts({ open: false });
      console.log(inspector.url);
      await told();
      inspector.close();
      const opened = await inspector.open().catch(String);
      try {
        console.log(inspector.url);
      } catch (error) {
        console.log(JSON.stringify([String(error), opened]));
      }
    });
    goOn();
    const error = 'Error: The port inspector is closed; call app.inspectPorts() to serve it again';
    expect(JSON.parse(await app.line())).to.deep.equal([error, error]);
  });

  it('sees ports in utility processes and worker threads, and marks what the bridge thread relays', async () => {
    const files = {
      'utility.js': `process.parentPort.on('message', ({ ports: [port] }) => {
        port.on('message', ({ data }) => port.postMessage(data));
        port.start();
      });`,
      'worker.js': `require('node:worker_threads').parentPort.once('message', (port) => {
        port.on('message', (data) => port.postMessage(data));
      });`
    };
    const { ports } = await inspect(async ({ app, MessageChannelMain, utilityProcess }, path) => {
      const { Worker } = require('node:worker_threads') as typeof import('node:worker_threads');
      console.log((await app.inspectPorts({ open: false })).url);
      await app.whenReady();
      const child = utilityProcess.fork(path('utility.js'));
      const first = new MessageChannelMain();
      child.postMessage(null, [first.port2]);
      const second = new MessageChannelMain();
      const port = second.port2.toWorkerPort();
      new Worker(path('worker.js')).postMessage(port, [port]);
      for (const { port1 } of [first, second]) {
        port1.start();
        for (let i = 0; i < 7; i++) port1.postMessage(i);
      }
    }, files);
    const echoed = await ports.until(() => {
      const all = ports.own.filter(({ ends: [one, other] }) => one.received === 7 && other.received === 7);
      return all.length === 2 && all;
    });
    expect(echoed.map(({ ends }) => ports.holders.get(ends[1].holder!)!.kind)).to.deep.equal([
      'utility',
      'worker-threads'
    ]);
    expect(echoed.map(({ relayed }) => relayed !== undefined)).to.deep.equal([false, true]);
    expect(echoed[0].ends.map(({ sent }) => sent)).to.deep.equal([7, 7]);
  });

  it('follows an end to a utility process, back, and on to another one', async () => {
    const files = {
      'utility.js': `process.parentPort.on('message', ({ data, ports: [port] }) => {
        port.postMessage('from ' + data);
        if (data === 'first') process.parentPort.postMessage('back', [port]);
        else port.start();
      });`
    };
    const { ports } = await inspect(async ({ app, MessageChannelMain, utilityProcess }, path) => {
      console.log((await app.inspectPorts({ open: false })).url);
      await app.whenReady();
      const { port1, port2 } = new MessageChannelMain();
      port1.start();
      const [first, second] = [utilityProcess.fork(path('utility.js')), utilityProcess.fork(path('utility.js'))];
      first.on('message', (...args: any[]) => second.postMessage('second', args[1].ports));
      first.postMessage('first', [port2]);
    }, files);
    const kindOf = (id?: string) => ports.holders.get(id!)?.kind;
    // Each process reports at its own time.
    const moved = await ports.until(() =>
      ports.own.find(({ ends: [one, other] }) => one.received === 2 && other.sent === 2 && !other.isOnItsWay)
    );
    expect(moved.stack).to.match(/main\.js:\d+:\d+/);
    expect(moved.ends[1].transfers.map(({ from, to }) => [kindOf(from), kindOf(to)])).to.deep.equal([
      ['main', 'utility'],
      ['utility', 'main'],
      ['main', 'utility']
    ]);
    const [to, from] = [moved.ends[1].transfers[0].to, moved.ends[1].transfers[2].to];
    expect(from).to.equal(moved.ends[1].holder);
    expect(to).not.to.equal(from);
  });

  it('says who closed a channel, and why, of a utility process, too', async () => {
    const files = {
      'utility.js': `process.parentPort.on('message', ({ data, ports: [port] }) => {
        if (data === 'close') port.close();
        else port.start();
        if (data === 'exit') process.exit(3);
      });`
    };
    const { ports } = await inspect(async ({ app, MessageChannelMain, utilityProcess }, path) => {
      console.log((await app.inspectPorts({ open: false })).url);
      await app.whenReady();
      const give = (how: string) => {
        const { port1, port2 } = new MessageChannelMain();
        port1.start();
        utilityProcess.fork(path('utility.js')).postMessage(how, [port2]);
      };
      give('close');
      give('exit');
      const { port1, port2 } = new MessageChannelMain();
      port2.close();
      port1.start();
    }, files);
    const closed = await ports.until(() => {
      // The parent port of the process that ended is closed, too.
      const all = ports.own.filter((channel) => channel.closed?.holder !== undefined);
      return all.length === 4 && all;
    });
    const said = closed.map(({ closed }) => `${ports.holders.get(closed!.holder!)!.kind}: ${closed!.why}`);
    expect(said.sort()).to.deep.equal([
      'main: close() was called',
      'utility: close() was called',
      'utility: its process ended with 3',
      'utility: its process ended with 3'
    ]);
  });

  it('shows what was there before it was asked for, from its first use on', async () => {
    const files = {
      'utility.js': `process.parentPort.on('message', ({ ports: [port] }) => {
        port.on('message', ({ data }) => port.postMessage(data));
        port.start();
      });`
    };
    const { ports } = await inspect(async ({ app, MessageChannelMain, utilityProcess }, path) => {
      await app.whenReady();
      const [old, late] = [new MessageChannelMain(), new MessageChannelMain()];
      const child = utilityProcess.fork(path('utility.js'));
      child.postMessage(null, [old.port2]);
      const answered = new Promise((resolve) => old.port1.once('message', resolve));
      old.port1.start();
      old.port1.postMessage('before');
      await answered;
      console.log((await app.inspectPorts({ open: false })).url);
      child.postMessage(null, [late.port2]);
      late.port1.start();
      for (let i = 0; i < 5; i++) {
        old.port1.postMessage(i);
        late.port1.postMessage(i);
      }
    }, files);
    const utility = await ports.until(() => [...ports.holders.values()].find(({ kind }) => kind === 'utility'));
    expect(utility.name).to.include('utility.js');
    const counts = await ports.until(() => {
      const all = ports.own.map(({ ends }) => ends).filter(([{ sent, received }]) => sent === 5 && received === 5);
      return all.length >= 2 && all;
    });
    for (const [one] of counts) expect(ports.holders.get(one.holder!)!.kind).to.be.oneOf(['main', 'utility']);
  });

  describe('looking for leaks', () => {
    it('finds a port that was never started, and says where it was made', async () => {
      const { ports } = await inspect(async ({ app, MessageChannelMain }) => {
        console.log((await app.inspectPorts({ open: false })).url);
        const { port1, port2 } = new MessageChannelMain();
        Object.assign(globalThis, { kept: port2 });
        for (let i = 0; i < 3; i++) port1.postMessage(i);
        const good = new MessageChannelMain();
        good.port2.start();
        good.port1.postMessage('read');
      });
      const [leak] = await ports.until(() => ports.leaks.length > 0 && ports.leaks);
      expect(ports.leaks).to.have.length(1);
      expect([leak.kind, leak.end]).to.deep.equal(['never-started', 1]);
      const source = await fetch(`${ports.url}source?channel=${leak.channel}`).then((response) => response.json());
      expect(source.lines[source.line - source.first]).to.match(/port1, port2.* = new MessageChannelMain/);
    });

    it('finds a port that is open and that script has no way to, whatever refers to it in a circle', async () => {
      const { ports } = await inspect(async ({ app, MessageChannelMain }) => {
        console.log((await app.inspectPorts({ open: false })).url);
        const make = () => {
          const { port1, port2 } = new MessageChannelMain();
          // What refers to it is its own listener. One of the other end would share its scope.
          port1.on('message', ({ data }) => port1.postMessage(data));
          for (const port of [port1, port2]) port.start();
          return { port1, port2 };
        };
        const forget = () => {
          make();
        };
        const { port2 } = make();
        Object.assign(globalThis, { kept: [make(), port2] });
        forget();
      });
      await ports.until(() => ports.own.filter(({ ends }) => ends[1].isStarted).length === 3);
      ports.send({ type: 'find-leaks' });
      await ports.until(() => ports.searched > 0 && ports.leaks.length > 0);
      const [lost, , forgotten] = ports.own;
      expect(ports.leaks.map(({ kind, channel, end }) => [kind, channel, end])).to.deep.equal([
        ['unreachable', lost.id, 0]
      ]);
      // Of the third nothing is left at all.
      expect(forgotten.closed?.why).to.equal('nothing refers to either end, as the garbage collector found');
    });

    it('tells closed ports that script still has, in every process, from those that it has not', async () => {
      const files = {
        'utility.js': `const kept = [];
          process.parentPort.on('message', ({ data, ports: [port] }) => {
            if (data === 'keep') kept.push(port);
            port.start();
          });`
      };
      const { ports } = await inspect(async ({ app, MessageChannelMain, utilityProcess }, path) => {
        console.log((await app.inspectPorts({ open: false })).url);
        await app.whenReady();
        const child = utilityProcess.fork(path('utility.js'));
        const close = (how: string) => {
          const { port1, port2 } = new MessageChannelMain();
          child.postMessage(how, [port2]);
          port1.close();
          return how === 'keep' ? port1 : undefined;
        };
        Object.assign(globalThis, { child, kept: close('keep') });
        close('drop');
      }, files);
      await ports.until(() => ports.own.filter(({ ends }) => ends[1].state === 'lost').length === 2);
      ports.send({ type: 'find-leaks' });
      await ports.until(() => ports.searched > 0);
      const held = await ports.until(() => {
        const all = ports.leaks.filter(({ kind }) => kind === 'closed-held');
        return all.length === 2 && all;
      });
      const holders = held.map(({ channel, end }) => ports.channels.get(channel)!.ends[end].holder);
      expect(holders.map((id) => ports.holders.get(id!)!.kind).sort()).to.deep.equal(['main', 'utility']);
    });
  });

  it('exports what it knows, and a trace with an arrow from each message sent to where it was read', async () => {
    const { ports, goOn } = await inspect(async ({ app, MessageChannelMain }, _path, told) => {
      console.log((await app.inspectPorts({ open: false })).url);
      const { port1, port2 } = new MessageChannelMain();
      port2.start();
      await told();
      for (let i = 0; i < 3; i++) port1.postMessage(i);
    });
    ports.send({ type: 'log', on: true });
    await ports.until(() => ports.isLogging);
    goOn();
    await ports.until(() => [...ports.log.values()].filter(({ readTime }) => readTime).length === 3);
    const get = (name: string) => fetch(ports.url + name).then((response) => response.json());
    const { channels, log } = await get('ports.json');
    expect([channels.length, log.length]).to.deep.equal([1, 3]);
    const { traceEvents } = await get('ports-trace.json');
    const of = (ph: string) => traceEvents.filter((event: { ph: string }) => event.ph === ph);
    for (const event of [...of('X'), ...of('s'), ...of('f'), ...of('i')]) {
      expect(event.ts).to.satisfy(Number.isSafeInteger);
      expect(of('M').some(({ pid, tid }: any) => pid === event.pid && tid === event.tid)).to.equal(true);
    }
    // An arrow begins and ends inside a slice, and does not go back.
    expect(of('s').length).to.equal(3);
    for (const start of of('s')) {
      const [end] = of('f').filter(({ id }: { id: string }) => id === start.id);
      expect(end.ts).to.be.above(start.ts);
      for (const each of [start, end]) {
        expect(of('X').some(({ ts, tid }: any) => ts === each.ts && tid === each.tid)).to.equal(true);
      }
    }
  });

  describe('in the fork', () => {
    beforeEach(function () {
      if (isStock) this.skip();
    });

    it('says that the package is not there when it is not', async () => {
      const { lines } = await runApp(({ app }) => {
        (app as typeof app & { getAppPath(): string }).getAppPath = () => '/';
        app
          .inspectPorts()
          .catch((error) => console.log(error.message))
          .finally(() => app.quit());
      });
      expect(lines).to.deep.equal([
        'The port inspector is part of the package electron-ports, which was not found; ' +
          'install it in the app, from what `npm pack` makes of it: npm install --save-dev PATH/electron-ports-0.1.0.tgz'
      ]);
    });

    it('has nobody but the inspector tell a utility process to report', async () => {
      const { lines } = await runApp(async ({ app, MessageChannelMain, utilityProcess }) => {
        await app.whenReady();
        const child = utilityProcess.fork(__filename);
        const { port1 } = new MessageChannelMain();
        try {
          child.postMessage({ 'electron-ports:inspect': { log: true, collections: 0 } }, [port1]);
        } catch (error) {
          console.log(String(error));
        }
        child.once('exit', () => app.quit());
        if (child.pid !== undefined) child.kill();
        else child.once('spawn', () => child.kill());
      });
      expect(lines).to.deep.equal([
        'TypeError: A message to a utility process must not have a property "electron-ports:inspect"'
      ]);
    });
  });
});
