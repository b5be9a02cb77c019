import { ipcMain, MessageChannelMain } from 'electron/main';

import { expect } from 'chai';

import { once } from 'node:events';

import { openExchange } from './lib/exchange';
import { skipInElectron } from './lib/needs';
import { closeAllWindows, openWindow, run } from './lib/windows';

import type { Exchange } from './lib/exchange';

/** Has the page send an ImageBitmap of 4 by 3, and gives its handle. */
async function bitmapOf({ window, next }: Exchange): Promise<Electron.OpaqueHandle> {
  await run(window, () => {
    const canvas = new OffscreenCanvas(4, 3);
    canvas.getContext('2d')!.fillRect(0, 0, 4, 3);
    const bitmap = canvas.transferToImageBitmap();
    exchange.port.postMessage(bitmap, [bitmap]);
  });
  return next();
}

async function canvasOf({ window, next }: Exchange): Promise<Electron.OpaqueHandle> {
  await run(window, () => {
    const canvas = new OffscreenCanvas(7, 9);
    exchange.port.postMessage(canvas, [canvas]);
  });
  return next();
}

/** What the page finds in its next message. */
const describeNext = ({ window }: Exchange) =>
  run(window, async () => {
    const data = await exchange.next();
    return [Object.prototype.toString.call(data), data.width, data.height];
  });

describe('what the main process cannot read', () => {
  afterEach(closeAllWindows);

  it('arrives as an opaque handle that tells its class, anywhere in the message', async () => {
    const { window, next } = await openExchange();
    await run(window, () => {
      const canvas = new OffscreenCanvas(1, 1);
      exchange.port.postMessage({ list: [new DOMMatrix(), canvas], data: new ImageData(2, 2) }, [canvas]);
    });
    const { list, data } = await next();
    const types = [...list, data].map(({ type }) => type);
    expect(types).to.deep.equal(['DOMMatrix', 'OffscreenCanvas', 'ImageData']);
    expect(String(data)).to.equal('[object OpaqueHandle]');
    expect(data.closed).to.equal(false);
  });

  it('arrives at another renderer as the thing itself, as often as it is sent if it can be cloned', async () => {
    const [one, other] = [await openExchange(), await openExchange()];
    const handle = await bitmapOf(one);
    for (let time = 0; time < 2; time++) {
      other.port.postMessage(handle);
      expect(await describeNext(other)).to.deep.equal(['[object ImageBitmap]', 4, 3]);
    }
    expect(handle.closed).to.equal(false);
    other.port.postMessage(handle, [handle]);
    expect(handle.closed).to.equal(true);
    expect(await describeNext(other)).to.deep.equal(['[object ImageBitmap]', 4, 3]);
  });

  it('arrives at another renderer once if it can only be transferred', async () => {
    const [one, other] = [await openExchange(), await openExchange()];
    const handle = await canvasOf(one);
    expect(() => other.port.postMessage({ a: handle })).to.throw(
      'An object could not be cloned: message.a is an OffscreenCanvas that is not in the transfer list.'
    );
    other.port.postMessage(handle, [handle]);
    expect(await describeNext(other)).to.deep.equal(['[object OffscreenCanvas]', 7, 9]);
    expect(() => other.port.postMessage(null, [handle])).to.throw('OffscreenCanvas at index 0 is already neutered.');
    expect(() => other.port.postMessage(handle)).to.throw(
      'An object could not be cloned: message is an OffscreenCanvas that is closed or was transferred.'
    );
  });

  it('keeps its contents', async () => {
    const [one, other] = [await openExchange(), await openExchange()];
    await run(one.window, () => {
      exchange.port.postMessage([
        new DOMMatrix([1, 2, 3, 4, 5, 6]),
        new ImageData(Uint8ClampedArray.of(9, 8, 7, 6), 1, 1)
      ]);
    });
    other.port.postMessage(await one.next());
    const contents = await run(other.window, async () => {
      const [matrix, image] = await exchange.next();
      return [matrix instanceof DOMMatrix, matrix.toString(), [...image.data]];
    });
    expect(contents).to.deep.equal([true, 'matrix(1, 2, 3, 4, 5, 6)', [9, 8, 7, 6]]);
  });

  it('comes over ipcRenderer and goes over webContents', async function () {
    skipInElectron(this, 'clones with V8 alone in send()');
    const [one, other] = [await openWindow(), await openWindow()];
    const arrived = once(ipcMain, 'arrived');
    await run(other, () => {
      const { ipcRenderer } = require('electron');
      ipcRenderer.once('quad', (_event: unknown, { quad }: { quad: DOMQuad }) => {
        ipcRenderer.send('arrived', quad instanceof DOMQuad, quad.p1.x);
      });
    });
    ipcMain.once('quad', (_event, message) => other.webContents.send('quad', message));
    await run(one, () => require('electron').ipcRenderer.send('quad', { quad: new DOMQuad({ x: 5 }) }));
    const [, isQuad, x] = await arrived;
    expect([isQuad, x]).to.deep.equal([true, 5]);
  });

  it('is an error as it is, if it is a DOMException', async () => {
    const { window, port, next } = await openExchange();
    await run(window, () => exchange.port.postMessage({ error: new DOMException('text', 'AbortError') }));
    const { error } = await next();
    expect(error).to.be.an.instanceOf(DOMException);
    expect([error.name, error.message]).to.deep.equal(['AbortError', 'text']);
    port.postMessage(error);
    const back = await run(window, async () => {
      const error = await exchange.next();
      return [error instanceof DOMException, error.name, error.message];
    });
    expect(back).to.deep.equal([true, 'AbortError', 'text']);
  });

  it('passes between ports of the main process, and is let go when all its handles are closed', async () => {
    const exchanged = await openExchange();
    const handle = await bitmapOf(exchanged);
    const { port1, port2 } = new MessageChannelMain();
    const arrived = once(port2, 'message');
    port2.start();
    port1.postMessage(handle);
    handle.close();
    const [{ data: copy }] = await arrived;
    expect([handle.closed, copy.closed, copy.type]).to.deep.equal([true, false, 'ImageBitmap']);
    exchanged.port.postMessage(copy);
    expect(await describeNext(exchanged)).to.deep.equal(['[object ImageBitmap]', 4, 3]);
    copy.close();
    expect(() => exchanged.port.postMessage(copy)).to.throw('is an ImageBitmap that is closed or was transferred.');
    port1.close();
  });

  it('cannot be listed if it cannot be transferred', async () => {
    const { window, port, next } = await openExchange();
    await run(window, () => exchange.port.postMessage(new DOMMatrix()));
    const handle = await next();
    expect(() => port.postMessage(null, [handle])).to.throw(
      TypeError,
      /^Port at index 0 is not a valid port: expected .*, got that of a DOMMatrix\.$/
    );
  });

  it('is a messageerror where the platform does not let it pass', async () => {
    const { window, next } = await openExchange();
    await run(window, () => {
      const canvas = new OffscreenCanvas(1, 1);
      canvas.getContext('2d');
      exchange.port.postMessage(new VideoFrame(canvas, { timestamp: 0 }));
      exchange.port.postMessage(new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)));
      exchange.port.postMessage('after');
    });
    for (let time = 0; time < 2; time++) {
      expect(await next().catch((error: Error) => error.message)).to.equal('messageerror');
    }
    expect(await next()).to.equal('after');
  });
});
