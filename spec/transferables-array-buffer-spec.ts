import { ipcMain } from 'electron/main';

import { expect } from 'chai';

import { once } from 'node:events';

import { openExchange } from './lib/exchange';
import { closeAllWindows, openWindow, run } from './lib/windows';

const MiB = 2 ** 20;

/** A buffer whose bytes tell where they are, a few of them. */
function numbered(size: number): ArrayBuffer {
  const buffer = new ArrayBuffer(size);
  const bytes = new Uint8Array(buffer);
  for (let index = 0; index < size; index += 997) bytes[index] = index;
  return buffer;
}

describe('transferring an ArrayBuffer', () => {
  afterEach(closeAllWindows);

  for (const size of [0, 1, 65_535, 65_536, 3 * MiB + 1]) {
    it(`moves ${size} bytes to a renderer and back, and detaches them at each sender`, async () => {
      const { window, port, next } = await openExchange();
      const buffer = numbered(size);
      const expected = Buffer.from(buffer.slice(0));
      port.postMessage(buffer, [buffer]);
      expect(buffer.byteLength).to.equal(0);
      expect(() => buffer.slice(0)).to.throw(TypeError);
      const left = await run(window, async () => {
        const buffer = await exchange.next();
        exchange.port.postMessage({ buffer }, [buffer]);
        return buffer.detached;
      });
      expect(left).to.equal(true);
      const { buffer: back } = await next();
      expect(back).to.be.an.instanceOf(ArrayBuffer);
      expect(Buffer.compare(Buffer.from(back), expected)).to.equal(0);
    });
  }

  it('moves 256 MiB to a renderer and back', async function () {
    this.timeout(180_000);
    const { window, port, next } = await openExchange();
    const buffer = numbered(256 * MiB);
    const last = 997 * Math.floor((256 * MiB - 1) / 997);
    port.postMessage(buffer, [buffer]);
    expect(buffer.byteLength).to.equal(0);
    await run(window, async () => {
      const buffer = await exchange.next();
      exchange.port.postMessage(buffer, [buffer]);
    });
    const back = new Uint8Array(await next());
    expect(back.length).to.equal(256 * MiB);
    for (const index of [997, 997 * 1000, last]) expect(back[index], `byte ${index}`).to.equal(index % 256);
  });

  it('keeps several views on one buffer, and the buffer in the order of the list', async () => {
    const { window, port, next } = await openExchange();
    const [one, other] = [numbered(4096), numbered(200_000)];
    const data = { views: [new Uint16Array(other, 2, 5), new DataView(other, 9), new Float64Array(one)], one };
    port.postMessage(data, [other, one]);
    await run(window, async () => {
      const data = await exchange.next();
      exchange.port.postMessage(data, [data.one, data.views[0].buffer]);
    });
    const { views, one: back } = await next();
    expect(views[0]).to.be.an.instanceOf(Uint16Array);
    expect([views[0].byteOffset, views[0].length]).to.deep.equal([2, 5]);
    expect(views[1].buffer).to.equal(views[0].buffer);
    expect(views[1].byteOffset).to.equal(9);
    expect(views[2].buffer).to.equal(back);
    expect(back.byteLength).to.equal(4096);
  });

  it('keeps a resizable buffer resizable, and a view that follows its length following', async () => {
    const { window, port, next } = await openExchange();
    const buffer = new ArrayBuffer(70_000, { maxByteLength: 140_000 });
    port.postMessage(new Uint8Array(buffer), [buffer]);
    await run(window, async () => {
      const view = await exchange.next();
      view.buffer.resize(80_000);
      exchange.port.postMessage(view, [view.buffer]);
    });
    const view = await next();
    expect(view.buffer.resizable).to.equal(true);
    expect(view.buffer.maxByteLength).to.equal(140_000);
    expect(view.length).to.equal(80_000);
    view.buffer.resize(8);
    expect(view.length).to.equal(8);
  });

  it('works over ipcRenderer.postMessage and webContents.postMessage', async () => {
    const window = await openWindow();
    const sent = once(ipcMain, 'buffer');
    const detached = await run(window, () => {
      const { ipcRenderer } = require('electron');
      ipcRenderer.once('buffer', (_event: unknown, { bytes }: { bytes: Uint8Array }) => {
        ipcRenderer.postMessage(
          'sum',
          bytes.reduce((sum, byte) => sum + byte, 0)
        );
      });
      const { buffer } = Uint8Array.of(1, 2, 3);
      ipcRenderer.postMessage('buffer', { buffer }, [buffer]);
      return buffer.detached;
    });
    expect(detached).to.equal(true);
    const [, { buffer }] = await sent;
    expect([...new Uint8Array(buffer)]).to.deep.equal([1, 2, 3]);

    const summed = once(ipcMain, 'sum');
    window.webContents.postMessage('buffer', { bytes: new Uint8Array(buffer) }, { transfer: [buffer] });
    expect(buffer.byteLength).to.equal(0);
    expect((await summed)[1]).to.equal(6);
  });

  describe('of more than a message can hold', () => {
    const tooLarge = 600 * MiB;

    it('throws in the main process before anything is detached', async () => {
      const { window, port, next } = await openExchange();
      const buffer = new ArrayBuffer(tooLarge);
      const small = new ArrayBuffer(8);
      const where = `An object could not be cloned: message takes `;
      expect(() => port.postMessage([small, buffer], [small, buffer]))
        .to.throw(where)
        .with.property('name', 'DataCloneError');
      expect(() => window.webContents.postMessage('x', [small, buffer], [small, buffer])).to.throw(where);
      expect([small.byteLength, buffer.byteLength]).to.deep.equal([8, tooLarge]);
      port.postMessage(small, [small]);
      await run(window, async () => exchange.port.postMessage((await exchange.next()).byteLength));
      expect(await next()).to.equal(8);
    });

    it('throws in ipcRenderer.postMessage before anything is detached', async () => {
      const window = await openWindow();
      const result = await run(
        window,
        (tooLarge) => {
          const [small, buffer] = [new ArrayBuffer(8), new ArrayBuffer(tooLarge)];
          try {
            require('electron').ipcRenderer.postMessage('x', null, [small, buffer]);
            return 'nothing thrown';
          } catch (error) {
            return `${(error as Error).name}: ${(error as Error).message} ${small.byteLength} ${buffer.byteLength}`;
          }
        },
        tooLarge
      );
      expect(result).to.equal(
        'DataCloneError: An object could not be cloned: message takes 629145608 bytes, and a message can hold 536870912. ' +
          'Send it in parts, or as a stream or a Blob. 8 629145600'
      );
    });

    it('is a messageerror in the main process when a port of a renderer sends it', async function () {
      this.timeout(60_000);
      const { window, next } = await openExchange();
      await run(
        window,
        (tooLarge) => {
          const buffer = new ArrayBuffer(tooLarge);
          exchange.port.postMessage(buffer, [buffer]);
          exchange.port.postMessage('after');
        },
        tooLarge
      );
      const failure = await next().catch((error: Error) => error.message);
      expect(failure).to.equal('messageerror');
      expect(await next()).to.equal('after');
    });
  });
});
