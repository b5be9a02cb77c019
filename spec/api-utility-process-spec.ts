import { app, ipcMain, MessageChannelMain, utilityProcess } from 'electron/main';
import type { MessagePortMain, UtilityProcess } from 'electron/main';

import { expect } from 'chai';

import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';

import { defer } from './lib/defer';
import { temporaryFolder } from './lib/files';
import { skipOnStock } from './lib/needs';
import { givePort, openChannel } from './lib/ports';
import { closeAllWindows, openWindow, run } from './lib/windows';

import type {} from './lib/without-windows';

/** A utility process that runs a function. */
function fork(script: () => void, args: string[] = [], options: Electron.ForkOptions = {}): UtilityProcess {
  const folder = mkdtempSync(join(tmpdir(), 'utility-spec-'));
  const file = join(folder, 'script.cjs');
  writeFileSync(file, `(${script})();`);
  const child = utilityProcess.fork(file, args, options);
  defer(async () => {
    if (child.kill()) await once(child, 'exit');
    rmSync(folder, { recursive: true });
  });
  return child;
}

/** Says what a child that starts would say on the pipe to its parent, and dies with the answer unread. */
function dieAtStart() {
  const { writeSync } = require('node:fs');
  try {
    writeSync(3, 'ws://127.0.0.1:9\n');
  } catch {
    // Electron's own pipe is another one.
  }
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
  process.kill(process.pid, 'SIGKILL');
}

/** Gives a port to a page or a child, which reads it to its close. @returns the data of its messages */
async function readElsewhere(whose: string, port: MessagePortMain): Promise<unknown[]> {
  if (whose === 'a renderer') {
    const window = await openWindow();
    await givePort(window, port);
    return run(window, () => {
      const got: unknown[] = [];
      return new Promise<unknown[]>((resolve) => {
        page.port.onclose = () => resolve(got);
        page.port.onmessage = ({ data }: MessageEvent) => got.push(data);
      });
    });
  }
  const child = fork(() => {
    process.parentPort.once('message', ({ ports: [port] }) => {
      const got: unknown[] = [];
      port.on('message', ({ data }) => got.push(data));
      port.on('close', () => process.parentPort.postMessage(got));
      port.start();
    });
  });
  child.postMessage(null, [port]);
  const [got] = await once(child, 'message');
  return got;
}

/** A page or a child that takes two ports, and posts the second over the first when it is told. */
async function openSender(whose: string) {
  if (whose === 'a renderer') {
    const window = await openWindow();
    await run(window, () => {
      const { ipcRenderer } = require('electron');
      let ports: MessagePort[];
      ipcRenderer.on('take', (event: Electron.IpcRendererEvent) => {
        ports = event.ports;
        ipcRenderer.send('has them');
      });
      ipcRenderer.on('post', () => {
        ports[0].postMessage(null, [ports[1]]);
        ports[1].close();
      });
    });
    const { webContents } = window;
    return {
      async take(ports: MessagePortMain[]) {
        const hasThem = once(webContents.ipc, 'has them');
        webContents.postMessage('take', null, ports);
        await hasThem;
      },
      post: () => webContents.send('post')
    };
  }
  const child = fork(() => {
    let carrier: Electron.MessagePortMain;
    let carried: Electron.MessagePortMain;
    process.parentPort.on('message', ({ ports }) => {
      if (ports.length > 0) {
        [carrier, carried] = ports;
        process.parentPort.postMessage('has them');
        return;
      }
      carrier.postMessage(null, [carried]);
      // If the carrier had closed before, it is still here.
      carried.close();
    });
  });
  return {
    async take(ports: MessagePortMain[]) {
      const hasThem = once(child, 'message');
      child.postMessage(null, ports);
      await hasThem;
    },
    post: () => child.postMessage(null)
  };
}

describe('utilityProcess', () => {
  afterEach(closeAllWindows);

  it('has a pid from spawn to exit', async () => {
    const child = fork(() => process.parentPort.on('message', () => {}));
    expect(child.pid).to.equal(undefined);
    await once(child, 'spawn');
    expect(child.pid).to.be.a('number');
    const exited = once(child, 'exit');
    expect(child.kill()).to.equal(true);
    await exited;
    expect(child.pid).to.equal(undefined);
    expect(child.kill()).to.equal(false);
  });

  it('tells the exit code', async () => {
    const child = fork(() => process.exit(7));
    expect(await once(child, 'exit')).to.deep.equal([7]);
  });

  it('exits with 0 when it is killed', async () => {
    const child = fork(() => process.parentPort.on('message', () => {}));
    await once(child, 'spawn');
    child.kill();
    expect(await once(child, 'exit')).to.deep.equal([0]);
  });

  it('ends, with 0, when it is killed and only notes that it is asked to', async () => {
    const child = fork(() => {
      process.on('SIGTERM', () => process.parentPort.postMessage('asked'));
      process.parentPort.on('message', () => {});
      process.parentPort.postMessage('ready');
    });
    await once(child, 'message');
    const asked = once(child, 'message');
    const exited = once(child, 'exit');
    expect(child.kill()).to.equal(true);
    expect((await asked)[0]).to.equal('asked');
    expect(await exited).to.deep.equal([0]);
  });

  it('can be ended at any moment of its life, and exits once', async () => {
    const exits = await Promise.all(
      [0, 10, 40, 80, 120, 200, 300, 500].map(async (time) => {
        const child = fork(() => process.parentPort.on('message', () => {}), [], { stdio: 'pipe' });
        let count = 0;
        child.on('exit', () => count++);
        await once(child, 'spawn');
        const exited = once(child, 'exit');
        setTimeout(() => process.kill(child.pid!, 'SIGKILL'), time);
        await exited;
        await new Promise(setImmediate);
        return count;
      })
    );
    expect(exits).to.deep.equal(exits.map(() => 1));
  });

  it('exits with the number of the signal that someone else killed it with', async () => {
    for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
      const child = fork(() => process.parentPort.on('message', () => {}));
      await once(child, 'spawn');
      process.kill(child.pid!, signal);
      expect(await once(child, 'exit')).to.deep.equal([constants.signals[signal]]);
    }
  });

  it('exits with 1 when its script throws', async () => {
    const child = fork(
      () => {
        throw new Error('on purpose');
      },
      [],
      { stdio: 'ignore' }
    );
    expect(await once(child, 'exit')).to.deep.equal([1]);
  });

  it('passes arguments, environment and output', async () => {
    const child = fork(
      () => {
        console.log(process.argv[2], process.env.WORD);
        process.exit();
      },
      ['one'],
      { env: { ...process.env, WORD: 'two' }, stdio: 'pipe' }
    );
    let output = '';
    child.stdout!.on('data', (data) => (output += data));
    await once(child, 'exit');
    expect(output).to.equal('one two\n');
  });

  it('takes messages that were sent before it ran, in order', async () => {
    const child = fork(() => {
      const seen: unknown[] = [];
      process.parentPort.on('message', ({ data }) => {
        if (seen.push(data) === 3) process.parentPort.postMessage(seen);
      });
    });
    child.postMessage(1);
    child.postMessage(2, []);
    // As of a port, and as in Electron.
    child.postMessage(3, null as any);
    const [data] = await once(child, 'message');
    expect(data).to.deep.equal([1, 2, 3]);
  });

  it('loses no message that comes while nothing listens', async () => {
    const child = fork(() => {
      const { parentPort } = process;
      const seen: unknown[] = [];
      parentPort.once('message', ({ data }) => {
        seen.push(data);
        // Long enough for the others to be there.
        setTimeout(() => {
          parentPort.once('message', ({ data }) => {
            seen.push(data);
            setTimeout(() => {
              parentPort.on('message', ({ data }) => {
                if (seen.push(data) === 5) parentPort.postMessage(seen);
              });
            }, 50);
          });
        }, 50);
      });
    });
    for (const value of [1, 2, 3, 4, 5]) child.postMessage(value);
    const [data] = await once(child, 'message');
    expect(data).to.deep.equal([1, 2, 3, 4, 5]);
  });

  it('lives while something listens for messages', async () => {
    const child = fork(() => {
      const { parentPort } = process;
      const listener = () => {};
      parentPort.on('message', listener);
      parentPort.off('message', listener);
      parentPort.on('message', ({ data }) => parentPort.postMessage(data));
    });
    await once(child, 'spawn');
    await new Promise((resolve) => setTimeout(resolve, 1000));
    child.postMessage('heard');
    expect(await once(child, 'message')).to.have.property('0', 'heard');
  });

  it('goes on to listen after all its listeners were removed', async () => {
    const child = fork(() => {
      const { parentPort } = process;
      parentPort.removeAllListeners();
      parentPort.once('message', () => {
        parentPort.removeAllListeners();
        // In a later task, which nothing but this waits for.
        setTimeout(() => parentPort.on('message', ({ data }) => parentPort.postMessage(data)), 50);
      });
    });
    child.postMessage('first');
    child.postMessage('heard');
    expect(await once(child, 'message')).to.have.property('0', 'heard');
    child.postMessage('heard, too');
    expect(await once(child, 'message')).to.have.property('0', 'heard, too');
  });

  it('has parentPort for the target of its events, and no port that could be closed', async () => {
    const child = fork(() => {
      process.parentPort.once('message', (event: any) => {
        const { target, currentTarget } = event;
        const { parentPort } = process;
        parentPort.postMessage([target === parentPort, currentTarget === parentPort, event.data, event.ports]);
      });
    });
    child.postMessage('text');
    expect(await once(child, 'message')).to.have.deep.property('0', [true, true, 'text', []]);
  });

  it('takes ports and buffers, and gives some back', async () => {
    const child = fork(() => {
      const { MessageChannelMain } = require('electron');
      process.parentPort.once('message', ({ data, ports }) => {
        ports[0].postMessage(`${data.buffer.byteLength} ${data.port === ports[0]}`);
        const { port1, port2 } = new MessageChannelMain();
        process.parentPort.postMessage({ port1 }, [port1]);
        port2.on('message', (event: Electron.MessageEvent) => port2.postMessage(event.data * 2));
        port2.start();
      });
    });
    const { port1, port2 } = new MessageChannelMain();
    const buffer = new ArrayBuffer(8);
    child.postMessage({ port: port1, buffer }, [port1, buffer]);
    expect(buffer.byteLength).to.equal(0);
    port2.start();
    const [[{ data: seen }], [{ port1: given }, { ports }]] = await Promise.all([
      once(port2, 'message'),
      once(child, 'message')
    ]);
    expect(seen).to.equal('8 true');
    expect(given).to.equal(ports[0]);
    given.start();
    given.postMessage(21);
    const [{ data }] = await once(given, 'message');
    expect(data).to.equal(42);
  });

  for (const kind of ['a CommonJS', 'an ES'] as const) {
    it(`has the module electron by each of its names, as ${kind} module`, async () => {
      const names = ['electron', 'electron/main', 'electron/renderer', 'electron/common', 'electron/utility'];
      const listed = JSON.stringify(names);
      const tell = 'process.parentPort.postMessage(all.map(({ MessageChannelMain }) => typeof MessageChannelMain));';
      const folder = temporaryFolder({
        'script.cjs': `const all = ${listed}.map(require); ${tell}`,
        'script.mjs': `const all = await Promise.all(${listed}.map((name) => import(name))); ${tell}`
      });
      const child = utilityProcess.fork(join(folder, kind === 'an ES' ? 'script.mjs' : 'script.cjs'));
      const exited = once(child, 'exit');
      expect((await once(child, 'message'))[0]).to.deep.equal(names.map(() => 'function'));
      child.kill();
      await exited;
    });
  }

  it('keeps what cannot be sent', async () => {
    const child = fork(() => process.parentPort.on('message', () => {}));
    const { port1, port2 } = new MessageChannelMain();
    expect(() => child.postMessage(() => {}, [port1])).to.throw(
      'An object could not be cloned: message is a function.'
    );
    port1.postMessage('alive');
    port2.start();
    const [{ data }] = await once(port2, 'message');
    expect(data).to.equal('alive');
  });

  it('talks to a renderer past the main process', async () => {
    const window = await openWindow();
    const child = fork(() => {
      process.parentPort.once('message', ({ ports: [port] }) => {
        port.on('message', ({ data }) => port.postMessage(data));
        port.start();
      });
    });
    const { port1, port2 } = new MessageChannelMain();
    child.postMessage(null, [port1]);
    await run(window, () => {
      const { ipcRenderer } = require('electron');
      const state = { count: 0 };
      Object.assign(globalThis, { state });
      ipcRenderer.once('port', (_: unknown, { port }: { port: MessagePort }) => {
        port.onmessage = () => {
          if (state.count++ === 0) ipcRenderer.send('talking');
          port.postMessage(null);
        };
        port.postMessage(null);
      });
    });
    const talking = once(ipcMain, 'talking');
    window.webContents.postMessage('port', { port: port2 }, [port2]);
    await talking;
    const before = await run(window, () => (globalThis as any).state.count as number);
    const answered = run(window, () => (globalThis as any).state.count as number);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2000);
    await answered;
    const after = await run(window, () => (globalThis as any).state.count as number);
    expect(after - before).to.be.greaterThan(100);
  });

  it('closes its ports when it is killed, after every message that had left', async () => {
    const child = fork(() => {
      process.parentPort.once('message', ({ ports: [port] }) => {
        for (let i = 0; i < 100; i++) port.postMessage(i);
        port.on('message', () => process.kill(process.pid, 'SIGKILL'));
        port.start();
      });
    });
    const { port1, port2 } = new MessageChannelMain();
    child.postMessage(null, [port1]);
    let count = 0;
    port2.on('message', () => {
      if (++count === 100) port2.postMessage('now');
    });
    let closed = 0;
    port2.on('close', () => closed++);
    port2.start();
    await once(child, 'exit');
    if (closed === 0) await once(port2, 'close');
    expect([count, closed]).to.deep.equal([100, 1]);
  });

  for (const whose of ['a renderer', 'another utility process']) {
    it(`sends messages that reach ${whose} after it was killed, when the port goes on there`, async () => {
      const child = fork(() => {
        process.parentPort.once('message', ({ ports: [port] }) => {
          for (const text of ['from it', 'from it, too']) port.postMessage(text);
          process.parentPort.postMessage('posted');
          // Or it could be collected, and closed.
          Object.assign(globalThis, { port });
        });
      });
      const { port1, port2 } = openChannel();
      port2.postMessage('from here');
      child.postMessage(null, [port2]);
      await once(child, 'message');
      const exited = once(child, 'exit');
      process.kill(child.pid!, 'SIGKILL');
      await exited;
      expect(await readElsewhere(whose, port1)).to.deep.equal(['from here', 'from it', 'from it, too']);
    });
  }

  for (const whose of ['a renderer', 'another utility process']) {
    it(`closes a port that ${whose} posts over one that it closes just then`, async function () {
      if (whose === 'a renderer') skipOnStock(this, 'has a Chromium that loses such a close between any processes');
      const receiver = fork(() => {
        let port: Electron.MessagePortMain;
        process.parentPort.on('message', ({ ports }) => {
          if (ports.length === 0) return port.close();
          [port] = ports;
          process.parentPort.postMessage('has it');
        });
      });
      const sender = await openSender(whose);
      for (let round = 0; round < 300; round++) {
        const { port1, port2: carrier } = new MessageChannelMain();
        const { port1: other, port2: carried } = new MessageChannelMain();
        const hasIt = once(receiver, 'message');
        receiver.postMessage(null, [port1]);
        await Promise.all([hasIt, sender.take([carrier, carried])]);
        const closed = once(other, 'close');
        sender.post();
        receiver.postMessage(null);
        await closed;
      }
    });
  }

  it('exits when it is killed while it starts', async () => {
    const file = join(temporaryFolder({ 'first.cjs': `(${dieAtStart})();` }), 'first.cjs');
    // Of Node's options in `execArgv` Electron reads few.
    const child = fork(() => {}, [], { env: { ...process.env, NODE_OPTIONS: `--require ${JSON.stringify(file)}` } });
    expect(await once(child, 'exit')).to.deep.equal([constants.signals.SIGKILL]);
  });

  it('is told of by the app when it is killed, with its name', async () => {
    globalThis.skipWithoutWindows?.('an app that tells of its processes');
    const child = fork(() => {}, [], { serviceName: 'a helper' });
    await once(child, 'spawn');
    const told = once(app, 'child-process-gone');
    process.kill(child.pid!, 'SIGKILL');
    const [, details] = await told;
    expect(details).to.include({ type: 'Utility', reason: 'killed', name: 'a helper' });
    expect(details).to.include({ serviceName: 'node.mojom.NodeService', exitCode: constants.signals.SIGKILL });
  });

  it('takes null for an option that is not there', async () => {
    const none = { execArgv: null, stdio: null, cwd: null, serviceName: null };
    const child = fork(() => process.parentPort.postMessage('here'), [], none as never);
    expect((await once(child, 'message'))[0]).to.equal('here');
    expect([child.stdout, child.stderr]).to.deep.equal([null, null]);
  });

  it('refuses what cannot be run, in so many words', () => {
    expect(() => utilityProcess.fork('')).to.throw('Missing UtilityProcess entry script.');
    expect(() => utilityProcess.fork('x.js', [], { stdio: 'socket' })).to.throw(
      'stdio must be of the following values: inherit, pipe, ignore'
    );
    expect(() => utilityProcess.fork('x.js', [], { stdio: ['pipe', 'pipe', 'pipe'] })).to.throw(
      'stdin value other than ignore is not supported.'
    );
    for (const [options, text] of [
      [{ execArgv: 'abc' }, 'execArgv must be an array of strings.'],
      [{ serviceName: 5 }, 'serviceName must be a string.'],
      [{ cwd: 5 }, 'cwd path must be a string.']
    ] as const) {
      expect(() => utilityProcess.fork('x.js', [], options as never)).to.throw(TypeError, text);
    }
  });
});
