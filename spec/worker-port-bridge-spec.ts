import { expect } from 'chai';

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { App, runApp } from './lib/apps';
import { temporaryFolder } from './lib/files';
import { skipInElectron } from './lib/needs';

// Whole apps: in each the thread that joins ports starts anew.
describe('the thread for ports of worker threads', function () {
  this.timeout(40_000);

  describe('and a port that goes away before it is joined', () => {
    /** Has main print `closed` when a port's other end is gone, and go on. */
    async function expectClosed(main: Parameters<typeof runApp>[0]) {
      const { code, lines, errors } = await runApp(main, { FOLDER: temporaryFolder() });
      expect(errors).to.equal('');
      expect(lines).to.deep.equal(['closed']);
      expect(code).to.equal(0);
    }

    it('closes the other end when it is closed at once', () =>
      expectClosed(async ({ app, MessageChannelMain }) => {
        await app.whenReady();
        const { port1, port2 } = new MessageChannelMain();
        port2.on('close', () => {
          console.log('closed');
          app.exit(0);
        });
        (port1 as any).toWorkerPort().close();
      }));

    it('closes the other end when it is closed a little later, whenever that is', () =>
      expectClosed(async ({ app, MessageChannelMain }) => {
        const { once } = require('node:events');
        const { setTimeout: wait } = require('node:timers/promises');
        await app.whenReady();
        const closed: Promise<unknown>[] = [];
        for (let i = 0; i < 60; i++) {
          const { port1, port2 } = new MessageChannelMain();
          closed.push(once(port2, 'close'));
          const port = (port1 as any).toWorkerPort();
          setTimeout(() => port.close(), i * 5);
          await wait(1);
        }
        await Promise.all(closed);
        console.log('closed');
        app.exit(0);
      }));

    it('delivers what was posted before it was closed', () =>
      expectClosed(async ({ app, MessageChannelMain }) => {
        const { once } = require('node:events');
        await app.whenReady();
        const { port1, port2 } = new MessageChannelMain();
        const port = (port1 as any).toWorkerPort();
        port.postMessage('last words');
        port.close();
        port2.start();
        const closed = once(port2, 'close');
        const [{ data }] = await once(port2, 'message');
        await closed;
        console.log(data === 'last words' ? 'closed' : data);
        app.exit(0);
      }));

    it('closes the other end when the worker that it was given to is terminated, or exits', () =>
      expectClosed(async ({ app, MessageChannelMain }) => {
        const { once } = require('node:events');
        const { Worker } = require('node:worker_threads');
        await app.whenReady();
        const give = (script: string, end: (worker: any) => void) => {
          const { port1, port2 } = new MessageChannelMain();
          const worker = new Worker(script, { eval: true });
          const port = (port1 as any).toWorkerPort();
          worker.postMessage(port, [port]);
          end(worker);
          return once(port2, 'close');
        };
        await Promise.all([
          give('setInterval(() => {}, 1000)', (worker) => worker.terminate()),
          give("require('node:worker_threads').parentPort.once('message', () => process.exit())", () => {}),
          give('process.exit()', () => {})
        ]);
        console.log('closed');
        app.exit(0);
      }));

    it('closes the other end when it is passed on over a channel that is dropped', () =>
      expectClosed(async ({ app, MessageChannelMain }) => {
        const { once } = require('node:events');
        const { MessageChannel } = require('node:worker_threads');
        await app.whenReady();
        const { port1, port2 } = new MessageChannelMain();
        const closed = once(port2, 'close');
        const channel = new MessageChannel();
        const port = (port1 as any).toWorkerPort();
        channel.port1.postMessage(null, [port]);
        channel.port2.close();
        await closed;
        console.log('closed');
        app.exit(0);
      }));

    it('closes the other end in a utility process, which goes on', () =>
      expectClosed(async ({ app, utilityProcess }) => {
        const { writeFileSync } = require('node:fs');
        const { join } = require('node:path');
        const file = join(process.env.FOLDER!, 'child.js');
        writeFileSync(
          file,
          `const { MessageChannelMain } = require('electron');
          const { port1, port2 } = new MessageChannelMain();
          port2.on('close', () => process.parentPort.postMessage('closed'));
          port1.toWorkerPort().close();
          process.parentPort.on('message', () => process.exit(3));`
        );
        await app.whenReady();
        const child = utilityProcess.fork(file);
        child.on('message', (message) => {
          console.log(message);
          child.postMessage('end');
        });
        child.on('exit', (code) => app.exit(code === 3 ? 0 : 1));
      }));

    it('closes the receiver’s port when it is the other end of a worker_threads port that was sent', () =>
      expectClosed(async ({ app, MessageChannelMain }) => {
        const { once } = require('node:events');
        const { MessageChannel } = require('node:worker_threads');
        await app.whenReady();
        const { port1, port2 } = new MessageChannelMain();
        const { port1: kept, port2: sent } = new MessageChannel();
        port1.postMessage('x', [sent]);
        kept.close();
        port2.start();
        const [{ ports }] = await once(port2, 'message');
        await once(ports[0], 'close');
        console.log('closed');
        app.exit(0);
      }));
  });

  it('loads nothing that the command line or NODE_OPTIONS has the app load', async function () {
    skipInElectron(this, 'takes no --import');
    const folder = temporaryFolder({
      'given.mjs': `import { appendFileSync } from 'node:fs';
        import { isMainThread } from 'node:worker_threads';
        appendFileSync(new URL('log', import.meta.url), isMainThread ? 'main thread\\n' : 'another thread\\n');`,
      'main.js': `const { app, MessageChannelMain } = require('electron');
        app.whenReady().then(() => {
          const { port1, port2 } = new MessageChannelMain();
          port1.toWorkerPort().postMessage('by the thread');
          port2.on('message', ({ data }) => {
            console.log(data);
            app.exit(0);
          });
          port2.start();
        });`
    });
    const given = pathToFileURL(join(folder, 'given.mjs')).href;
    const options = `${process.env.NODE_OPTIONS ?? ''} --import=${given}`;
    const main = join(folder, 'main.js');
    for (const app of [new App(['--import', given, main]), new App([main], { NODE_OPTIONS: options })]) {
      const { code, lines, errors } = await app.ended;
      expect(lines, errors).to.deep.equal(['by the thread']);
      expect(code).to.equal(0);
    }
    const log = readFileSync(join(folder, 'log'), 'utf8').trim().split('\n');
    expect(new Set(log)).to.deep.equal(new Set(['main thread']));
  });

  it('starts again with the next port after it died, and its ports close', async () => {
    const { code, lines, errors } = await runApp(async ({ app, MessageChannelMain }) => {
      const { once } = require('node:events');
      const threads = require('node:worker_threads');
      const { Worker } = threads;
      const started: any[] = [];
      threads.Worker = class extends Worker {
        constructor(...args: any[]) {
          super(...args);
          started.push(this);
        }
      };
      const echo = async () => {
        const { port1, port2 } = new MessageChannelMain();
        const worker = (port1 as any).toWorkerPort();
        worker.on('message', (value: unknown) => worker.postMessage(value));
        port2.postMessage('there and back');
        port2.start();
        const [{ data }] = await once(port2, 'message');
        console.log(data);
        return { port2, worker };
      };
      await app.whenReady();
      const { port2, worker } = await echo();
      const closed = [once(port2, 'close'), once(worker, 'close')];
      await Promise.all([...closed, started[0].terminate()]);
      await echo();
      console.log(started.length);
      app.exit(0);
    });
    expect(lines, errors).to.deep.equal(['there and back', 'there and back', '2']);
    expect(code).to.equal(0);
  });

  it('closes the ports that wait for it when it cannot start, and says why', async () => {
    const { code, lines, errors } = await runApp(async ({ app, MessageChannelMain }) => {
      const { once } = require('node:events');
      const threads = require('node:worker_threads');
      const { Worker } = threads;
      threads.Worker = class extends Worker {
        constructor() {
          super('throw new Error("not today")', { eval: true });
        }
      };
      await app.whenReady();
      const { port1, port2 } = new MessageChannelMain();
      const worker = (port1 as any).toWorkerPort();
      await Promise.all([once(port2, 'close'), once(worker, 'close')]);
      threads.Worker = Worker;
      const { port1: next, port2: other } = new MessageChannelMain();
      (next as any).toWorkerPort().postMessage('works');
      other.start();
      console.log((await once(other, 'message'))[0].data);
      app.exit(0);
    });
    expect(lines, errors).to.deep.equal(['works']);
    expect(errors).to.include('The thread for ports of worker threads did not start').and.include('not today');
    expect(code).to.equal(0);
  });
});
