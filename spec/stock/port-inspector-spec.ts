import { BrowserWindow } from 'electron/main';

import { expect } from 'chai';

import { existsSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { dirname, extname, join } from 'node:path';

import { App } from '../lib/apps';
import { defer } from '../lib/defer';
import { temporaryFolder } from '../lib/files';
import { inspect } from '../lib/inspected-app';
import { PortInspectorClient } from '../lib/port-inspector';
import { serve } from '../lib/server';
import { run } from '../lib/windows';

import type { ChannelState } from '../../inspector/model/state';
import type { IncomingHttpHeaders } from 'node:http';

describe('the port inspector of the stock runtime', function () {
  this.timeout(60_000);

  it('follows an end to a page, on to another page, and knows it as direct there', async () => {
    const preload = `const { ipcRenderer } = require('electron');
      let kept;
      ipcRenderer.on('port', ({ ports: [port] }) => { kept = port; kept.postMessage('here'); });
      ipcRenderer.on('give', () => ipcRenderer.postMessage('given', null, [kept]));
      ipcRenderer.on('listen', ({ ports: [port] }) => { port.onmessage = ({ data }) => port.postMessage(data); });`;
    const { ports, goOn } = await inspect(
      async ({ app, BrowserWindow, ipcMain, MessageChannelMain }, path, told) => {
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
        await told();
        ipcMain.on('given', ({ ports }) => second.webContents.postMessage('listen', null, ports));
        first.webContents.send('give');
        await told();
        const third = await open('third');
        third.webContents.postMessage('port', null, [port2]);
      },
      { 'preload.js': preload }
    );
    const find = (test: (channel: ChannelState) => boolean) => ports.until(() => ports.own.find(test));
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

  it('follows an end to a frame of the page', async () => {
    const files = {
      'page.html': `<iframe src="inside.html"></iframe><script>
        onload = () => {
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = ({ data }) => port1.postMessage(data);
          frames[0].postMessage('port', '*', [port2]);
        };
      </script>`,
      'inside.html': `<script>
        onmessage = ({ ports: [port] }) => {
          globalThis.kept = port;
          port.onmessage = () => {};
          port.postMessage('inside');
        };
      </script>`
    };
    const { ports } = await inspect(async ({ app, BrowserWindow }, path) => {
      console.log((await app.inspectPorts({ open: false })).url);
      await app.whenReady();
      await new BrowserWindow({ show: false }).loadFile(path('page.html'));
    }, files);
    const channel = await ports.until(() => ports.own.find(({ ends: [, other] }) => other.received === 1));
    expect(ports.holderName(channel.ends[0])).to.match(/page\.html$/);
    expect(ports.holderName(channel.ends[1])).to.match(/inside\.html$/);
    expect(channel.closed).to.equal(undefined);
    expect(ports.own.length).to.equal(1);
  });

  it('says who closed a channel, and why', async () => {
    const files = {
      'preload.js': `const { ipcRenderer } = require('electron');
        ipcRenderer.on('close', ({ ports: [port] }) => port.close());
        ipcRenderer.on('keep', ({ ports: [port] }) => (globalThis.kept = port).start());`,
      'utility.js': `process.parentPort.on('message', () => process.exit(3));`
    };
    const { ports, goOn } = await inspect(
      async ({ app, BrowserWindow, MessageChannelMain, utilityProcess }, path, told) => {
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
        await told();
        window.destroy();
        await kept;
        const { port1, port2 } = new MessageChannelMain();
        port2.close();
        port1.start();
        const child = utilityProcess.fork(path('utility.js'));
        child.postMessage('go');
      },
      files
    );
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

  it('follows an end from the preload script to the page, and on to a worker of the page', async () => {
    const files = {
      'preload.js': `const { ipcRenderer } = require('electron');
        ipcRenderer.on('port', ({ ports }) => window.postMessage('port', '*', ports));`,
      'page.html': `<!doctype html><title>page</title><script>
        const worker = new Worker(URL.createObjectURL(new Blob(['onmessage = ({ ports: [port] }) => { port.onmessage = ({ data }) => port.postMessage(data); };'])));
        addEventListener('message', ({ ports: [port] }) => worker.postMessage(null, [port]));
      </script>`
    };
    const { ports } = await inspect(async ({ app, BrowserWindow, MessageChannelMain }, path) => {
      console.log((await app.inspectPorts({ open: false })).url);
      await app.whenReady();
      const window = new BrowserWindow({ show: false, webPreferences: { preload: path('preload.js') } });
      await window.loadFile(path('page.html'));
      const { port1, port2 } = new MessageChannelMain();
      window.webContents.postMessage('port', null, [port2]);
      port1.start();
      for (let i = 0; i < 5; i++) port1.postMessage(i);
    }, files);
    const channel = await ports.until(() =>
      ports.own.find(({ ends: [one, other] }) => one.received === 5 && other.received === 5)
    );
    const kindOf = (id?: string) => ports.holders.get(id!)?.kind;
    expect(kindOf(channel.ends[1].holder)).to.equal('worker');
    expect(channel.ends[1].transfers.map(({ from, to }) => [kindOf(from), kindOf(to)])).to.deep.equal([
      ['main', 'frame'],
      ['frame', 'frame'],
      ['frame', 'worker']
    ]);
  });

  describe('with a frame of another site in a page', () => {
    /** The first channel is that frame's, which goes on to a page of the site around it when it is told to. */
    async function inspectFrame() {
      const inspected = await inspect(async ({ app, BrowserWindow }, _path, told) => {
        console.log((await app.inspectPorts({ open: false })).url);
        await app.whenReady();
        const script = '<script>const { port1, port2 } = new MessageChannel(); port1.postMessage(0)</script>';
        const server = (require('node:http') as typeof import('node:http')).createServer(({ url }, response) => {
          const around = `<iframe src="http://localhost:${(server.address() as { port: number }).port}/inner"></iframe>`;
          response.setHeader('content-type', 'text/html').end(url === '/around' ? around : script);
        });
        await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
        const window = new BrowserWindow({ show: false });
        await window.loadURL(`http://127.0.0.1:${(server.address() as { port: number }).port}/around`);
        console.log(window.webContents.mainFrame.frames[0].osProcessId);
        await told();
        await window.webContents.executeJavaScript(`document.querySelector('iframe').src = '/back'; 0`);
      });
      const channel = await inspected.ports.until(() => inspected.ports.own[0]);
      expect(inspected.ports.holderName(channel.ends[0])).to.match(/^frame http:.+\/inner$/);
      return { ...inspected, id: channel.id, holder: channel.ends[0].holder! };
    }

    it('knows that its document was left, and that the frame was not', async () => {
      const { ports, goOn, id, holder } = await inspectFrame();
      goOn();
      const closed = await ports.until(() => ports.channels.get(id)!.closed);
      expect(closed.why).to.equal('its document was left');
      const next = await ports.until(() => ports.own.find((channel) => channel.id !== id));
      expect(next.ends[0].holder).to.equal(holder);
      await ports.until(() => ports.holders.get(holder)!.name.endsWith('/back'));
      expect(ports.holders.get(holder)!.gone).to.equal(undefined);
    });

    it('knows that its renderer crashed', async () => {
      const { app, ports, id, holder } = await inspectFrame();
      process.kill(Number(await app.line()), 'SIGKILL');
      const closed = await ports.until(() => ports.channels.get(id)!.closed);
      expect(closed.why).to.equal('its renderer crashed');
      expect(ports.holders.get(holder)!.gone).to.equal('its renderer crashed');
    });
  });

  it('sees each message before the page does, however that listens, and changes nothing for it', async () => {
    // Each way listens to `port`, and tells what it was called with. The ports that come are passed on at once.
    const ways: Record<string, (port: MessagePort, call: (name: string, event?: MessageEvent) => void) => unknown> = {
      handler(port, call) {
        const handler = function (this: unknown, event: MessageEvent) {
          call(`${this === port}`, event);
        };
        port.onmessage = handler;
        return port.onmessage === handler;
      },
      listener(port, call) {
        port.addEventListener('message', (event) => call('', event));
        port.start();
        return port.onmessage;
      },
      handlerThenListener(port, call) {
        port.onmessage = (event) => call('handler', event);
        port.addEventListener('message', () => call('listener'));
        return typeof port.onmessage;
      },
      listenerThenHandler(port, call) {
        port.addEventListener('message', (event) => {
          call('listener', event);
          event.stopImmediatePropagation();
        });
        port.onmessage = () => call('handler');
        return typeof port.onmessage;
      },
      handlerTakenAway(port, call) {
        port.onmessage = () => call('handler');
        port.onmessage = null;
        const { onmessage } = port;
        port.addEventListener('message', (event) => call('listener', event));
        return onmessage;
      },
      handlerThatIsReplaced(port, call) {
        port.onmessage = (event) => {
          call('first', event);
          port.onmessage = () => call('second');
        };
        return typeof port.onmessage;
      },
      handlerThatThrows(port, call) {
        port.onmessage = (event) => {
          call('handler', event);
          throw new Error('thrown');
        };
        return typeof port.onmessage;
      },
      inheritedListener(port, call) {
        EventTarget.prototype.addEventListener.call(port, 'message', (event) => call('', event as MessageEvent));
        port.start();
        return Object.keys(port).length;
      }
    };
    const page = `<!doctype html><title>page</title><script>
      const ways = { ${Object.values(ways).join(', ')} };
      const sink = new MessageChannel();
      const told = {};
      addEventListener('error', ({ message }) => told.error = message);
      for (const [name, listen] of Object.entries(ways)) {
        const { port1, port2 } = new MessageChannel();
        const calls = told[name] = [];
        calls.push(listen(port2, (what, event) => {
          calls.push(what);
          if (event?.ports.length > 0) sink.port1.postMessage(null, event.ports);
        }));
        const passed = new MessageChannel();
        port1.postMessage(1, [passed.port2]);
        port1.postMessage(2);
      }
      setTimeout(() => { const { port1, port2 } = new MessageChannel(); port1.onmessage = () => done(told); port2.postMessage(3); });
      const finished = new Promise((resolve) => globalThis.done = resolve);
    </script>`;
    const { app, ports } = await inspect(
      async ({ app, BrowserWindow }, path) => {
        console.log((await app.inspectPorts({ open: false })).url);
        await app.whenReady();
        const window = new BrowserWindow({ show: false });
        await window.loadFile(path('page.html'));
        console.log(JSON.stringify(await window.webContents.executeJavaScript('finished')));
      },
      { 'page.html': page }
    );
    expect(JSON.parse(await app.line())).to.deep.equal({
      error: 'Uncaught Error: thrown',
      handler: [true, 'true', 'true'],
      listener: [null, '', ''],
      handlerThenListener: ['function', 'handler', 'listener', 'handler', 'listener'],
      listenerThenHandler: ['function', 'listener', 'listener'],
      handlerTakenAway: [null, 'listener', 'listener'],
      handlerThatIsReplaced: ['function', 'first', 'second'],
      handlerThatThrows: ['function', 'handler', 'handler'],
      inheritedListener: [0, '', '']
    });
    const count = Object.keys(ways).length;
    const read = await ports.until(() => {
      const all = ports.own.filter(({ ends }) => ends.some(({ received }) => received === 2));
      return all.length === count && all;
    });
    expect(read.map(({ ends }) => ends.map(({ sent }) => sent))).to.deep.equal(read.map(() => [2, 0]));
    // What came was known when it was passed on.
    const passed = ports.own.filter(({ ends }) => ends[1].transfers.length === 2);
    expect(passed).to.have.length(count);
    expect(ports.own.filter(({ wasFound }) => wasFound)).to.deep.equal([]);
  });

  it('sees the pages and workers that were open before it was asked for', async () => {
    const files = {
      'preload.js': `const { ipcRenderer } = require('electron');
        ipcRenderer.on('port', ({ ports }) => window.postMessage('port', '*', ports));`,
      'page.html': `<!doctype html><title>page</title><script>
        const old = new MessageChannel();
        const worker = new Worker(URL.createObjectURL(new Blob(['onmessage = ({ ports: [port] }) => { port.onmessage = ({ data }) => port.postMessage(data); };'])));
        addEventListener('message', ({ ports: [port] }) => {
          old.port1.postMessage('first use');
          worker.postMessage(null, [port]);
        });
      </script>`
    };
    const { ports, goOn } = await inspect(async ({ app, BrowserWindow, MessageChannelMain }, path, told) => {
      await app.whenReady();
      const window = new BrowserWindow({ show: false, webPreferences: { preload: path('preload.js') } });
      await window.loadFile(path('page.html'));
      console.log((await app.inspectPorts({ open: false })).url);
      await told();
      const { port1, port2 } = new MessageChannelMain();
      window.webContents.postMessage('port', null, [port2]);
      port1.start();
      for (let i = 0; i < 5; i++) port1.postMessage(i);
    }, files);
    // Each is shown, though nothing has happened to it yet.
    const shown = (holder: string) =>
      ports.until(() => [...ports.holders.values()].find(({ kind }) => kind === holder));
    const page = await shown('frame');
    expect(page.name).to.match(/page\.html$/);
    await shown('worker');
    goOn();
    const channel = await ports.until(() => ports.own.find(({ ends: [one] }) => one.received === 5));
    expect(channel.ends[1].state).to.equal('unwatched');
    const find = (kind: string) =>
      ports.until(() =>
        [...ports.channels.values()].find(({ wasFound, ends: [one] }) => {
          return wasFound && ports.holders.get(one.holder!)?.kind === kind && one.sent > 0;
        })
      );
    const [old, echo] = [await find('frame'), await find('worker')];
    expect(old.ends[0]).to.include({ holder: page.id, sent: 1 });
    expect(old.stack).to.match(/page\.html:\d+:\d+/);
    // Which end it is nobody has told: it came by a link that nobody had watched.
    await ports.until(() => ports.channels.get(echo.id)!.ends[0].sent === 5);
    const { time } = ports;
    await ports.until(() => ports.time - time > 1500);
    expect(ports.leaks).to.deep.equal([]);
  });

  it('knows the frames of a page that were there before it was asked for from each other', async () => {
    const files = {
      'page.html': '<iframe src="inner.html"></iframe>',
      'inner.html': '<script>const old = new MessageChannel();</script>'
    };
    const { ports } = await inspect(async ({ app, BrowserWindow }, path) => {
      await app.whenReady();
      const window = new BrowserWindow({ show: false });
      await window.loadFile(path('page.html'));
      console.log((await app.inspectPorts({ open: false })).url);
      await window.webContents.mainFrame.frames[0].executeJavaScript('old.port1.postMessage(0)');
    }, files);
    const old = await ports.until(() =>
      [...ports.channels.values()].find(({ wasFound, ends: [one] }) => {
        return wasFound && one.sent === 1 && ports.holders.get(one.holder!)?.kind === 'frame';
      })
    );
    expect(ports.holderName(old.ends[0])).to.match(/inner\.html$/);
  });

  describe('looking for leaks', () => {
    it('comes to an end beside a page whose script does not', async () => {
      const { ports } = await inspect(async ({ app, BrowserWindow, MessageChannelMain }) => {
        console.log((await app.inspectPorts({ open: false })).url);
        await app.whenReady();
        const window = new BrowserWindow({ show: false });
        await window.loadURL('data:text/html,<script>onload = () => setTimeout(() => { for (;;); })</script>');
        Object.assign(globalThis, { kept: new MessageChannelMain() });
      });
      await ports.until(() => ports.own.length === 1);
      ports.send({ type: 'find-leaks' });
      await ports.until(() => ports.searched > 0);
    });

    it('comes to an end when every process has looked', async () => {
      const files = {
        'utility.js': `process.parentPort.on('message', ({ ports: [port] }) => {
          port.on('message', () => port.close());
          port.start();
          setTimeout(() => {
            console.log('busy');
            for (const end = Date.now() + 1500; Date.now() < end; );
          }, 200);
        });`
      };
      const { app, ports } = await inspect(async ({ app, MessageChannelMain, utilityProcess }, path) => {
        console.log((await app.inspectPorts({ open: false })).url);
        await app.whenReady();
        const { port1, port2 } = new MessageChannelMain();
        const child = utilityProcess.fork(path('utility.js'));
        child.postMessage(null, [port2]);
        Object.assign(globalThis, { kept: [port1, child] });
      }, files);
      expect(await app.line()).to.equal('busy');
      ports.send({ type: 'find-leaks' });
      await ports.until(() => ports.searched > 0);
      expect(ports.leaks.map(({ kind }) => kind)).to.include('unreachable');
    });

    it('tells closed ports that script still has, in every process, from those that it has not', async () => {
      const files = {
        'preload.js': `const { ipcRenderer } = require('electron');
          const kept = [];
          ipcRenderer.on('keep', ({ ports: [port] }) => { kept.push(port); port.start(); });
          ipcRenderer.on('drop', ({ ports: [port] }) => port.start());`
      };
      const { ports } = await inspect(async ({ app, BrowserWindow, MessageChannelMain }, path) => {
        console.log((await app.inspectPorts({ open: false })).url);
        await app.whenReady();
        const window = new BrowserWindow({ show: false, webPreferences: { preload: path('preload.js') } });
        await window.loadURL('data:text/html,page');
        const close = (channel: string) => {
          const { port1, port2 } = new MessageChannelMain();
          window.webContents.postMessage(channel, null, [port2]);
          port1.close();
          return channel === 'keep' ? port1 : undefined;
        };
        Object.assign(globalThis, { kept: close('keep') });
        close('drop');
      }, files);
      await ports.until(() => ports.own.filter(({ ends }) => ends[1].state === 'lost').length === 2);
      ports.send({ type: 'find-leaks' });
      await ports.until(() => ports.searched > 0 && ports.leaks.length === 2);
      const held = ports.leaks.map(({ kind, channel, end }) => [
        kind,
        ports.holderName(ports.channels.get(channel)!.ends[end])
      ]);
      expect(held).to.deep.equal([
        ['closed-held', 'main'],
        ['closed-held', 'frame data:text/html,page']
      ]);
    });
  });

  it('exports a trace that a viewer of traces opens, with a track for each holder', async () => {
    const { ports, goOn } = await inspect(
      async ({ app, MessageChannelMain, utilityProcess }, path, told) => {
        console.log((await app.inspectPorts({ open: false })).url);
        await app.whenReady();
        const child = utilityProcess.fork(path('utility.js'));
        const { port1, port2 } = new MessageChannelMain();
        child.postMessage(null, [port2]);
        await told();
        for (let i = 0; i < 3; i++) port1.postMessage(i);
      },
      {
        'utility.js': `process.parentPort.on('message', ({ ports: [port] }) => { port.on('message', () => {}); port.start(); });`
      }
    );
    await ports.until(() => ports.own.length === 2);
    ports.send({ type: 'log', on: true });
    await ports.until(() => ports.isLogging);
    goOn();
    await ports.until(() => [...ports.log.values()].filter(({ readTime }) => readTime).length === 3);
    const trace = await fetch(`${ports.url}ports-trace.json`).then((response) => response.text());

    // speedscope's own page, as its package has it.
    const dist = join(dirname(require.resolve('speedscope/package.json')), 'dist', 'release');
    const types: Record<string, string> = { '.js': 'text/javascript', '.css': 'text/css' };
    const server = await serve((path) => {
      if (path === '/trace.json') return trace;
      const file = join(dist, path === '/' ? 'index.html' : path);
      if (!existsSync(file)) return { status: 404 };
      const type = types[extname(file)] ?? 'text/html';
      return { headers: { 'content-type': type }, body: readFileSync(file, 'utf8') };
    });
    defer(() => server.close());
    const window = new BrowserWindow({ show: false });
    defer(() => window.destroy());
    await window.loadURL(`${server.origin}/#profileURL=${server.origin}/trace.json`);
    const titleOf = (track: string) =>
      window.webContents.executeJavaScript(`new Promise((resolve) => {
        const look = () => {
          const [found] = document.body.innerText.split('\\n').filter((line) => line.includes(${JSON.stringify(track)}));
          if (found) resolve(found);
          else setTimeout(look, 50);
        };
        look();
      })`);
    // One track of two: of the process with the lower id, which is the younger one where ids began anew between them.
    expect(await titleOf('(1/2)')).to.match(/^(main|utility) \d+ \(pid \d+\), .+ \(tid \d+\) \(1\/2\)$/);
    expect(await window.webContents.executeJavaScript('document.title')).to.equal('trace.json - speedscope');
  });

  it('is where --inspect-ports says', async () => {
    const folder = temporaryFolder({
      'main.js': `console.log('runs'); new (require('electron').MessageChannelMain)();`
    });
    const app = new App(['--inspect-ports', join(folder, 'main.js')]);
    await app.line();
    const url = await app.error(/http:\S+/);
    const ports = await PortInspectorClient.connect(url);
    await ports.until(() => ports.own.length === 1);
  });

  describe('lets nobody in', () => {
    interface Answer {
      status: number;
      headers: IncomingHttpHeaders;
    }

    function ask(url: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
      return new Promise((resolve, reject) => {
        request(url, { headers, method }, (response) => {
          response.resume();
          resolve({ status: response.statusCode!, headers: response.headers });
        })
          .on('upgrade', (_response, socket) => {
            socket.destroy();
            resolve({ status: 101, headers: {} });
          })
          .on('error', reject)
          .end();
      });
    }

    const upgrade = {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA=='
    };

    it('who has not the token, or another host, or another origin, by HTTP or by WebSocket', async () => {
      const { ports } = await inspect(async ({ app }) => {
        console.log((await app.inspectPorts({ open: false })).url);
      });
      const { url } = ports;
      const { origin, port, pathname } = new URL(url);
      const statusOf = async (...args: Parameters<typeof ask>) => (await ask(...args)).status;

      const names = ['', 'index.html', 'page.js', 'page.css', 'ports.json', 'ports-trace.json'];
      for (const name of names) {
        expect(await statusOf(url + name), name).to.equal(200);
        expect(await statusOf(`${origin}/${name}`), name).to.equal(404);
        expect(await statusOf(`${origin}/${'0'.repeat(32)}/${name}`), name).to.equal(404);
        expect(await statusOf(url + name, { host: `rebound.example:${port}` }), name).to.equal(403);
        expect(await statusOf(url + name, { host: `localhost:${port}` }), name).to.equal(403);
        expect(await statusOf(url + name, { origin: 'http://evil.example' }), name).to.equal(403);
        expect(await statusOf(url + name, { origin: 'null' }), name).to.equal(403);
        expect(await statusOf(url + name, { 'sec-fetch-site': 'cross-site' }), name).to.equal(403);
        expect(await statusOf(url + name, {}, 'POST'), name).to.equal(405);
      }
      expect(await statusOf(`${url}//`)).to.equal(400);
      expect(await statusOf(`${url}socket`, { ...upgrade, origin })).to.equal(101);
      expect(await statusOf(`${url}socket`, upgrade)).to.equal(403);
      expect(await statusOf(`${url}socket`, { ...upgrade, origin: 'http://evil.example' })).to.equal(403);
      expect(await statusOf(`${url}socket`, { ...upgrade, origin, host: 'evil.example' })).to.equal(403);
      expect(await statusOf(`${origin}/socket`, { ...upgrade, origin })).to.equal(404);
      expect(await statusOf(`${origin}${pathname.replace(/.\/$/, '/')}socket`, { ...upgrade, origin })).to.equal(404);

      const { headers } = await ask(url);
      expect(headers['content-security-policy']).to.include("default-src 'none'; script-src 'self'");
      expect(headers['content-security-policy']).to.include("frame-ancestors 'none'");
      expect(headers['referrer-policy']).to.equal('no-referrer');
      expect(headers['access-control-allow-origin']).to.equal(undefined);
    });

    it('and a utility process that reports what is no report is gone, and no more', async () => {
      const child = `
        require('node:fs').writeSync(3, '{"cut');
        process.parentPort.on('message', () => {
          require('node:fs').writeSync(3, ' off\\nnull\\n[{}]\\n{"events":{}}\\n');
          process.exit();
        });`;
      const { app, ports } = await inspect(
        async ({ app, utilityProcess }, path) => {
          console.log((await app.inspectPorts({ open: false })).url);
          await app.whenReady();
          const child = utilityProcess.fork(path('child.js'));
          child.postMessage('end');
          child.once('exit', (code) => console.log(`ended with ${code}`));
        },
        { 'child.js': child }
      );
      expect(await app.line()).to.equal('ended with 0');
      await ports.until(() => ports.holders.size > 0);
      expect(app.process.exitCode).to.equal(null);
    });

    it('and a page that makes channels without end makes it neither fail nor grow', async () => {
      const { app, ports } = await inspect(async ({ app, BrowserWindow }) => {
        console.log((await app.inspectPorts({ open: false })).url);
        await app.whenReady();
        const window = new BrowserWindow({ show: false });
        await window.loadURL('data:text/html,hostile');
        await window.webContents.executeJavaScript(`
          globalThis.kept = [];
          setInterval(() => {
            for (let i = 0; i < 5000; i++) {
              const { port1, port2 } = new MessageChannel();
              kept.push(port1);
              port1.postMessage('x'.repeat(10000), [new MessageChannel().port1]);
            }
          }, 20);
          setTimeout(() => { kept.length = 0; }, 2000); 0`);
      });
      ports.send({ type: 'log', on: true });
      await ports.until(() => ports.dropped > 100_000);
      expect(ports.channels.size).to.be.below(21_000);
      expect(app.process.exitCode).to.equal(null);
    });
  });

  it('costs a page that is not inspected nothing: its ports are Blink’s own', async () => {
    const window = new BrowserWindow({ show: false });
    await window.loadURL('about:blank');
    const texts = await run(window, () =>
      [MessagePort.prototype.postMessage, MessageChannel, globalThis.postMessage].map((each) => String(each))
    );
    for (const text of texts) expect(text).to.include('[native code]');
    window.destroy();
  });

  describe('its page', () => {
    it('is told where there is no source to show', async () => {
      const { ports } = await inspect(async ({ app }) => {
        console.log((await app.inspectPorts({ open: false })).url);
      });
      const source = await fetch(`${ports.url}source?channel=none`);
      expect(await source.json()).to.equal(null);
    });

    it('draws holders and channels, and shows what a message holds as text', async () => {
      const { ports, goOn } = await inspect(
        async ({ app, MessageChannelMain, utilityProcess }, path, told) => {
          console.log((await app.inspectPorts({ open: false })).url);
          await app.whenReady();
          const child = utilityProcess.fork(path('utility.js'));
          const makeChannel = () => new MessageChannelMain();
          const { port1, port2 } = makeChannel();
          child.postMessage(null, [port2]);
          await told();
          port1.postMessage({ '<b>key</b>': '<img src=x onerror="document.title=1">' });
        },
        {
          'utility.js': `process.parentPort.on('message', ({ ports: [port] }) => { port.on('message', () => {}); port.start(); });`
        }
      );
      await ports.until(() => ports.own.length === 2);
      const window = new BrowserWindow({ show: false, width: 1200, height: 800 });
      await window.loadURL(ports.url);
      /** Waits in the page until an expression is true there. */
      const until = (expression: string) =>
        window.webContents.executeJavaScript(`new Promise((resolve) => {
          const look = () => ((${expression}) ? resolve(true) : setTimeout(look, 50));
          look();
        })`);
      await until(`document.querySelectorAll('.panel:not([hidden]) .tabulator-row').length === 2`);
      await until(`document.querySelector('#graph canvas') !== null`);
      await until(
        `[...document.querySelectorAll('.panel:not([hidden]) .tabulator-row [tabulator-field=place]')].every(({ textContent }) => /^main\\.js:[0-9]+:[0-9]+$/.test(textContent))`
      );
      const click = (selector: string) =>
        window.webContents.executeJavaScript(`document.querySelector('${selector}').click()`);

      await click('.panel:not([hidden]) .tabulator-row');
      await until(`document.querySelector('#details .place')?.textContent.includes('main.js:')`);
      await click('#details .place');
      await until(`document.querySelector('.source .here')?.textContent.includes('utilityProcess.fork')`);

      await click('#log-messages');
      await ports.until(() => ports.isLogging);
      goOn();
      await click('#show-log');
      await until(`document.querySelector('.panel:not([hidden]) .tabulator-row')?.textContent.includes('<img src=x')`);
      await click('.panel:not([hidden]) .tabulator-row');
      await until(
        `document.querySelector('#details .tree .leaf')?.textContent === '<b>key</b>: "<img src=x onerror=\\\\"document.title=1\\\\">"'`
      );
      expect(await run(window, () => [document.title, document.querySelectorAll('img, b').length])).to.deep.equal([
        'Ports',
        0
      ]);
      window.destroy();
    });
  });
});
