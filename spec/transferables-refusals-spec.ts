import { MessageChannelMain } from 'electron/main';

import { expect } from 'chai';

import { openExchange } from './lib/exchange';
import { skipInElectron } from './lib/needs';
import { closeAllWindows, openWindow, run } from './lib/windows';

const refused = (where: string) => `An object could not be cloned: ${where}.`;

describe('a message with something that cannot be cloned', () => {
  afterEach(closeAllWindows);

  it('is refused by a port of the main process, saying where', () => {
    const { port1 } = new MessageChannelMain();
    const cases: [message: unknown, where: string][] = [
      [{ a: { b: [0, 1, 2, () => {}] } }, 'message.a.b[3] is a function'],
      [new Map([['key', Symbol('s')]]), 'message.get("key") is a symbol'],
      [{ 'not a name': new Set([new WeakMap()]) }, 'message["not a name"].values()[0] is a WeakMap'],
      [[new SharedArrayBuffer(8)], 'message[0] is a SharedArrayBuffer'],
      [
        { module: new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)) },
        'message.module is a WebAssembly.Module'
      ],
      [new Error('x', { cause: Promise.resolve() }), 'message.cause is a Promise'],
      [{ proxy: new Proxy({}, {}) }, 'message.proxy is a Proxy'],
      [{ port: port1 }, 'message.port is a port that is not in the transfer list']
    ];
    for (const [message, where] of cases) {
      expect(() => port1.postMessage(message), where)
        .to.throw(refused(where))
        .with.property('name', 'DataCloneError');
    }
    port1.close();
  });

  it('is refused by ipcRenderer, saying where', async function () {
    skipInElectron(this, 'says it in Blink’s words, without the place');
    const window = await openWindow();
    const errors = await run(window, async () => {
      const { ipcRenderer } = require('electron');
      const { port1 } = new MessageChannel();
      const errorOf = async (send: () => unknown): Promise<string> => {
        try {
          await send();
          return 'nothing thrown';
        } catch (error) {
          return String(error);
        }
      };
      return [
        await errorOf(() => ipcRenderer.postMessage('x', { a: { b: [0, 1, 2, () => {}] } })),
        await errorOf(() => ipcRenderer.postMessage('x', { canvas: new OffscreenCanvas(1, 1) })),
        await errorOf(() => ipcRenderer.postMessage('x', [port1])),
        await errorOf(() => ipcRenderer.send('x', 1, { node: document.documentElement })),
        await errorOf(() => ipcRenderer.invoke('x', new Map([['key', new WeakMap()]])))
      ];
    });
    expect(errors).to.deep.equal([
      `DataCloneError: ${refused('message.a.b[3] is a function')}`,
      `DataCloneError: ${refused('message.canvas is an OffscreenCanvas that is not in the transfer list')}`,
      `DataCloneError: ${refused('message[0] is a port that is not in the transfer list')}`,
      `DataCloneError: ${refused('args[1].node is an HTMLHtmlElement')}`,
      `DataCloneError: ${refused('args[0].get("key") is a WeakMap')}`
    ]);
  });

  it('is refused by ipcRenderer in the same words where Blink or a Proxy throws a TypeError', async function () {
    skipInElectron(this, 'throws what Blink does');
    const window = await openWindow();
    const errors = await run(window, () => {
      const { ipcRenderer } = require('electron');
      const { buffer } = new WebAssembly.Memory({ initial: 1 });
      const { proxy, revoke } = Proxy.revocable({}, {});
      revoke();
      const [one, two] = [new TransformStream(), new TransformStream()];
      const errorOf = (message: unknown, transfer: Transferable[] = []): string => {
        try {
          ipcRenderer.postMessage('x', message, transfer as MessagePort[]);
          return 'nothing thrown';
        } catch (error) {
          return String(error);
        }
      };
      return [
        errorOf(null, [buffer]),
        errorOf({ proxy }),
        errorOf(null, [one, one.readable]),
        errorOf(null, [two.writable, two]),
        [one.readable.locked, two.writable.locked].join()
      ];
    });
    expect(errors[0]).to.match(
      /^DataCloneError: An object could not be cloned: ArrayBuffer at index 0 is not detachable/
    );
    expect(errors[1]).to.match(/^DataCloneError: An object could not be cloned: /);
    expect(errors.slice(2)).to.deep.equal([
      'DataCloneError: ReadableStream at index 1 is a duplicate.',
      'DataCloneError: TransformStream at index 1 is a duplicate.',
      'false,false'
    ]);
  });

  it('is refused by ipcRenderer without harm to what can be cloned beside it', async () => {
    const { window, port, next } = await openExchange();
    const still = await run(window, () => {
      const { port1, port2 } = new MessageChannel();
      const [buffer, stream] = [new ArrayBuffer(8), new ReadableStream()];
      try {
        require('electron').ipcRenderer.postMessage('x', [() => {}], [port1, buffer, stream]);
      } catch {
        exchange.port.postMessage(port2, [port2]);
        return [buffer.byteLength, stream.locked];
      }
      return 'nothing thrown';
    });
    expect(still).to.deep.equal([8, false]);
    expect((await next()).constructor).to.equal(port.constructor);
  });

  it('leaves an error of the message’s own as it is', async () => {
    const window = await openWindow();
    const error = await run(window, () => {
      const message = {
        get broken() {
          throw new RangeError('mine');
        }
      };
      try {
        return require('electron').ipcRenderer.postMessage('x', message);
      } catch (error) {
        return String(error);
      }
    });
    expect(error).to.equal('RangeError: mine');
  });
});
