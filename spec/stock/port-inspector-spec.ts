import { expect } from 'chai';

import { App } from '../lib/apps';
import { temporaryFolder } from '../lib/files';
import { PortInspectorClient } from '../lib/port-inspector';

import type { InspectedChannel } from '../lib/port-inspector';

type Main = (electron: typeof Electron.CrossProcessExports, path: (name: string) => string) => unknown;

/** Whole apps, which are inspected from here: a process that is inspected once is from then on. */
describe('the port inspector', function () {
  this.timeout(60_000);

  /** Starts an app whose first line is where its inspector is. SIGUSR2 has it go on. */
  async function inspect(main: Main, files: Record<string, string> = {}) {
    const folder = temporaryFolder({
      ...files,
      'main.js': `(${main})(require('electron'), (name) => require('node:path').join(__dirname, name));`
    });
    const app = new App([`${folder}/main.js`]);
    const url = await Promise.race([
      app.line(),
      app.ended.then(({ errors }) => {
        throw new Error(errors);
      })
    ]);
    const ports = await PortInspectorClient.connect(url);
    return { app, ports, goOn: () => app.process.kill('SIGUSR2') };
  }

  it('counts what is sent over a channel in the main process, each way, and shows what waits', async () => {
    const { ports } = await inspect(async ({ app, MessageChannelMain }) => {
      console.log((await app.inspectPorts({ open: false })).url);
      const { port1, port2 } = new MessageChannelMain();
      port2.on('message', () => port2.postMessage('back'));
      port2.start();
      for (let i = 0; i < 10; i++) port1.postMessage('x'.repeat(100));
    });
    const channel = await ports.until(() => ports.own.find(({ ends }) => ends[1].sent === 10));
    const [one, other] = channel.ends;
    expect([one.sent, other.received, other.queue]).to.deep.equal([10, 10, 0]);
    expect([other.sent, one.received, one.queue]).to.deep.equal([10, 0, 10]);
    expect([one.isStarted, other.isStarted]).to.deep.equal([false, true]);
    expect(one.sentBytes).to.be.within(1000, 1200);
    expect(one.oldestUnread).to.be.a('number');
    expect(channel.path).to.equal('process');
    expect(channel.stack).to.match(/main\.js:\d+:\d+/);
  });

  it('follows an end to a page, on to another page, and knows it as direct there', async () => {
    const preload = `const { ipcRenderer } = require('electron');
      let kept;
      ipcRenderer.on('port', ({ ports: [port] }) => { kept = port; kept.postMessage('here'); });
      ipcRenderer.on('give', () => ipcRenderer.postMessage('given', null, [kept]));
      ipcRenderer.on('listen', ({ ports: [port] }) => { port.onmessage = ({ data }) => port.postMessage(data); });`;
    const { ports, goOn } = await inspect(
      async ({ app, BrowserWindow, ipcMain, MessageChannelMain }, path) => {
        console.log((await app.inspectPorts({ open: false })).url);
        const preload = path('preload.js');
        await app.whenReady();
        const open = async (title: string) => {
          const window = new BrowserWindow({ show: false, webPreferences: { preload } });
          await window.loadURL(`data:text/html,<title>${title}</title>`);
          return window;
        };
        const [first, second] = [await open('first'), await open('second')];
        const { port1, port2 } = new MessageChannelMain();
        first.webContents.postMessage('port', null, [port1]);
        await new Promise((resolve) => process.once('SIGUSR2', resolve));
        ipcMain.on('given', ({ ports }) => second.webContents.postMessage('listen', null, ports));
        first.webContents.send('give');
        await new Promise((resolve) => process.once('SIGUSR2', resolve));
        const third = await open('third');
        third.webContents.postMessage('port', null, [port2]);
      },
      { 'preload.js': preload }
    );
    const find = (test: (channel: InspectedChannel) => boolean) => ports.until(() => ports.own.find(test));
    const before = await find(({ ends }) => ends[0].sent === 1);
    expect(ports.holderName(before.ends[0])).to.equal('frame data:text/html,<title>first</title>');
    expect(ports.holderName(before.ends[1])).to.equal('main');
    expect(before.path).to.equal('hub');

    goOn();
    const moved = await find(({ ends }) => ports.holderName(ends[0]).includes('second') && !ends[0].isOnItsWay);
    expect(moved.id).to.equal(before.id);
    expect(moved.ends[0].sent).to.equal(1);
    expect(moved.ends[0].transfers.map(({ from }) => ports.holders.get(from)!.kind)).to.deep.equal([
      'main',
      'frame',
      'main'
    ]);

    goOn();
    const direct = await find(({ path }) => path === 'direct');
    // 'here' of the first page, read by the third; of the third, read and sent back by the second.
    await ports.until(() => ports.channels.get(direct.id)!.ends[0].sent === 2);
    expect(ports.holderName(direct.ends[1])).to.include('third');
    expect(direct.relayed).to.equal(undefined);
  });

  it('says who closed a channel, and why', async () => {
    const files = {
      'preload.js': `const { ipcRenderer } = require('electron');
        ipcRenderer.on('close', ({ ports: [port] }) => port.close());
        ipcRenderer.on('keep', ({ ports: [port] }) => (globalThis.kept = port).start());`,
      'utility.js': `process.parentPort.on('message', () => process.exit(3));`
    };
    const { ports, goOn } = await inspect(async ({ app, BrowserWindow, MessageChannelMain, utilityProcess }, path) => {
      console.log((await app.inspectPorts({ open: false })).url);
      await app.whenReady();
      app.on('window-all-closed', () => {});
      const window = new BrowserWindow({ show: false, webPreferences: { preload: path('preload.js') } });
      await window.loadURL('data:text/html,page');
      const give = (channel: string) => {
        const { port1, port2 } = new MessageChannelMain();
        port1.start();
        window.webContents.postMessage(channel, null, [port2]);
        return new Promise((resolve) => port1.once('close', resolve));
      };
      await give('close');
      const kept = give('keep');
      await new Promise((resolve) => process.once('SIGUSR2', resolve));
      window.destroy();
      await kept;
      const { port1, port2 } = new MessageChannelMain();
      port2.close();
      port1.start();
      const child = utilityProcess.fork(path('utility.js'));
      child.postMessage('go');
    }, files);
    await ports.until(() =>
      ports.own.find(({ ends }) => ends[1].isStarted && ports.holderName(ends[1]).includes('page'))
    );
    goOn();
    const closed = await ports.until(() => {
      const all = ports.own.filter((channel) => channel.closed?.holder !== undefined);
      return all.length === 4 && all;
    });
    const said = closed.map(({ closed, ends }) => {
      const holder = ports.holders.get(closed!.holder!)!;
      return [holder.kind, closed!.end, closed!.why, ends[closed!.end!].state];
    });
    expect(said).to.deep.equal([
      ['frame', 1, 'close() was called', 'closed'],
      ['frame', 1, 'its window was closed', 'closed'],
      ['main', 1, 'close() was called', 'closed'],
      ['utility', 1, 'its process ended with 3', 'closed']
    ]);
    expect(closed[2].closed!.stack).to.match(/main\.js:\d+:\d+/);
  });

  it('logs messages with their values once it is told to, and each with when it was read', async () => {
    const { ports, goOn } = await inspect(async ({ app, MessageChannelMain }) => {
      console.log((await app.inspectPorts({ open: false })).url);
      const { port1, port2 } = new MessageChannelMain();
      port2.start();
      port1.postMessage('before');
      await new Promise((resolve) => process.once('SIGUSR2', resolve));
      const { port1: sent } = new MessageChannelMain();
      const bytes = new ArrayBuffer(8);
      port1.postMessage({ list: [1, 'two'], map: new Map([['key', new Date(0)]]), bytes, port: sent, nothing: null }, [
        bytes,
        sent
      ]);
    });
    ports.send({ type: 'log', on: true });
    await ports.until(() => ports.isLogging);
    goOn();
    const [message] = await ports.until(() => {
      const all = [...ports.log.values()];
      return all[0]?.readTime !== undefined && all;
    });
    expect(ports.log.size).to.equal(1);
    expect(message.value).to.deep.equal({
      type: 'Object',
      entries: [
        [
          'list',
          {
            type: 'Array(2)',
            entries: [
              ['0', '1'],
              ['1', '"two"']
            ]
          }
        ],
        ['map', { type: 'Map', entries: [['"key"', { type: 'Date 1970-01-01T00:00:00.000Z' }]] }],
        ['bytes', { type: 'ArrayBuffer(8 bytes)' }],
        ['port', { type: 'MessagePort' }],
        ['nothing', 'null']
      ]
    });
    expect(message.readTime).to.be.at.least(message.time);
  });
});
