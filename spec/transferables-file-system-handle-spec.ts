import { expect } from 'chai';

import { openExchange } from './lib/exchange';
import { skipInElectron } from './lib/needs';
import { serve } from './lib/server';
import { closeAllWindows, run } from './lib/windows';

import type { Exchange } from './lib/exchange';
import type { SpecServer } from './lib/server';

/** Gives two pages a channel of their own, in `exchange.kept`. */
async function connectDirectly(one: Exchange, other: Exchange) {
  await run(one.window, () => {
    const { port1, port2 } = new MessageChannel();
    exchange.kept = port1;
    exchange.port.postMessage(port2, [port2]);
  });
  const port = await one.next();
  other.port.postMessage(port, [port]);
  await run(other.window, async () => {
    exchange.kept = await exchange.next();
  });
}

/** Has a page post a file and a directory of its origin's private file system over its `exchange.kept`. */
function postHandles({ window }: Exchange) {
  return run(window, async () => {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle('folder', { create: true });
    const file = await folder.getFileHandle('spec.txt', { create: true });
    const writable = await file.createWritable();
    await writable.write('of the first window');
    await writable.close();
    exchange.kept.postMessage({ list: [file, folder] });
    exchange.kept.postMessage('after');
  });
}

describe('a FileSystemHandle of a renderer', () => {
  let servers: SpecServer[];

  before(async () => {
    servers = [await serve(() => '<title>one</title>'), await serve(() => '<title>two</title>')];
  });
  after(() => servers.forEach((server) => server.close()));
  afterEach(closeAllWindows);

  it('is the handle again in another renderer of its origin', async () => {
    const [one, other] = [await openExchange(servers[0].origin), await openExchange(servers[0].origin)];
    await connectDirectly(one, other);
    await postHandles(one);
    const found = await run(other.window, async () => {
      const { data } = await new Promise<MessageEvent>((resolve) => (exchange.kept.onmessage = resolve));
      const [file, folder] = data.list as [FileSystemFileHandle, FileSystemDirectoryHandle];
      const writable = await file.createWritable({ keepExistingData: true });
      await writable.write({ type: 'write', position: 0, data: 'by' });
      await writable.close();
      return [file.name, folder.kind, await (await (await folder.getFileHandle('spec.txt')).getFile()).text()];
    });
    expect(found).to.deep.equal(['spec.txt', 'directory', 'by the first window']);
  });

  it('is a messageerror in a renderer of another origin, and the next message arrives', async () => {
    const [one, other] = [await openExchange(servers[0].origin), await openExchange(servers[1].origin)];
    await connectDirectly(one, other);
    await postHandles(one);
    const events = await run(
      other.window,
      () =>
        new Promise((resolve) => {
          const events: unknown[] = [];
          exchange.kept.onmessageerror = ({ type }: MessageEvent) => events.push(type);
          exchange.kept.onmessage = ({ data }: MessageEvent) => resolve([...events, data]);
        })
    );
    expect(events).to.deep.equal(['messageerror', 'after']);
  });

  it('is a messageerror in the main process, and the next message arrives', async function () {
    skipInElectron(this, 'with these ports can hold it there, and send it on');
    const exchanged = await openExchange(servers[0].origin);
    await run(exchanged.window, () => {
      exchange.kept = exchange.port;
    });
    await postHandles(exchanged);
    expect(await exchanged.next().catch((error: Error) => error.message)).to.equal('messageerror');
    expect(await exchanged.next()).to.equal('after');
  });
});
