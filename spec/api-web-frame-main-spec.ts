import { MessageChannelMain } from 'electron/main';
import type { BrowserWindow, MessagePortMain } from 'electron/main';

import { expect } from 'chai';

import { once } from 'node:events';

import { closeAllWindows, openWindow, run } from './lib/windows';

const frameGone = 'Render frame was disposed before WebFrameMain could be accessed';

describe('WebFrameMain', () => {
  let window: BrowserWindow;

  before(async () => {
    window = await openWindow('data:text/html,<title>frame</title>');
  });

  after(closeAllWindows);

  it('tells what it shows, and where', () => {
    const { mainFrame } = window.webContents;
    expect(mainFrame.url).to.equal('data:text/html,<title>frame</title>');
    expect(mainFrame.parent).to.equal(null);
    expect(mainFrame.frameToken).to.match(/^[0-9A-F]{32}$/);
    expect(mainFrame.processId).to.be.above(0);
    expect(mainFrame.processId).to.equal(window.webContents.getProcessId());
    expect(mainFrame.osProcessId).to.be.above(0);
    expect(mainFrame.osProcessId).to.equal(window.webContents.getOSProcessId());
    expect(window.webContents.mainFrame).to.equal(mainFrame);
  });

  it('runs script', async () => {
    expect(await window.webContents.mainFrame.executeJavaScript('Promise.resolve(document.title)')).to.equal('frame');
  });

  it('sends', async () => {
    const heard = run(
      window,
      () =>
        new Promise((resolve) =>
          require('electron').ipcRenderer.once('sent', (_event: unknown, ...args: unknown[]) => resolve(args))
        )
    );
    // The listener is there once the page answered.
    await run(window, () => 0);
    window.webContents.mainFrame.send('sent', 1, { two: 2 });
    expect(await heard).to.deep.equal([1, { two: 2 }]);
  });

  for (const [name, target] of [
    ['WebFrameMain', () => window.webContents.mainFrame],
    ['WebContents', () => window.webContents]
  ] as const) {
    describe(`postMessage of ${name}`, () => {
      let port1: MessagePortMain;
      let port2: MessagePortMain;
      let buffer: ArrayBuffer;

      before(() =>
        run(window, () => {
          require('electron').ipcRenderer.on('channel', (event: Electron.IpcRendererEvent, message: any) => {
            for (const port of event.ports) port.postMessage({ length: message?.buffer?.byteLength ?? -1, message });
          });
        })
      );
      after(() =>
        run(window, () => {
          require('electron').ipcRenderer.removeAllListeners('channel');
        })
      );

      beforeEach(() => {
        ({ port1, port2 } = new MessageChannelMain());
        buffer = new ArrayBuffer(8);
      });

      afterEach(() => port1.close());

      async function answer() {
        port1.start();
        const [{ data }] = await once(port1, 'message');
        return data;
      }

      /** Proves that port2 and the buffer, which were in a call that threw, can be sent now. */
      async function expectAllUsable() {
        target().postMessage('channel', { buffer }, [port2, buffer]);
        expect((await answer()).length).to.equal(8);
        expect(buffer.byteLength).to.equal(0);
      }

      const other = () => new MessageChannelMain().port1;
      const spent = () => {
        const port = other();
        new MessageChannelMain().port1.postMessage(0, [port]);
        return port;
      };
      const detached = () => {
        const spentBuffer = new ArrayBuffer(1);
        structuredClone(spentBuffer, { transfer: [spentBuffer] });
        return spentBuffer;
      };

      it('takes an array, { transfer }, and neither', async () => {
        target().postMessage('channel', 'none');
        target().postMessage('channel', 'undefined', undefined);
        target().postMessage('channel', 'empty', {});
        target().postMessage('channel', 'array', [port2]);
        expect((await answer()).message).to.equal('array');
        const { port1: another, port2: end } = new MessageChannelMain();
        target().postMessage('channel', 'options', { transfer: [end] });
        another.start();
        expect((await once(another, 'message'))[0].data.message).to.equal('options');
        another.close();
      });

      // Each call has port2 and the buffer in it wherever it can.
      const calls: [string, () => unknown[], string, RegExp][] = [
        ['no channel', () => [], 'TypeError', /^Insufficient number of arguments\.$/],
        ['no message', () => ['channel'], 'TypeError', /^Insufficient number of arguments\.$/],
        [
          'a channel that is a number',
          () => [5, 0, [port2, buffer]],
          'TypeError',
          /^Error processing argument at index 0, conversion failure from /
        ],
        [
          'a channel that is an object',
          () => [{}, 0, [port2, buffer]],
          'TypeError',
          /^Error processing argument at index 0, conversion failure from /
        ],
        [
          'a list that is a string',
          () => ['channel', 0, 'text'],
          'TypeError',
          /^Invalid value for transfer: expected an array or \{ transfer \}, got a string\.$/
        ],
        [
          'a list that is null',
          () => ['channel', 0, null],
          'TypeError',
          /^Invalid value for transfer: expected an array or \{ transfer \}, got null\.$/
        ],
        [
          'a port for a list',
          () => ['channel', 0, { transfer: port2 }],
          'TypeError',
          /^Invalid value for transfer: expected an array or \{ transfer \}, got a MessagePortMain\.$/
        ],
        [
          'a number in the list',
          () => ['channel', 0, [port2, buffer, 3]],
          'TypeError',
          /^Invalid value for transfer: at index 2, expected a MessagePortMain.*, got a number\.$/
        ],
        [
          'null in the list',
          () => ['channel', 0, [port2, null]],
          'TypeError',
          /^Invalid value for transfer: at index 1, expected a MessagePortMain.*, got null\.$/
        ],
        [
          'an object in the list',
          () => ['channel', 0, { transfer: [port2, buffer, {}] }],
          'TypeError',
          /^Invalid value for transfer: at index 2, expected a MessagePortMain.*, got an Object\.$/
        ],
        [
          'a port twice',
          () => ['channel', 0, [buffer, port2, port2]],
          'DataCloneError',
          /^Port at index 2 is a duplicate\.$/
        ],
        [
          'a buffer twice',
          () => ['channel', 0, [port2, buffer, buffer]],
          'DataCloneError',
          /^ArrayBuffer at index 2 is a duplicate\.$/
        ],
        [
          'a port that was transferred',
          () => ['channel', 0, [port2, buffer, spent()]],
          'DataCloneError',
          /^Port at index 2 is already neutered\.$/
        ],
        [
          'a buffer that was transferred',
          () => ['channel', 0, [port2, buffer, detached()]],
          'DataCloneError',
          /^ArrayBuffer at index 2 is already detached\.$/
        ],
        [
          'a function in the message',
          () => ['channel', { deep: [() => {}] }, [port2, buffer]],
          'DataCloneError',
          /^An object could not be cloned: message\.deep\[0\] is a function\.$/
        ],
        [
          'a port in the message that is not in the list',
          () => ['channel', { other: other() }, [port2, buffer]],
          'DataCloneError',
          /^An object could not be cloned: .*port that is not in the transfer list/
        ],
        [
          'a getter that throws',
          () => [
            'channel',
            {
              get bad() {
                throw new RangeError('mine');
              }
            },
            [port2, buffer]
          ],
          'RangeError',
          /^mine$/
        ],
        [
          'a getter that transfers what is in the list',
          () => {
            const doomed = other();
            const message = {
              get trap() {
                return new MessageChannelMain().port1.postMessage(0, [doomed]);
              }
            };
            return ['channel', message, [port2, buffer, doomed]];
          },
          'DataCloneError',
          /^Port at index 2 is already neutered\.$/
        ],
        [
          'a getter that detaches a buffer of the list',
          () => {
            const doomed = new ArrayBuffer(4);
            const message = {
              get trap() {
                return structuredClone(1, { transfer: [doomed] });
              }
            };
            return ['channel', message, [port2, buffer, doomed]];
          },
          'DataCloneError',
          /^ArrayBuffer at index 2 is already detached\.$/
        ]
      ];
      for (const [what, args, errorName, text] of calls) {
        it(`throws for ${what}, and hands nothing over`, async () => {
          let thrown: unknown;
          try {
            (target().postMessage as (...args: unknown[]) => void)(...args());
          } catch (error) {
            thrown = error;
          }
          expect(thrown).to.include({ name: errorName });
          expect((thrown as Error).message).to.match(text);
          await expectAllUsable();
        });
      }

      it('throws for a window that is gone, and hands nothing over', async () => {
        const doomed = await openWindow();
        const { webContents } = doomed;
        const gone = name === 'WebContents' ? webContents : webContents.mainFrame;
        const destroyed = once(webContents, 'destroyed');
        doomed.destroy();
        await destroyed;
        expect(() => gone.postMessage('channel', 0, [port2, buffer])).to.throw(Error);
        await expectAllUsable();
      });

      it('throws for a renderer that crashed, and hands nothing over', async () => {
        const doomed = await openWindow();
        const { webContents } = doomed;
        const gone = name === 'WebContents' ? webContents : webContents.mainFrame;
        const crashed = once(webContents, 'render-process-gone');
        webContents.forcefullyCrashRenderer();
        await crashed;
        expect(() => gone.postMessage('channel', 0, [port2, buffer])).to.throw(Error, frameGone);
        await expectAllUsable();
        doomed.destroy();
      });
    });
  }

  it('closes the ports of a document that navigates away, and of one that crashes, once', async () => {
    const doomed = await openWindow();
    for (const end of [
      () => doomed.loadURL('data:text/html,next'),
      () => doomed.webContents.reload(),
      () => doomed.webContents.forcefullyCrashRenderer()
    ]) {
      const { port1, port2 } = new MessageChannelMain();
      await run(doomed, () => {
        require('electron').ipcRenderer.once('port', (event: Electron.IpcRendererEvent) => {
          Object.assign(globalThis, { kept: event.ports[0] });
          event.ports[0].postMessage('last words');
        });
      });
      const events: string[] = [];
      port1.on('message', ({ data }) => events.push(data));
      port1.on('close', () => events.push('close'));
      port1.start();
      const spoken = once(port1, 'message');
      doomed.webContents.postMessage('port', 0, [port2]);
      await spoken;
      const closed = once(port1, 'close');
      const loaded = once(doomed.webContents, 'did-finish-load');
      end();
      await closed;
      expect(events).to.deep.equal(['last words', 'close']);
      if (end.toString().includes('Crash')) continue;
      await loaded;
    }
    doomed.destroy();
  });
});
