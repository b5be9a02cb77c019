import { MessageChannelMain } from 'electron/main';
import type { BrowserWindow, MessagePortMain } from 'electron/main';

import { expect } from 'chai';

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';

import { appCommand } from './lib/app';
import { defer } from './lib/defer';
import { skipInElectron } from './lib/needs';
import {
  connect,
  connectPages,
  expectPort,
  givePort,
  openChannel,
  portArrived,
  range,
  settleWith,
  takePort
} from './lib/ports';
import { closeAllWindows, openWindow, run } from './lib/windows';

const unreadCount = 10_000;

/** Two windows whose pages are in processes of their own. */
function openTwo(): Promise<[BrowserWindow, BrowserWindow]> {
  return Promise.all([openWindow(), openWindow()]);
}

function killRenderer(window: BrowserWindow) {
  process.kill(window.webContents.getOSProcessId(), 'SIGKILL');
}

/** Has a page note everything that happens on its port, started, as `page.events`. */
function recordIn(window: BrowserWindow, name = 'port'): Promise<void> {
  return run(
    window,
    (name) => {
      page.events = [];
      page.closed = new Promise<void>((resolve) => {
        page[name].onmessage = ({ data }: MessageEvent) => page.events.push(data);
        page[name].onmessageerror = () => page.events.push('messageerror');
        page[name].onclose = () => {
          page.events.push('close');
          resolve();
        };
      });
    },
    name
  );
}

/** Has a page read its port until it has seen `count` messages. Resolves with the first that is not the next number. */
function readIn(window: BrowserWindow, count: number, first = 0, name = 'port'): Promise<string> {
  return run(
    window,
    (count, first, name) =>
      new Promise<string>((resolve) => {
        let next = first;
        page[name].onmessage = ({ data }: MessageEvent) => {
          if (data !== next) resolve(`got ${data} in place of ${next}`);
          next++;
          if (next === first + count) resolve('all in order');
        };
        page[name].onclose = () => resolve(`closed after ${next - first}`);
      }),
    count,
    first,
    name
  );
}

/** Has a page send numbers on its port. */
function sendFrom(window: BrowserWindow, count: number, first = 0): Promise<void> {
  return run(
    window,
    (count, first) => {
      for (let number = first; number < first + count; number++) page.port.postMessage(number);
    },
    count,
    first
  );
}

describe('renderer to renderer', () => {
  afterEach(closeAllWindows);

  it('goes between different processes', async () => {
    const [one, other] = await openTwo();
    const pids = [one, other].map((window) => window.webContents.getOSProcessId());
    expect(pids[0]).to.be.above(0).and.not.equal(pids[1]);
    expect(pids).not.to.include(process.pid);
  });

  it('runs the proposal: each page gets { port } in the message', async () => {
    const [ui, worker] = await openTwo();
    await run(worker, () => {
      require('electron').ipcRenderer.on('register', (_event: unknown, { port }: { port: MessagePort }) => {
        port.onmessage = ({ data }) => port.postMessage({ result: data.operation + data.data.length });
      });
    });
    const answer = run(
      ui,
      () =>
        new Promise((resolve) => {
          require('electron').ipcRenderer.on(
            'worker_connection',
            (_event: unknown, { port }: { port: MessagePort }) => {
              port.postMessage({ operation: 'foo', data: [1, 2, 3] });
              port.onmessage = ({ data }) => resolve(data);
            }
          );
        })
    );
    await run(ui, () => {});
    const { port1, port2 } = new MessageChannelMain();
    worker.webContents.postMessage('register', { port: port1 }, [port1]);
    ui.webContents.postMessage('worker_connection', { port: port2 }, [port2]);
    expect(await answer).to.deep.equal({ result: 'foo3' });
  });

  describe('direct', function () {
    before(function () {
      if (existsSync('/proc/self/stat')) return;
      console.log('skipped: processes are found through /proc, which is only on Linux');
      this.skip();
    });

    it('exchanges 10,000 messages in order with the main process blocked and every other renderer killed', async () => {
      const [command, ...args] = appCommand('spec/fixtures/direct/main.cjs');
      const app = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
      defer(() => app.kill('SIGKILL'));
      let report: any;
      createInterface({ input: app.stdout }).on('line', (line) => {
        if (line.startsWith('{')) report = JSON.parse(line);
      });
      const [code] = await once(app, 'close');
      expect(code).to.equal(0);
      const { pids, blockedFrom, blockedUntil, firstSent, lastAnswer, problem, count } = report;
      expect(problem).to.equal(null);
      expect(count).to.equal(10_000);
      expect(new Set(pids).size).to.equal(3);
      expect(blockedUntil - blockedFrom).to.be.at.least(3000);
      expect(firstSent).to.be.above(blockedFrom);
      expect(lastAnswer).to.be.below(blockedUntil);
    }).timeout(60_000);
  });

  describe('in numbers', () => {
    it('passes 1,000,000 messages over one direct port, in order', async () => {
      const [one, other] = await openTwo();
      await connectPages(one, other);
      const result = readIn(other, 1_000_000);
      await run(one, async () => {
        const { port1, port2 } = new MessageChannel();
        const turn = () =>
          new Promise((resolve) => {
            port1.onmessage = resolve;
            port2.postMessage(null);
          });
        for (let number = 0; number < 1_000_000; number++) {
          page.port.postMessage(number);
          if (number % 1000 === 0) await turn();
        }
        port1.close();
      });
      expect(await result).to.equal('all in order');
    }).timeout(120_000);

    it('passes 100,000 messages from the main process to a page, and 100,000 back', async () => {
      const window = await openWindow();
      const port = await connect(window);
      const there = readIn(window, 100_000);
      await sendFrom(window, 100_000);
      let next = 0;
      const back = new Promise<string>((resolve) => {
        port.onmessage = ({ data }) => {
          if (data !== next) resolve(`got ${data} in place of ${next}`);
          if (++next === 100_000) resolve('all in order');
        };
      });
      for (const number of range(100_000)) port.postMessage(number);
      expect(await Promise.all([there, back])).to.deep.equal(['all in order', 'all in order']);
    }).timeout(60_000);

    it('keeps 1,000 channels between two pages apart, and closes each for itself', async () => {
      const [one, other] = await openTwo();
      const channels = range(1000).map(() => openChannel());
      for (const window of [one, other]) {
        await run(window, () => {
          globalThis.page ??= {};
          page.arrival = new Promise<void>((resolve) => {
            require('electron').ipcRenderer.once('ports', (event: Electron.IpcRendererEvent) => {
              page.ports = event.ports;
              resolve();
            });
          });
        });
      }
      const [ones, others] = [channels.map(({ port1 }) => port1), channels.map(({ port2 }) => port2)];
      one.webContents.postMessage('ports', null, ones);
      other.webContents.postMessage('ports', null, others);
      await run(other, async () => {
        await page.arrival;
        page.closes = [];
        page.ports.forEach((port: MessagePort, index: number) => {
          port.onmessage = ({ data }) => port.postMessage([data, index]);
          (port as any).onclose = () => page.closes.push(index);
        });
      });
      const wrong = await run(one, async () => {
        await page.arrival;
        const answers = page.ports.map(
          (port: MessagePort, index: number) =>
            new Promise((resolve) => {
              port.onmessage = ({ data }) => resolve(data[0] === index && data[1] === index);
              port.postMessage(index);
            })
        );
        const right = (await Promise.all(answers)).filter(Boolean).length;
        for (let index = 0; index < 1000; index += 2) page.ports[index].close();
        return 1000 - right;
      });
      expect(wrong).to.equal(0);
      const stillOpen = await run(
        one,
        () =>
          new Promise((resolve) => {
            page.ports[999].onmessage = ({ data }: MessageEvent) => resolve(data);
            page.ports[999].postMessage('open');
          })
      );
      expect(stillOpen).to.deep.equal(['open', 999]);
      const closes = await run(other, async () => {
        while (page.closes.length < 500) await new Promise((resolve) => setTimeout(resolve, 10));
        return page.closes.sort((a: number, b: number) => a - b);
      });
      expect(closes).to.deep.equal(range(500).map((index) => index * 2));
    }).timeout(60_000);

    it('passes a chain of 100 ports, each sent over the one before', async () => {
      const [one, other] = await openTwo();
      await connectPages(one, other);
      const answer = run(
        other,
        () =>
          new Promise((resolve) => {
            const listen = (port: MessagePort, depth: number) => {
              port.onmessage = ({ data, ports }) => {
                if (data !== depth) resolve(`got ${data} at depth ${depth}`);
                else if (ports.length === 0) resolve(depth);
                else listen(ports[0], depth + 1);
              };
            };
            listen(page.port, 0);
          })
      );
      await run(one, () => {
        let { port } = page;
        for (let depth = 0; depth < 100; depth++) {
          const { port1, port2 } = new MessageChannel();
          port.postMessage(depth, [port2]);
          port = port1;
        }
        port.postMessage(100);
      });
      expect(await answer).to.equal(100);
    });

    it('passes a chain of 100 ports that the main process queued, each on the one before', async () => {
      const window = await openWindow();
      const chain = range(101).map(() => openChannel());
      for (const index of range(100)) chain[index].port1.postMessage(index, [chain[index + 1].port2]);
      await givePort(window, chain[0].port2);
      const answer = run(
        window,
        () =>
          new Promise((resolve) => {
            const listen = (port: MessagePort, depth: number) => {
              port.onmessage = ({ data, ports }) => {
                if (data !== depth) resolve(`got ${data} at depth ${depth}`);
                else if (ports.length === 0) resolve(depth);
                else listen(ports[0], depth + 1);
              };
            };
            listen(page.port, 0);
          })
      );
      chain[100].port1.postMessage(100);
      expect(await answer).to.equal(100);
    });

    it('passes a port along 20 owners in three processes while its other end goes on sending', async () => {
      const [one, other] = await openTwo();
      const { port1, port2 } = openChannel();
      let moving: MessagePortMain = port2;
      let sent = 0;
      for (const hop of range(20)) {
        for (const end = sent + 100; sent < end; sent++) port1.postMessage(sent);
        const window = hop % 2 ? one : other;
        await givePort(window, moving, 'visitor');
        for (const end = sent + 100; sent < end; sent++) port1.postMessage(sent);
        moving = await takePort(window, 'visitor');
      }
      await givePort(one, moving);
      const result = readIn(one, sent + 1);
      port1.postMessage(sent);
      expect(await result).to.equal('all in order');
    }).timeout(60_000);
  });

  describe('a port with unread messages', () => {
    it('stays connected to an end that is itself in what was not read', async () => {
      const window = await openWindow();
      const [{ port1: first, port2: carried }, { port1: inner, port2: outer }] = [openChannel(), openChannel()];
      inner.postMessage('first', [carried]);
      first.postMessage('second', [inner]);
      await givePort(window, outer);
      const heard = await run(window, async () => {
        const next = (port: any): Promise<MessageEvent> => new Promise((resolve) => (port.onmessage = resolve));
        const one = await next(page.port);
        const other = await next(one.ports[0]);
        other.ports[0].postMessage('through');
        return [one.data, other.data, (await next(page.port)).data];
      });
      expect(heard).to.deep.equal(['first', 'second', 'through']);
    });

    it('takes 10,000 along: main, page, main, other page', async () => {
      const [one, other] = await openTwo();
      const { port1, port2 } = openChannel();
      for (const number of range(unreadCount)) port1.postMessage(number);
      await givePort(one, port2);
      for (const number of range(unreadCount)) port1.postMessage(unreadCount + number);
      const back = await takePort(one);
      for (const number of range(unreadCount)) port1.postMessage(2 * unreadCount + number);
      await givePort(other, back);
      const result = readIn(other, 3 * unreadCount + 1);
      port1.postMessage(3 * unreadCount);
      expect(await result).to.equal('all in order');
    }).timeout(60_000);

    it('takes 10,000 along from another page: page, main, page', async () => {
      const [one, other] = await openTwo();
      const port = await connect(one);
      await sendFrom(one, unreadCount);
      await givePort(other, port);
      await sendFrom(one, unreadCount, unreadCount);
      expect(await readIn(other, 2 * unreadCount)).to.equal('all in order');
    }).timeout(60_000);

    it('takes them along, and their ports and buffers, when the main process had started it', async () => {
      const [one, other] = await openTwo();
      const port = await connect(one);
      await expectPort(other, 'port');
      const seen: number[] = [];
      const sentOn = new Promise<void>((resolve) => {
        port.onmessage = ({ data }) => {
          seen.push(data.number);
          if (data.number !== 99) return;
          other.webContents.postMessage('port', null, [port]);
          resolve();
        };
      });
      const sent = run(
        one,
        (count) => {
          for (let number = 0; number < count; number++) {
            const buffer = Uint32Array.of(number).buffer;
            if (number % 100 === 50) {
              const { port1, port2 } = new MessageChannel();
              port1.postMessage(number);
              page.port.postMessage({ number, buffer, port2 }, [port2, buffer]);
            } else {
              page.port.postMessage({ number, buffer }, [buffer]);
            }
          }
          page.port.postMessage({ number: count });
        },
        unreadCount
      );
      await sentOn;
      await portArrived(other);
      const result = await run(
        other,
        (count) =>
          new Promise<string>((resolve) => {
            let next = 100;
            let ports = 0;
            page.port.onmessage = async ({ data, ports: arrived }: MessageEvent) => {
              if (data.number !== next++) resolve(`got ${data.number} in place of ${next - 1}`);
              if (data.number === count) {
                resolve(`${ports} ports`);
                return;
              }
              if (new Uint32Array(data.buffer)[0] !== data.number) resolve(`wrong buffer in ${data.number}`);
              if (!data.port2) return;
              if (arrived[0] !== data.port2) resolve(`wrong port in ${data.number}`);
              ports++;
              data.port2.onmessage = (event: MessageEvent) => {
                if (event.data !== data.number) resolve(`wrong message in the port in ${data.number}`);
              };
            };
          }),
        unreadCount
      );
      await sent;
      expect(seen).to.deep.equal(range(100));
      expect(result).to.equal('99 ports');
    }).timeout(60_000);

    it('goes on both ways after the main process had started it, and tells both ends of a close', async () => {
      const [one, other] = await openTwo();
      const port = await connect(one);
      await expectPort(other, 'port');
      port.onmessage = ({ data }) => {
        if (data === 9) other.webContents.postMessage('port', null, [port]);
      };
      await recordIn(one);
      await sendFrom(one, 100);
      await portArrived(other);
      await recordIn(other);
      await run(other, () => {
        for (let number = 0; number < 100; number++) page.port.postMessage(number);
      });
      await sendFrom(one, 100, 100);
      await run(one, () => page.port.close());
      const there = await run(other, () => page.closed.then(() => page.events));
      expect(there).to.deep.equal([...range(200).slice(10), 'close']);
    });

    it('is closed at its last owner, after them, when its other end closed long before', async () => {
      const [one, other] = await openTwo();
      const { port1, port2 } = openChannel();
      for (const number of range(100)) port1.postMessage(number);
      port1.close();
      await givePort(one, port2);
      await givePort(other, await takePort(one));
      await recordIn(other);
      expect(await run(other, () => page.closed.then(() => page.events))).to.deep.equal([...range(100), 'close']);
    });

    it('is closed at its last owner, after them, when the page at its other end was killed before', async function () {
      skipInElectron(this, 'loses what a dead process had sent when the port goes on to a third: Mojo does');
      const [one, other] = await openTwo();
      const port = await connect(one);
      // Watched, so that the main process has them, and knows of the close.
      port.on('close', () => {});
      await sendFrom(one, 100);
      await settleWith(one);
      const gone = once(one.webContents, 'render-process-gone');
      killRenderer(one);
      await gone;
      await settleWith(other);
      await givePort(other, port);
      await recordIn(other);
      expect(await run(other, () => page.closed.then(() => page.events))).to.deep.equal([...range(100), 'close']);
    });
  });

  describe('the end of a page', () => {
    const ends: Record<string, (window: BrowserWindow) => unknown> = {
      'kill -9 of its process': killRenderer,
      'a crash': (window) => window.webContents.forcefullyCrashRenderer(),
      'a reload': (window) => window.webContents.reload(),
      'a reload by the page': (window) => run(window, () => location.reload()),
      'a navigation': (window) => window.loadURL('data:text/html,elsewhere'),
      'destroy() of its window': (window) => window.destroy()
    };
    for (const [what, end] of Object.entries(ends)) {
      it(`by ${what} closes the ends in another page and in the main process, once and within a second`, async () => {
        const [one, other] = await openTwo();
        await connectPages(one, other);
        await recordIn(other);
        const closed = run(other, () => page.closed.then(() => Date.now()));
        const port = await connect(one, 'mine');
        const events: unknown[] = [];
        port.on('message', ({ data }) => events.push(data));
        const closedHere = new Promise<number>((resolve) => {
          port.on('close', () => {
            events.push('close');
            resolve(Date.now());
          });
        });
        port.start();
        await run(one, () => {
          for (let number = 0; number < 10; number++) {
            page.port.postMessage(number);
            page.mine.postMessage(number);
          }
        });
        const ended = Date.now();
        await end(one);
        expect((await closed) - ended).to.be.below(1000);
        expect((await closedHere) - ended).to.be.below(1000);
        await settleWith(other);
        expect(await run(other, () => page.events)).to.deep.equal([...range(10), 'close']);
        expect(events).to.deep.equal([...range(10), 'close']);
      });
    }

    for (const [what, end] of [
      ['kill -9', killRenderer],
      ['a reload', (window: BrowserWindow) => window.webContents.reload()]
    ] as const) {
      it(`by ${what} comes after all 10,000 messages that had left, at a page that had not started its end`, async () => {
        const [one, other] = await openTwo();
        await connectPages(one, other);
        const fence = openChannel();
        await givePort(one, fence.port1, 'last');
        await givePort(other, fence.port2, 'last');
        const left = run(other, () => new Promise<void>((resolve) => (page.last.onmessage = () => resolve())));
        await sendFrom(one, unreadCount);
        // It goes the same way behind them: when it is there, they have left.
        await run(one, () => page.last.postMessage(null));
        await left;
        end(one);
        await recordIn(other);
        const events = await run(other, () => page.closed.then(() => page.events));
        expect(events).to.deep.equal([...range(unreadCount), 'close']);
      });

      it(`by ${what} comes after all 10,000 messages that had left, at the main process`, async () => {
        const window = await openWindow();
        const port = await connect(window);
        const fence = await connect(window, 'last');
        const left = once(fence, 'message');
        fence.start();
        await sendFrom(window, unreadCount);
        await run(window, () => page.last.postMessage(null));
        await left;
        end(window);
        const events: unknown[] = [];
        port.on('message', ({ data }) => events.push(data));
        const closed = once(port, 'close');
        port.start();
        await closed;
        expect(events).to.deep.equal(range(unreadCount));
      });
    }

    it('comes after all that the page sent right before it left, ports included', async () => {
      const [one, other] = await openTwo();
      const port = await connect(one);
      await givePort(other, port);
      await recordIn(other);
      const mine = await connect(one, 'mine');
      const events: unknown[] = [];
      mine.on('message', ({ data, ports }) => events.push([data, ports.length]));
      const closed = once(mine, 'close');
      mine.start();
      await run(one, () => {
        for (let number = 0; number < 1000; number++) {
          page.port.postMessage(number);
          page.mine.postMessage(number, number % 100 === 0 ? [new MessageChannel().port2] : []);
        }
        location.reload();
      });
      await closed;
      expect(events).to.deep.equal(range(1000).map((number) => [number, number % 100 === 0 ? 1 : 0]));
      expect(await run(other, () => page.closed.then(() => page.events))).to.deep.equal([...range(1000), 'close']);
    });

    for (const [what, end] of [
      ['reloads', 'location.reload()'],
      ['navigates', "location.href = 'about:blank?elsewhere'"]
    ]) {
      it(`does not lose the ports that it sent by IPC right before it ${what}`, async () => {
        const window = await openWindow();
        const arrived: MessagePortMain[] = [];
        const all = new Promise<void>((resolve) => {
          window.webContents.ipc.on('port', (event, index) => {
            expect(index).to.equal(arrived.length);
            if (arrived.push(event.ports[0]) === 200) resolve();
          });
        });
        await run(
          window,
          (end) => {
            const { ipcRenderer } = require('electron');
            for (let index = 0; index < 200; index++) {
              const { port1, port2 } = new MessageChannel();
              port1.postMessage(index);
              ipcRenderer.postMessage('port', index, [port2]);
            }
            // eslint-disable-next-line no-eval
            (0, eval)(end);
          },
          end
        ).catch(() => {});
        await all;
        const seen = await Promise.all(
          arrived.map(
            (port) =>
              new Promise<unknown[]>((resolve) => {
                const events: unknown[] = [];
                port.on('close', () => resolve(events));
                port.onmessage = ({ data }) => events.push(data);
              })
          )
        );
        expect(seen).to.deep.equal(range(200).map((index) => [index]));
      });
    }

    it('closes the ports in messages that it had not read', async () => {
      const [one, other] = await openTwo();
      await connectPages(one, other);
      const port = await connect(other, 'third');
      const closed = once(port, 'close');
      await run(other, () => page.port.postMessage(null, [page.third]));
      killRenderer(one);
      await closed;
    });

    it('closes the ports that were sent to it after it was killed', async () => {
      const window = await openWindow();
      const { port1, port2 } = openChannel();
      const closed = once(port1, 'close');
      killRenderer(window);
      // Whether the process is known to be gone yet, is not known.
      try {
        window.webContents.postMessage('port', null, [port2]);
      } catch {
        port2.close();
      }
      await closed;
    });

    it('leaves what was listed usable when it is too late to send', async () => {
      const window = await openWindow();
      const { port1, port2 } = openChannel();
      const buffer = new ArrayBuffer(8);
      const gone = once(window.webContents, 'render-process-gone');
      killRenderer(window);
      await gone;
      expect(() => window.webContents.postMessage('port', null, [port2, buffer] as any)).to.throw(
        'Render frame was disposed before WebFrameMain could be accessed'
      );
      expect(buffer.byteLength).to.equal(8);
      const arrived = once(port2, 'message');
      port2.start();
      port1.postMessage('usable');
      const [{ data }] = await arrived;
      expect(data).to.equal('usable');
    });
  });
});
