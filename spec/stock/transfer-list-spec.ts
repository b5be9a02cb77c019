import { MessageChannelMain } from 'electron/main';
import type { BrowserWindow, MessagePortMain } from 'electron/main';

import { expect } from 'chai';

import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { markAsUntransferable } from 'node:worker_threads';

import { temporaryFolder } from '../lib/files';
import { closeAllWindows, openWindow, run } from '../lib/windows';

describe('the transfer list of a call', () => {
  let window: BrowserWindow;
  let port1: MessagePortMain;
  let port2: MessagePortMain;

  before(async () => {
    window = await openWindow();
  });
  after(closeAllWindows);

  beforeEach(() => {
    ({ port1, port2 } = new MessageChannelMain());
  });
  afterEach(() => port1.close());

  const senders: [string, (message: unknown, transfer: unknown) => void][] = [
    ['a port', (message, transfer) => port1.postMessage(message, transfer as [])],
    ['webContents', (message, transfer) => window.webContents.postMessage('x', message, transfer as [])],
    ['a frame', (message, transfer) => window.webContents.mainFrame.postMessage('x', message, transfer as [])]
  ];
  for (const [name, send] of senders) {
    it(`is judged after the message has been serialized by ${name}: a getter's error comes first`, () => {
      const spent = new MessageChannelMain().port1;
      new MessageChannelMain().port1.postMessage(0, [spent]);
      const detached = new ArrayBuffer(8);
      structuredClone(detached, { transfer: [detached] });
      const locked = new ReadableStream();
      locked.getReader();
      const message = {
        get value() {
          throw new RangeError('mine');
        }
      };
      for (const item of [spent, detached, locked]) {
        expect(() => send(message, [item])).to.throw(RangeError, 'mine');
        expect(() => send({ bad() {} }, [item])).to.throw('message.bad is a function');
        expect(() => send(0, [item])).to.throw(/^\w+ at index 0 is (already (neutered|detached)|locked)\.$/);
      }
      // What the list itself is comes before, as in WebIDL.
      expect(() => send(message, [port2, port2])).to.throw('Port at index 1 is a duplicate.');
      expect(() => send(message, [5])).to.throw(TypeError);
    });

    it(`is a list, and no port or buffer in the place of one, for ${name}`, async () => {
      const other = new MessageChannelMain();
      for (const [item, what] of [
        [other.port1, 'a MessagePortMain'],
        [new ArrayBuffer(8), 'an ArrayBuffer'],
        [new ReadableStream(), 'a ReadableStream']
      ] as const) {
        expect(() => send(0, item)).to.throw(
          TypeError,
          `Invalid value for transfer: expected an array or { transfer }, got ${what}.`
        );
      }
      other.port2.postMessage('usable');
      other.port1.start();
      expect((await once(other.port1, 'message'))[0].data).to.equal('usable');
      other.port1.close();
    });

    it(`refuses what is marked as untransferable for ${name}, of any size, and hands nothing over`, () => {
      const buffer = new ArrayBuffer(24);
      const marked = new ArrayBuffer(40);
      markAsUntransferable(marked);
      expect(() => send({ buffer, marked }, [buffer, marked])).to.throw(
        DOMException,
        'ArrayBuffer at index 1 is marked as untransferable.'
      );
      expect([buffer.byteLength, marked.byteLength]).to.deep.equal([24, 40]);
      // It is copied, as anywhere.
      send({ marked }, [buffer]);
      expect([buffer.byteLength, marked.byteLength]).to.deep.equal([0, 40]);
    });
  }

  it('may be null for a port, as on the web', async () => {
    port1.postMessage(1, null as unknown as undefined);
    port2.start();
    expect((await once(port2, 'message'))[0].data).to.equal(1);
  });

  it('names a FileHandle that is refused', async () => {
    const folder = temporaryFolder({ 'file.txt': 'text' });
    const handle = await open(join(folder, 'file.txt'));
    try {
      markAsUntransferable(handle);
      expect(() => port1.postMessage({ handle }, [handle] as unknown as [])).to.throw(
        DOMException,
        'FileHandle at index 0 is marked as untransferable.'
      );
      expect(handle.fd).to.be.above(-1);
    } finally {
      await handle.close();
    }
  });

  it('is no port of a renderer in the place of a list either', async () => {
    const text = await run(window, () => {
      const { port1 } = new MessageChannel();
      try {
        require('electron').ipcRenderer.postMessage('x', 0, port1);
        return 'sent';
      } catch (error) {
        return String(error);
      }
    });
    expect(text).to.equal(
      'TypeError: Invalid value for transfer: expected an array or { transfer }, got a MessagePort.'
    );
  });
});
