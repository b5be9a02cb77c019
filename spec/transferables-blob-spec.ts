import { ipcMain, MessageChannelMain } from 'electron/main';

import { expect } from 'chai';

import { once } from 'node:events';
import { openAsBlob } from 'node:fs';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { defer } from './lib/defer';
import { openExchange } from './lib/exchange';
import { skipInElectron } from './lib/needs';
import { closeAllWindows, openWindow, run } from './lib/windows';

const MiB = 2 ** 20;

async function temporaryFile(contents: string | Buffer): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'transferables-blob-'));
  defer(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'contents');
  await writeFile(path, contents);
  return path;
}

describe('sending a Blob or a File', () => {
  afterEach(closeAllWindows);

  describe('from a renderer to the main process', () => {
    it('gives a Blob of Node’s with size and type at once, and the bytes when they are read', async () => {
      const { window, next } = await openExchange();
      await run(window, () => {
        exchange.port.postMessage({ list: [new Blob(['häl', 'lo'], { type: 'Text/Plain' })] });
      });
      const blob = (await next()).list[0];
      expect(blob).to.be.an.instanceOf(Blob);
      expect([blob.size, blob.type]).to.deep.equal([6, 'text/plain']);
      expect(await blob.text()).to.equal('hällo');
      expect(Buffer.from(await blob.arrayBuffer()).toString()).to.equal('hällo');
      expect(await new Response(blob).text()).to.equal('hällo');
    });

    it('gives a File with its name and time', async () => {
      const { window, next } = await openExchange();
      await run(window, () => {
        exchange.port.postMessage(new File(['abc'], 'ü.txt', { type: 'a/b', lastModified: 1234 }));
      });
      const file = await next();
      expect(file).to.be.an.instanceOf(File);
      expect([file.name, file.lastModified, file.type, file.size]).to.deep.equal(['ü.txt', 1234, 'a/b', 3]);
      expect(await file.text()).to.equal('abc');
    });

    it('has no byte order mark in its text(), as on the web', async () => {
      const { window, next } = await openExchange();
      await run(window, () => exchange.port.postMessage(new Blob(['\ufeffa\ufeff'])));
      const blob = await next();
      expect(await blob.text()).to.equal('a\ufeff');
      expect((await blob.arrayBuffer()).byteLength).to.equal(7);
    });

    it('slices as Blobs are sliced, without reading', async () => {
      const { window, next } = await openExchange();
      await run(window, () => exchange.port.postMessage(new Blob(['0123456789'])));
      const blob = await next();
      const local = new Blob(['0123456789']);
      for (const range of [[2, 5], [-3], [3, -3], [7, 3], [0, 100], [-100, 4], [], [4]] as number[][]) {
        const [slice, expected] = [blob.slice(...range), local.slice(...range)];
        expect(slice.size, `${range}`).to.equal(expected.size);
        expect(await slice.text(), `${range}`).to.equal(await expected.text());
      }
      // WebIDL's [Clamp] rounds, to the even integer of two.
      for (const [from, to, text] of [
        [1.7, 3.2, '2'],
        [0.5, 2.5, '01'],
        [1.5, 3.5, '23'],
        [-2.5, Infinity, '89'],
        [-Infinity, 1.4, '0'],
        [NaN, 2, '01']
      ] as const) {
        expect(await blob.slice(from, to).text(), `${from}, ${to}`).to.equal(text);
      }
      expect(blob.slice(0, 1, 'X/y').type).to.equal('x/y');
      expect(await blob.slice(2).slice(1, 3).text()).to.equal('34');
    });

    it('streams its bytes, as a byte stream, again each time', async () => {
      const { window, next } = await openExchange();
      await run(window, (size) => exchange.port.postMessage(new Blob([new Uint8Array(size).fill(7)])), 3 * MiB);
      const blob = await next();
      for (let time = 0; time < 2; time++) {
        let [size, sum] = [0, 0];
        for await (const chunk of blob.stream()) {
          size += chunk.length;
          sum += chunk[0] + chunk.at(-1);
        }
        expect(size).to.equal(3 * MiB);
        expect(sum % 14).to.equal(0);
      }
      const reader = blob.stream().getReader({ mode: 'byob' });
      const { value } = await reader.read(new Uint8Array(10));
      expect([...value]).to.deep.equal(new Array(10).fill(7));
      await reader.cancel();
    });

    it('can be sent back and on, whole and in part, as the thing itself', async () => {
      const [one, other] = [await openExchange(), await openExchange()];
      await run(one.window, () => {
        exchange.port.postMessage(new File(['0123456789'], 'digits', { lastModified: 9 }));
      });
      const file = await one.next();
      other.port.postMessage({ file, part: file.slice(2, 4, 'p/q') });
      const result = await run(other.window, async () => {
        const { file, part } = await exchange.next();
        const isRight = file instanceof File && part instanceof Blob && !(part instanceof File);
        return [isRight, file.name, file.lastModified, await file.text(), part.type, await part.text()];
      });
      expect(result).to.deep.equal([true, 'digits', 9, '0123456789', 'p/q', '23']);
    });

    it('outlives its window', async () => {
      const { window, next } = await openExchange();
      await run(window, () => exchange.port.postMessage(new Blob(['still here'])));
      const blob = await next();
      const keeper = await openWindow();
      window.destroy();
      expect(await blob.text()).to.equal('still here');
      keeper.destroy();
    });

    it('says that its bytes are elsewhere when they are taken without a read', async () => {
      const { window, next } = await openExchange();
      await run(window, () => exchange.port.postMessage(new Blob(['x'])));
      const blob = await next();
      const text = "The bytes of a renderer's Blob are not in this process: read them first";
      expect(() => new Blob([blob]))
        .to.throw(text)
        .with.property('name', 'NotReadableError');
      expect(() => structuredClone(blob)).to.throw(text);
    });

    it('works over ipcRenderer, in send and invoke, too', async function () {
      skipInElectron(this, 'clones with V8 alone in send() and invoke()');
      const window = await openWindow();
      const sent = once(ipcMain, 'blob');
      ipcMain.handleOnce('blob', async (_event, { blob }: { blob: Blob }) => new Blob([await blob.text(), ' back']));
      const text = await run(window, async () => {
        const { ipcRenderer } = require('electron');
        ipcRenderer.send('blob', new Blob(['sent']));
        return (await ipcRenderer.invoke('blob', { blob: new Blob(['there and']) })).text();
      });
      expect(text).to.equal('there and back');
      expect(await (await sent)[1].text()).to.equal('sent');
    });
  });

  describe('from the main process to a renderer', () => {
    it('gives a Blob and a File of the renderer’s own', async () => {
      const { window, port } = await openExchange();
      const blob = new Blob(['node'], { type: 'a/b' });
      port.postMessage(new Map([['both', [blob, new File(['file'], 'name', { lastModified: 5 })]]]));
      const result = await run(window, async () => {
        const [blob, file] = (await exchange.next()).get('both');
        const isRight = blob instanceof Blob && file instanceof File;
        return [isRight, blob.type, await blob.text(), file.name, file.lastModified, await file.text()];
      });
      expect(result).to.deep.equal([true, 'a/b', 'node', 'name', 5, 'file']);
      expect(await blob.text()).to.equal('node');
    });

    it('keeps the order of the messages around it', async () => {
      const { window, port } = await openExchange();
      const large = new Blob([Buffer.alloc(8 * MiB, 1)]);
      const messages = [0, large, 1, new Blob(['small']), 2, new Blob([]), 3];
      for (const message of messages) port.postMessage(message);
      const received = await run(window, async () => {
        const received: number[] = [];
        while (received.length < 7) {
          const message = await exchange.next();
          received.push(message instanceof Blob ? message.size : message);
        }
        return received;
      });
      expect(received).to.deep.equal([0, 8 * MiB, 1, 5, 2, 0, 3]);
    });

    it('arrives before the port is closed, and before a port that follows is used', async () => {
      const { window, port } = await openExchange();
      const { port1, port2 } = new MessageChannelMain();
      port.postMessage({ port2 }, [port2]);
      port1.postMessage(new Blob([Buffer.alloc(4 * MiB)]));
      port1.postMessage('last');
      port1.close();
      const events = await run(window, async () => {
        const { port2 } = await exchange.next();
        return new Promise<unknown[]>((resolve) => {
          const events: unknown[] = [];
          port2.onmessage = ({ data }: MessageEvent) => events.push(data instanceof Blob ? data.size : data);
          port2.onclose = () => resolve([...events, 'close']);
        });
      });
      expect(events).to.deep.equal([4 * MiB, 'last', 'close']);
    });

    it('travels with a port that is sent on while its bytes are on their way', async () => {
      const [one, other] = [await openExchange(), await openExchange()];
      const { port1, port2 } = new MessageChannelMain();
      one.port.postMessage({ port1 }, [port1]);
      const kept = run(one.window, async () => {
        const { port1 } = await exchange.next();
        exchange.kept = new Promise((resolve) => {
          port1.onmessage = ({ data }: MessageEvent) => resolve(data.size ?? data);
        });
      });
      port2.postMessage(new Blob([Buffer.alloc(4 * MiB)]));
      other.port.postMessage({ port2 }, [port2]);
      await kept;
      expect(await run(one.window, () => exchange.kept)).to.equal(4 * MiB);
    });

    it('reads a Blob of a file when it is sent', async () => {
      const { window, port } = await openExchange();
      const path = await temporaryFile(Buffer.alloc(MiB, 'x'));
      port.postMessage(await openAsBlob(path, { type: 'of/file' }));
      const result = await run(window, async () => {
        const blob = await exchange.next();
        return [blob.size, blob.type, (await blob.text()).slice(0, 3)];
      });
      expect(result).to.deep.equal([MiB, 'of/file', 'xxx']);
    });

    it('is a messageerror in its place, or cannot be read there either, when it cannot be read any more', async () => {
      const { window, port } = await openExchange();
      const path = await temporaryFile('will change');
      const blob = await openAsBlob(path);
      await truncate(path, 3);
      port.postMessage('before');
      port.postMessage({ blob });
      port.postMessage('after');
      const received = await run(window, async () => {
        const received: unknown[] = [];
        while (received.length < 3) {
          const message = await exchange.next().catch((error) => error.message);
          received.push(message.blob ? await message.blob.text().catch((error: Error) => error.name) : message);
        }
        return received;
      });
      expect(received[1]).to.be.oneOf(['messageerror', 'NotReadableError']);
      expect([received[0], received[2]]).to.deep.equal(['before', 'after']);
    });
  });

  it('between two ports of the main process gives a Blob and a File, too', async () => {
    globalThis.skipWithoutWindows?.('blob storage');
    const { port1, port2 } = new MessageChannelMain();
    const arrived = once(port2, 'message');
    port2.start();
    port1.postMessage([new Blob(['b'], { type: 'x/y' }), new File(['f'], 'n', { lastModified: 3 })]);
    const [blob, file] = (await arrived)[0].data;
    expect([blob.type, await blob.text()]).to.deep.equal(['x/y', 'b']);
    expect([file instanceof File, file.name, file.lastModified, await file.text()]).to.deep.equal([true, 'n', 3, 'f']);
    port1.close();
  });
});
