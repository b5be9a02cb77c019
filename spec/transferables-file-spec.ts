import { BrowserWindow, ipcMain, MessageChannelMain, utilityProcess } from 'electron/main';

import { expect } from 'chai';

import { once } from 'node:events';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';

import { defer } from './lib/defer';
import { openExchange } from './lib/exchange';
import { temporaryFolder } from './lib/files';
import { skipInElectron, skipOnStock } from './lib/needs';
import { openFile } from './lib/open-files';
import { connect, openChannel, read } from './lib/ports';
import { rejection } from './lib/rejection';
import { closeAllWindows, closeWindow, openWindow, run } from './lib/windows';

import type { Exchange } from './lib/exchange';
import type { FileHandle } from 'node:fs/promises';

/** Has the page take the next message's `file`, as `exchange.kept`. */
function keepFile({ window }: Exchange): Promise<void> {
  return run(window, async () => {
    exchange.kept = TransferredFile.from((await exchange.next()).file);
  });
}

/** An exchange whose page has got a file with this text. */
async function exchangeWithFile(text: string, flags?: string) {
  const [exchange, opened] = [await openExchange(), await openFile(text, flags)];
  exchange.port.postMessage({ file: opened.handle }, [opened.handle]);
  await keepFile(exchange);
  return { ...exchange, ...opened };
}

describe('a FileHandle of the main process', () => {
  afterEach(closeAllWindows);

  describe('in a transfer list', () => {
    it('is neutered by the call', async () => {
      const [{ port1 }, { handle, isOpen }] = [openChannel(), await openFile('text')];
      port1.postMessage({ handle }, [handle]);
      expect(handle.fd).to.equal(-1);
      expect(isOpen()).to.equal(true);
      expect(() => port1.postMessage({ handle }, [handle])).to.throw(
        DOMException,
        'FileHandle at index 0 is closed or was transferred.'
      );
    });

    it('is left alone by a call that throws', async () => {
      const [{ port1 }, { handle }, other] = [openChannel(), await openFile('text'), await openFile('other')];
      expect(() => port1.postMessage([handle, () => {}], [handle])).to.throw('message[1] is a function');
      expect(() => port1.postMessage(handle, [handle, handle])).to.throw('FileHandle at index 1 is a duplicate.');
      const [{ port1: gone }, { port1: carrier }] = [new MessageChannel(), new MessageChannel()];
      defer(() => carrier.close());
      carrier.postMessage(null, [gone]);
      expect(() => port1.postMessage([handle, gone], [handle, gone])).to.throw('is already detached');
      const reading = other.handle.readFile('utf8');
      expect(() => port1.postMessage([handle, other.handle], [handle, other.handle])).to.throw(
        'FileHandle at index 1 is in use.'
      );
      expect(await reading).to.equal('other');
      expect(await handle.readFile('utf8')).to.equal('text');
    });

    it('is refused while a stream holds it, and once it is closed', async () => {
      const [{ port1 }, { handle }] = [openChannel(), await openFile('text')];
      const stream = handle.createReadStream();
      expect(() => port1.postMessage(handle, [handle])).to.throw('FileHandle at index 0 is in use.');
      stream.destroy();
      await once(stream, 'close');
      await handle.close();
      expect(() => port1.postMessage(handle, [handle])).to.throw('FileHandle at index 0 is closed or was transferred.');
    });

    it('has to be in the message, too, and in the list if it is in the message', async () => {
      const [{ port1 }, { handle }] = [openChannel(), await openFile('text')];
      expect(() => port1.postMessage({ a: 1 }, [handle]))
        .to.throw('FileHandle at index 0 is not in the message.')
        .with.property('name', 'DataCloneError');
      expect(() => port1.postMessage({ list: [1, handle] }))
        .to.throw('An object could not be cloned: message.list[1] is a FileHandle that is not in the transfer list.')
        .with.property('name', 'DataCloneError');
      expect(await handle.readFile('utf8')).to.equal('text');
    });

    it('is not what only has the prototype of one', async () => {
      const [{ port1 }, { handle }] = [openChannel(), await openFile('text')];
      const fake = Object.create(Object.getPrototypeOf(handle));
      expect(() => port1.postMessage({ fake }, [fake])).to.throw(TypeError, 'Port at index 0 is not a valid port');
    });

    it('is closed when a getter of the message does so, and then the call throws', async () => {
      const [{ port1 }, { handle }] = [openChannel(), await openFile('text')];
      let closing: Promise<void> | undefined;
      const message = {
        handle,
        get late() {
          closing = handle.close();
          return 1;
        }
      };
      expect(() => port1.postMessage(message, [handle])).to.throw(
        'FileHandle at index 0 is closed or was transferred.'
      );
      await closing;
    });
  });

  it('arrives within the main process as Node’s own', async () => {
    const [{ port1, port2 }, { handle }] = [openChannel(), await openFile('text')];
    const arrived = once(port2, 'message');
    port2.start();
    port1.postMessage({ a: handle, b: [handle] }, [handle]);
    const [{ data, ports }] = await arrived;
    defer(() => data.a.close());
    expect(data.a).to.be.an.instanceOf(handle.constructor).and.equal(data.b[0]);
    expect(ports).to.deep.equal([]);
    expect(await data.a.readFile('utf8')).to.equal('text');
  });

  it('is closed when the message is not read', async () => {
    const { port1, port2 } = new MessageChannelMain();
    const { handle, closed } = await openFile('text');
    port1.postMessage({ handle }, [handle]);
    port2.close();
    await closed();
  });

  describe('in a renderer', () => {
    it('is an object of the message, with its port behind those of the list', async () => {
      const [{ window, port }, { handle }, { port2: extra }] = [
        await openExchange(),
        await openFile('text'),
        openChannel()
      ];
      await run(window, () => {
        exchange.kept = new Promise((resolve) => (exchange.port.onmessage = resolve));
      });
      port.postMessage({ list: [handle], again: handle }, [handle, extra]);
      const found = await run(window, async () => {
        const { data, ports } = await exchange.kept;
        const [file] = data.list;
        return [
          file === data.again,
          TransferredFile.from(file) === file,
          TransferredFile.from(file) instanceof TransferredFile,
          String(file),
          ports.length,
          ports[1] === file.transferredFile
        ];
      });
      expect(found).to.deep.equal([true, true, true, '[object TransferredFile]', 2, true]);
    });

    it('needs no call when it comes by webContents.postMessage or a frame’s', async () => {
      const [window, opened] = [await openWindow(), [await openFile('first'), await openFile('second')]];
      const texts = run(window, () => {
        const { ipcRenderer } = require('electron');
        const textOf = async (_event: unknown, { file }: { file: Electron.TransferredFile }) =>
          (await file.file()).text();
        return Promise.all(
          ['one', 'two'].map(
            (channel) =>
              new Promise((resolve) => {
                ipcRenderer.once(channel, (...args: [any, any]) => resolve(textOf(...args)));
                ipcRenderer.send('ready');
              })
          )
        );
      });
      await once(window.webContents.ipc, 'ready');
      const [one, two] = opened.map(({ handle }) => handle);
      window.webContents.postMessage('one', { file: one }, [one]);
      window.webContents.mainFrame.postMessage('two', { file: two }, { transfer: [two] });
      expect(await texts).to.deep.equal(['first', 'second']);
    });

    it('is there for an isolated preload script and, by a port, for the page', async () => {
      const folder = temporaryFolder({
        'preload.js': `
          const { ipcRenderer } = require('electron');
          ipcRenderer.once('file', async (event, { file }) => {
            ipcRenderer.send('text', await (await file.file()).text());
          });
          ipcRenderer.once('port', ({ ports: [port] }) => window.postMessage('port', '*', [port]));`,
        'page.html': `
          <script>
            addEventListener('message', ({ ports: [port] }) => {
              port.onmessage = async ({ data: { file } }) => {
                TransferredFile.from(file);
                port.postMessage(await (await file.file()).text());
                await file.close();
              };
            });
          </script>`
      });
      const window = new BrowserWindow({ show: false, webPreferences: { preload: join(folder, 'preload.js') } });
      await window.loadFile(join(folder, 'page.html'));
      const [forPreload, forPage] = [await openFile('for the preload script'), await openFile('for the page')];
      const arrived = once(ipcMain, 'text');
      window.webContents.postMessage('file', { file: forPreload.handle }, [forPreload.handle]);
      expect((await arrived)[1]).to.equal('for the preload script');

      const { port1, port2 } = openChannel();
      window.webContents.postMessage('port', null, [port2]);
      port1.postMessage({ file: forPage.handle }, [forPage.handle]);
      expect(await read(port1, 1)).to.deep.equal(['for the page']);
      await forPage.closed();
      expect(forPreload.isOpen()).to.equal(true);
    });

    it('gives a File with what is in it now', async () => {
      const { window, path } = await exchangeWithFile('before');
      writeFileSync(path, 'after it was sent');
      const found = await run(window, async () => {
        const file = await (exchange.kept as Electron.TransferredFile).file('name.txt', { type: 'text/plain' });
        const isNow = Math.abs(Date.now() - file.lastModified) < 60_000;
        return [file instanceof File, file.name, file.type, file.size, await file.text(), isNow];
      });
      expect(found).to.deep.equal([true, 'name.txt', 'text/plain', 17, 'after it was sent', true]);
    });

    it('is read in part, and only as far as it is asked for', async () => {
      const { window, path } = await exchangeWithFile('x'.repeat(1_000_000));
      const found = await run(window, async () => {
        const file: Electron.TransferredFile = exchange.kept;
        const textOf = (stream: ReadableStream) => new Response(stream).text();
        const reader = file.readable().getReader();
        const { value } = await reader.read();
        exchange.kept = { file, reader };
        return [
          (await textOf(file.readable({ start: 999_990 }))).length,
          await textOf(file.readable({ start: 3, end: 7 })),
          await textOf(file.readable({ start: 2_000_000 })),
          await textOf(file.readable({ start: 5, end: 5 })),
          await textOf(file.readable({ start: 8, end: 4 })),
          value!.length < 1_000_000
        ];
      });
      expect(found).to.deep.equal([10, 'xxxx', '', '', '', true]);
      writeFileSync(path, 'y'.repeat(1_000_000));
      const rest = await run(window, async () => {
        let text = '';
        for (let each; !(each = await exchange.kept.reader.read()).done; ) text += new TextDecoder().decode(each.value);
        return [new Set(text).size, text[0]];
      });
      // Nothing had been read ahead.
      expect(rest).to.deep.equal([1, 'y']);
    });

    it('is read into a buffer of the reader’s', async () => {
      const { window } = await exchangeWithFile('0123456789');
      const text = await run(window, async () => {
        const reader = exchange.kept.readable({ start: 2 }).getReader({ mode: 'byob' });
        const { value } = await reader.read(new Uint8Array(4));
        await reader.cancel();
        return new TextDecoder().decode(value);
      });
      expect(text).to.equal('2345');
    });

    it('is written to: strings, buffers, views and Blobs, in order', async () => {
      const { window, text } = await exchangeWithFile('----------------------');
      await run(window, async () => {
        const writer = (exchange.kept as Electron.TransferredFile).writable({ start: 2 }).getWriter();
        const bytes = (text: string) => new TextEncoder().encode(text);
        await Promise.all([
          writer.write('string '),
          writer.write(Uint8Array.from(bytes('buffer ')).buffer),
          writer.write(bytes('[view]').subarray(1, 5)),
          writer.write(new Blob([' bl', 'ob'])),
          writer.close()
        ]);
      });
      expect(text()).to.equal('--string buffer view blob');
    });

    it('is cut off where it is written to, if that is asked for', async () => {
      const { window, text } = await exchangeWithFile('0123456789');
      await run(window, async () => {
        const writer = exchange.kept.writable({ start: 4, truncate: true }).getWriter();
        await writer.write('!');
        await writer.close();
      });
      expect(text()).to.equal('0123!');
    });

    it('carries what is larger than a message may be kept in parts', async () => {
      const { window, path } = await exchangeWithFile('');
      const size = await run(window, async () => {
        const blob = new Blob(Array.from({ length: 5 }, (_, index) => new Uint8Array(1_000_000).fill(65 + index)));
        await blob.stream().pipeTo(exchange.kept.writable());
        const file = await exchange.kept.file();
        return [file.size, await file.slice(999_999, 1_000_001).text()];
      });
      expect(size).to.deep.equal([5_000_000, 'AB']);
      expect(statSync(path).size).to.equal(5_000_000);
    });

    it('fails as Node does, with its codes', async () => {
      const { window } = await exchangeWithFile('text', 'r');
      const errors = await run(window, async () => {
        const file: Electron.TransferredFile = exchange.kept;
        const errorOf = async (act: () => unknown) => {
          try {
            await act();
          } catch (error: any) {
            return [error.name, error.code];
          }
          return 'nothing thrown';
        };
        const write = (chunk: any) => file.writable().getWriter().write(chunk);
        return [
          await errorOf(() => write('text')),
          await errorOf(() => write(1)),
          await errorOf(() => file.readable({ start: -1 })),
          await errorOf(() => file.readable({ start: Infinity })),
          await errorOf(() => file.writable({ start: 0.5 })),
          await errorOf(() => TransferredFile.from({})),
          await errorOf(() => new (TransferredFile as any)())
        ];
      });
      expect(errors).to.deep.equal([
        ['Error', 'EBADF'],
        ['TypeError', 'ERR_INVALID_ARG_TYPE'],
        ['RangeError', 'ERR_OUT_OF_RANGE'],
        ['RangeError', 'ERR_OUT_OF_RANGE'],
        ['RangeError', 'ERR_OUT_OF_RANGE'],
        ['TypeError', undefined],
        ['TypeError', undefined]
      ]);
    });

    it('takes no more of it than was asked for, whatever has the other end', async () => {
      const window = await openWindow();
      const answers = await run(window, async () => {
        const { port1, port2 } = new globalThis.MessageChannel();
        const asked: unknown[] = [];
        port1.onmessage = ({ data: { type, id, method, args } }) => {
          if (type !== 'request' || method !== 'read') return;
          asked.push(args);
          const result = asked.length === 1 ? new TextEncoder().encode('past the end') : new Float64Array(5);
          port1.postMessage({ type: 'reply', id, result });
        };
        const file = TransferredFile.from({ transferredFile: port2 });
        const read = () =>
          file
            .readable({ start: 2, end: 7 })
            .getReader()
            .read()
            .then(String, ({ name, message }) => `${name}: ${message}`);
        const errors = [await read(), await read()];
        port1.close();
        return { asked, errors };
      });
      expect(answers.asked).to.deep.equal([
        [2, 5],
        [2, 5]
      ]);
      const error = 'DataError: More of the file came than was asked for.';
      expect(answers.errors).to.deep.equal([error, error]);
    });

    it('is written no further once the stream is aborted', async () => {
      const { window, path } = await exchangeWithFile('');
      const error = await run(window, async () => {
        const writer = exchange.kept.writable().getWriter();
        const writing = writer.write(new Uint8Array(200_000_000));
        const failed = writing.then(String, String);
        await new Promise((resolve) => setTimeout(resolve, 50));
        await writer.abort('enough').catch(() => {});
        return failed;
      });
      expect(error).to.equal('enough');
      expect(statSync(path).size).to.be.below(200_000_000);
    });

    it('closes the file with close(), once, and fails from then on', async () => {
      const { window, isOpen } = await exchangeWithFile('text');
      const errors = await run(window, async () => {
        const file: Electron.TransferredFile = exchange.kept;
        const reader = file.readable().getReader();
        const [first, second] = [file.close(), file.close()];
        await Promise.all([first, second]);
        const codeOf = (promise: Promise<unknown>) => promise.then(String, ({ code, message }) => [code, message]);
        return [await codeOf(reader.read()), await codeOf(file.file()), await codeOf(file.close())];
      });
      expect(errors).to.deep.equal([['EBADF', 'file closed'], ['EBADF', 'file closed'], 'undefined']);
      expect(isOpen()).to.equal(false);
    });

    it('closes the file after what has begun', async () => {
      const { window, text, isOpen } = await exchangeWithFile('x'.repeat(1_000_000));
      const found = await run(window, async () => {
        const file: Electron.TransferredFile = exchange.kept;
        const stream = file.writable();
        const writer = stream.getWriter();
        await writer.ready;
        const [reading, writing] = [file.file(), writer.write('y'.repeat(1_000_000))];
        await file.close();
        await writing;
        return (await reading).size;
      });
      expect([found, isOpen()]).to.deep.equal([1_000_000, false]);
      expect(new Set(text())).to.deep.equal(new Set('y'));
    });

    it('fails what was asked of it when its port is closed', async () => {
      const window = await openWindow();
      const error = await run(window, async () => {
        const { port1, port2 } = new globalThis.MessageChannel();
        // It never answers.
        port1.start();
        const file = TransferredFile.from({ transferredFile: port2 });
        const reading = file.file().then(String, ({ name }) => name);
        file.transferredFile.close();
        return reading;
      });
      expect(error).to.equal('NetworkError');
    });

    it('fails, and closes without waiting, once its port was closed or sent on', async () => {
      const { window } = await exchangeWithFile('text');
      const errors = await run(window, async () => {
        const file: Electron.TransferredFile = exchange.kept;
        file.transferredFile.close();
        const error = await file.file().then(String, ({ name, message }) => `${name}: ${message}`);
        await file.close();
        return error;
      });
      expect(errors).to.equal('NetworkError: The other end of the file is gone, or its port was closed or sent on.');
    });

    it('closes the file when its port is closed', async () => {
      const { window, closed } = await exchangeWithFile('text');
      await run(window, () => exchange.kept.transferredFile.close());
      await closed();
    });

    it('closes the file when the document is left', async () => {
      const { window, closed } = await exchangeWithFile('text');
      await window.loadURL('about:blank');
      await closed();
    });

    it('closes the file when its process is killed in the middle of a write', async () => {
      const { window, closed } = await exchangeWithFile('text');
      await run(window, () => {
        exchange.kept.writable().getWriter().write(new Uint8Array(50_000_000));
      });
      process.kill(window.webContents.getOSProcessId(), 'SIGKILL');
      await closed();
    });

    it('closes the file when the window is closed before the message is read', async () => {
      const [window, { handle, closed }] = [await openWindow(), await openFile('text')];
      const port = await connect(window);
      port.postMessage({ handle }, [handle]);
      await closeWindow(window);
      await closed();
    });

    it('closes the file when it is collected, which a stream of it prevents', async () => {
      const { window, isOpen } = await exchangeWithFile('text');
      // The page has `gc` from the suite's switches.
      const collect = () => run(window, () => (globalThis as any).gc({ type: 'major', execution: 'async' }));
      await run(window, () => {
        exchange.kept = exchange.kept.readable().getReader();
      });
      for (let time = 0; time < 3; time++) await collect();
      const text = await run(window, async () => new TextDecoder().decode((await exchange.kept.read()).value));
      expect([text, isOpen()]).to.deep.equal(['text', true]);
      await run(window, () => {
        exchange.kept = undefined;
      });
      while (isOpen()) await collect();
    });

    it('goes on to another renderer, past the main process, with its port', async () => {
      const [one, other] = [await openExchange(), await openExchange()];
      const { handle, closed } = await openFile('text');
      const { port1, port2 } = openChannel();
      one.port.postMessage({ port: port1 }, [port1]);
      other.port.postMessage({ port: port2 }, [port2]);
      one.port.postMessage({ handle }, [handle]);
      const forwarded = await run(one.window, async () => {
        const { port } = await exchange.next();
        const { handle } = await exchange.next();
        try {
          port.postMessage(handle);
        } catch (error) {
          port.postMessage({ file: handle }, [handle.transferredFile]);
          return (error as Error).name;
        }
        return 'nothing thrown';
      });
      expect(forwarded).to.equal('DataCloneError');
      const text = await run(other.window, async () => {
        const { port } = await exchange.next();
        const { data } = await new Promise<MessageEvent>((resolve) => (port.onmessage = resolve));
        const file = TransferredFile.from(data.file);
        const text = await (await file.file()).text();
        await file.close();
        return text;
      });
      expect(text).to.equal('text');
      await closed();
    });

    it('comes back to the main process as a TransferredFile', async function () {
      skipInElectron(this, 'gives a file that comes back to its process as the FileHandle that it was');
      const { window, port, next } = await openExchange();
      const { handle, isOpen } = await openFile('text');
      port.postMessage({ handle }, [handle]);
      await run(window, async () => {
        const { handle } = await exchange.next();
        exchange.port.postMessage({ file: handle }, [handle.transferredFile]);
      });
      const { file } = (await next()) as { file: Electron.TransferredFile };
      expect(String(file)).to.equal('[object TransferredFile]');
      expect(await (await file.file()).text()).to.equal('text');
      const writer = file.writable({ start: 2 }).getWriter();
      await writer.write('XT');
      expect(await new Response(file.readable({ start: 1 })).text()).to.equal('eXT');
      expect(() => port.postMessage(file)).to.throw(
        'message.transferredFile is a port that is not in the transfer list'
      );
      await file.close();
      expect(isOpen()).to.equal(false);
    });

    it('comes back to the main process as the file itself', async function () {
      skipOnStock(this, 'cannot know its own file again, and has a TransferredFile of it');
      const { window, port, next } = await openExchange();
      const { handle, isOpen } = await openFile('text');
      const { fd } = handle;
      port.postMessage({ handle }, [handle]);
      await run(window, async () => {
        const { handle } = await exchange.next();
        exchange.port.postMessage({ file: handle }, [handle.transferredFile]);
      });
      const { file } = (await next()) as { file: FileHandle };
      expect([file.fd, await file.readFile('utf8')]).to.deep.equal([fd, 'text']);
      await file.close();
      expect(isOpen()).to.equal(false);
    });
  });

  describe('and a utility process', () => {
    /** Runs with the first message that the process gets. */
    function fork(script: (event: { data: any; ports: any }) => void) {
      const folder = temporaryFolder({ 'script.cjs': `process.parentPort.on('message', ${script});` });
      const child = utilityProcess.fork(join(folder, 'script.cjs'));
      defer(async () => {
        if (child.kill()) await once(child, 'exit');
      });
      return child;
    }

    /** A file with the text `text` that the process has opened and sent. */
    async function receiveFile() {
      const { path } = await openFile('text');
      const child = fork(async ({ data }) => {
        const handle = await require('node:fs/promises').open(data);
        process.parentPort.postMessage({ file: handle }, [handle]);
      });
      const answered = once(child, 'message');
      child.postMessage(path);
      const { file } = (await answered)[0] as { file: Electron.TransferredFile };
      return { child, file };
    }

    it('it is a TransferredFile there, without a call', async () => {
      const { handle, text, closed } = await openFile('0123456789');
      const child = fork(async ({ data: { file } }) => {
        const before = await (await file.file()).text();
        const writer = file.writable({ start: 4, truncate: true }).getWriter();
        await writer.write('!');
        await file.close();
        process.parentPort.postMessage([String(file), before]);
      });
      const answered = once(child, 'message');
      child.postMessage({ file: handle }, [handle]);
      expect((await answered)[0]).to.deep.equal(['[object TransferredFile]', '0123456789']);
      await closed();
      expect(text()).to.equal('0123!');
    });

    it('a file of the process is a TransferredFile here, and fails when the process is killed', async () => {
      const { child, file } = await receiveFile();
      expect(await (await file.file()).text()).to.equal('text');
      const exited = once(child, 'exit');
      child.kill();
      await exited;
      const error = await rejection(file.file());
      expect([error.name, error.message]).to.deep.equal([
        'NetworkError',
        'The other end of the file is gone, or its port was closed or sent on.'
      ]);
      await file.close();
    });

    it('a file of the process goes on by webContents.postMessage as a TransferredFile', async () => {
      const [{ file }, window] = [await receiveFile(), await openWindow()];
      const text = run(window, () => {
        const { ipcRenderer } = require('electron');
        return new Promise((resolve) => {
          ipcRenderer.once('file', async (_event: unknown, { file }: { file: Electron.TransferredFile }) =>
            resolve(await (await file.file()).text())
          );
          ipcRenderer.send('ready');
        });
      });
      await once(window.webContents.ipc, 'ready');
      window.webContents.postMessage('file', { file }, [file.transferredFile as Electron.MessagePortMain]);
      expect(await text).to.equal('text');
    });

    it('a file of the process goes on in the main process, and to another process, as a TransferredFile', async () => {
      const { file } = await receiveFile();
      const { port1, port2 } = openChannel();
      port2.start();
      const received = once(port2, 'message');
      port1.postMessage([file, file], [file.transferredFile as Electron.MessagePortMain]);
      const [first, second] = (await received)[0].data as Electron.TransferredFile[];
      expect(first).to.equal(second);
      expect(await (await first.file()).text()).to.equal('text');
      const reader = fork(async ({ data }) =>
        process.parentPort.postMessage([String(data), await (await data.file()).text()])
      );
      const answered = once(reader, 'message');
      reader.postMessage(first, [first.transferredFile as Electron.MessagePortMain]);
      expect((await answered)[0]).to.deep.equal(['[object TransferredFile]', 'text']);
    });

    it('the file is closed when the process is killed', async () => {
      const { handle, closed } = await openFile('text');
      const child = fork(({ data: { file } }) => {
        Object.assign(globalThis, { file });
        process.parentPort.postMessage('here');
      });
      const answered = once(child, 'message');
      child.postMessage({ file: handle }, [handle]);
      await answered;
      process.kill(child.pid!, 'SIGKILL');
      await closed();
    });

    it('the file goes from the process to a renderer, and is closed by it', async () => {
      const [{ path }, { window, port }] = [await openFile('text'), await openExchange()];
      const child = fork(async ({ data, ports: [port] }) => {
        const { fstatSync } = require('node:fs');
        const handle = await require('node:fs/promises').open(data);
        const { fd } = handle;
        port.postMessage({ handle }, [handle]);
        port.once('message', () => {
          try {
            process.parentPort.postMessage(fstatSync(fd).isFile());
          } catch (error) {
            process.parentPort.postMessage((error as NodeJS.ErrnoException).code);
          }
        });
        port.start();
      });
      const { port1, port2 } = openChannel();
      port.postMessage({ port: port1 }, [port1]);
      const answered = once(child, 'message');
      child.postMessage(path, [port2]);
      const text = await run(window, async () => {
        const { port } = await exchange.next();
        const { data } = await new Promise<MessageEvent>((resolve) => (port.onmessage = resolve));
        const file = TransferredFile.from(data.handle);
        const text = await (await file.file()).text();
        await file.close();
        port.postMessage('closed');
        return text;
      });
      expect(text).to.equal('text');
      expect((await answered)[0]).to.equal('EBADF');
    });
  });
});
