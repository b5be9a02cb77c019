import { BrowserWindow, ipcMain } from 'electron/main';
import type { WebPreferences } from 'electron/main';

import { expect } from 'chai';

import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { defer } from '../lib/defer';
import { temporaryFolder } from '../lib/files';
import { inspect } from '../lib/inspected-app';
import { serve } from '../lib/server';
import { closeAllWindows, run } from '../lib/windows';

describe('a preload script of the stock runtime', function () {
  this.timeout(60_000);

  afterEach(async () => {
    ipcMain.removeAllListeners();
    await closeAllWindows();
  });

  /** What a window says on its console, each line with where. */
  function create(preload: string, webPreferences: WebPreferences = {}) {
    const window = new BrowserWindow({ show: false, webPreferences: { preload, ...webPreferences } });
    const said: string[] = [];
    window.webContents.on('console-message', ({ message, lineNumber, sourceId }) =>
      said.push(`${message} @ ${sourceId}:${lineNumber}`)
    );
    return { window, said };
  }

  describe('that V8 refuses and esbuild does not', () => {
    for (const contextIsolation of [true, false]) {
      it(`is told of where it would run, and takes nothing else along, ${contextIsolation ? 'with' : 'without'} context isolation`, async () => {
        const folder = temporaryFolder({ 'preload.js': '\nconst bad = /(/;' });
        const preload = join(folder, 'preload.js');
        const { window, said } = create(preload, { contextIsolation, nodeIntegration: !contextIsolation });
        await window.loadURL('data:text/html,<title>loaded</title><iframe src="data:text/html,inside"></iframe>');
        expect(window.getTitle()).to.equal('loaded');
        expect(said.map((each) => each.replace(/ @ .*/, ''))).to.deep.equal([
          `Unable to load preload script: ${preload}`,
          `SyntaxError: Invalid regular expression: /(/: Unterminated group\n    at ${preload}:2:13`
        ]);
        if (contextIsolation) return;
        const heard = once(ipcMain, 'alive');
        await run(window, () => require('electron').ipcRenderer.send('alive'));
        await heard;
      });
    }

    it('is refused for a name in a group that is not there, and for a variable of a parameter’s name', async () => {
      for (const code of ['const f = () => /(?<a>.)\\k<b>/;', 'const require = 1;']) {
        const { window, said } = create(join(temporaryFolder({ 'preload.js': code }), 'preload.js'));
        await window.loadURL('about:blank');
        expect(said[0]).to.match(/^Unable to load preload script/);
        expect(said[1]).to.match(/^SyntaxError: /);
        expect(said.length).to.equal(2);
      }
    });
  });

  it('may begin with a hashbang or a byte order mark, and end with a comment', async () => {
    const code = '#!/usr/bin/env node\n"use strict"; console.log(this === undefined); // end';
    for (const text of [code, `\uFEFF${code.slice(code.indexOf('"'))}`]) {
      const { window, said } = create(join(temporaryFolder({ 'preload.js': text }), 'preload.js'));
      await window.loadURL('about:blank');
      expect(said.map((each) => each.split(' ')[0])).to.deep.equal(['true']);
    }
  });

  it('leaves nothing in the page’s world by which it was handed over', async () => {
    const script = `<script>globalThis.early = Object.getOwnPropertyNames(globalThis).filter((name) => /^_/.test(name));</script>`;
    const server = await serve(() => `${script}<iframe srcdoc="${script}"></iframe>`);
    defer(() => server.close());
    for (const code of ['1', '/(/']) {
      const preload = join(temporaryFolder({ 'preload.js': code }), 'preload.js');
      const { window } = create(preload, { contextIsolation: false });
      await window.loadURL(server.origin);
      expect(await run(window, () => [globalThis, frames[0]].map((each: any) => each.early))).to.deep.equal([[], []]);
    }
  });

  describe('in stacks and on the console', () => {
    const code = `console.log('here');
      // A comment, which esbuild leaves out.

      console.log(new Error('of a line').stack.split('\\n')[1]);
      setTimeout(() => { throw new RangeError('later'); });
      require('electron').ipcRenderer.on('go', () => {
        throw new TypeError('in a listener');
      });`;

    it('has the lines of its file', async () => {
      for (const [sandbox, at] of [
        [true, (place: string) => place],
        // As a module of Node.js in Electron.
        [false, (place: string) => `Object.<anonymous> (${place})`]
      ] as const) {
        const path = join(temporaryFolder({ 'preload.js': code }), 'preload.js');
        const { window, said } = create(path, { sandbox });
        await window.loadURL('about:blank');
        window.webContents.send('go');
        while (said.length < 4) await once(window.webContents, 'console-message');
        expect(said.slice(0, 2)).to.deep.equal([`here @ ${path}:1`, `    at ${at(`${path}:4:19`)} @ ${path}:4`]);
        expect(said.slice(2).sort()).to.deep.equal([
          `Uncaught RangeError: later @ ${path}:5`,
          `Uncaught TypeError: in a listener @ ${path}:7`
        ]);
      }
    });

    it('is called by a URL where V8 takes no path', async () => {
      const folder = temporaryFolder({ "it's mine/preload.js": `console.log(new Error('').stack.split('\\n')[1]);` });
      const { window, said } = create(join(folder, "it's mine", 'preload.js'));
      await window.loadURL('about:blank');
      const url = `file://${folder}/it%27s%20mine/preload.js`;
      expect(said[0]).to.match(/^ {4}at /);
      expect(said[0].replace(/:1:\d+/, '')).to.equal(`    at ${url} @ ${url}:1`);
    });

    it('has the lines of its files where it is a bundle', async () => {
      const folder = temporaryFolder({
        'preload.ts': `interface Nothing {}

          // A comment.
          import { fail } from './helper';
          try { fail(); } catch (error) { console.error(error); }
          console.log('here');`,
        'helper.ts': `/** What is thrown. */
          type Thrown = Error;

          export function fail() {
            const error: Thrown = new Error('of a helper');
            throw error;
          }`
      });
      const { window, said } = create(join(folder, 'preload.ts'));
      await window.loadURL('about:blank');
      const [helper, preload] = [join(folder, 'helper.ts'), join(folder, 'preload.ts')];
      expect(said[0].split('\n').slice(0, 3)).to.deep.equal([
        'Error: of a helper',
        `    at fail (${helper}:5:35)`,
        `    at ${preload}:5:17`
      ]);
      expect(said[0]).to.match(new RegExp(`${preload}:5$`));
      expect(said[1]).to.equal(`here @ ${preload}:6`);
    });

    it('is where the port inspector says that a channel was made', async () => {
      const { ports } = await inspect(
        async ({ app, BrowserWindow }, path) => {
          console.log((await app.inspectPorts({ open: false })).url);
          await app.whenReady();
          for (const name of ['one.js', 'two.js']) {
            const window = new BrowserWindow({ show: false, webPreferences: { preload: path(name) } });
            await window.loadURL('about:blank');
          }
        },
        {
          'one.js': '\n\nglobalThis.kept = new MessageChannel();',
          'two.js': `\n\n\nglobalThis.kept = require('./made').make();`,
          'made.js': `// Makes it.\nexports.make = () => new MessageChannel();`
        }
      );
      const stackOf = (name: string) => ports.until(() => ports.own.find(({ stack }) => stack.includes(name))?.stack);
      expect(await stackOf('one.js')).to.match(/^\S*one\.js:3:\d+$/);
      expect(await stackOf('made.js')).to.match(/made\.js:2:\d+\)?\n\S*two\.js:4:\d+$/);
    });
  });

  describe('that has changed', () => {
    let folder: string;
    const write = (name: string, text: string) => writeFileSync(join(folder, name), text);

    beforeEach(() => {
      folder = temporaryFolder({
        'preload.js': `console.log(require('./helper'), location.href.slice(0, 11))`,
        'helper.js': `module.exports = 'first'`
      });
    });

    const texts = (said: string[]) => said.splice(0).map((each) => each.replace(/ @ .*/, '').split('\n')[0]);

    it('is read again by loadURL() and reload(), with what it imports, and once only', async () => {
      const { window, said } = create(join(folder, 'preload.js'));
      await window.loadURL('about:blank');
      expect(texts(said)).to.deep.equal(['first about:blank']);
      write('helper.js', `module.exports = 'second!'`);
      await window.loadURL('data:text/html,');
      expect(texts(said)).to.deep.equal(['second! data:text/h']);
      write('preload.js', `console.log('alone')`);
      const loaded = once(window.webContents, 'did-finish-load');
      window.reload();
      await loaded;
      expect(texts(said)).to.deep.equal(['alone']);
      await window.loadURL('about:blank');
      expect(texts(said)).to.deep.equal(['alone']);
    });

    it('is told of when it is gone, broken, or refused, and runs when it is back', async () => {
      const preload = join(folder, 'preload.js');
      const { window, said } = create(preload);
      await window.loadURL('about:blank');
      texts(said);
      for (const [change, text] of [
        [() => rmSync(preload), /^Error: /],
        [() => write('preload.js', 'no script'), /^Error: /],
        [() => write('preload.js', '/(/'), /^SyntaxError: /]
      ] as const) {
        change();
        await window.loadURL('data:text/html,<title>loaded</title>');
        const [first, second, ...rest] = texts(said);
        expect(first).to.equal(`Unable to load preload script: ${preload}`);
        expect(second).to.match(text);
        expect(rest).to.deep.equal([]);
        expect(window.getTitle()).to.equal('loaded');
      }
      write('preload.js', `require('electron').ipcRenderer.send('back')`);
      const heard = once(ipcMain, 'back');
      await window.loadURL('about:blank');
      await heard;
    });

    it('is read again after the renderer crashed', async () => {
      const { window, said } = create(join(folder, 'preload.js'));
      await window.loadURL('about:blank');
      const gone = once(window.webContents, 'render-process-gone');
      window.webContents.forcefullyCrashRenderer();
      await gone;
      texts(said);
      write('helper.js', `module.exports = 'second'`);
      await window.loadURL('data:text/html,');
      expect(texts(said)).to.deep.equal(['second data:text/h']);
    });

    it('comes to frames inside the page, those of other sites too', async () => {
      const server = await serve((path) =>
        path === '/' ? `<iframe src="${server.origin.replace('127.0.0.1', 'localhost')}/inside"></iframe>` : ''
      );
      defer(() => server.close());
      const { window, said } = create(join(folder, 'preload.js'), { nodeIntegrationInSubFrames: true });
      await window.loadURL(server.origin);
      expect(texts(said)).to.deep.equal(['first http://127.', 'first http://loca']);
      write('helper.js', `module.exports = 'second'`);
      await window.loadURL(server.origin);
      expect(texts(said)).to.deep.equal(['second http://127.', 'second http://loca']);
    });
  });

  it('leaves nothing on the console of a window that is destroyed while its page waits for it', async () => {
    defer(() => ipcMain.removeHandler('never'));
    ipcMain.handle('never', () => new Promise(() => {}));
    const folder = temporaryFolder({
      'preload.js': `const { contextBridge, ipcRenderer } = require('electron');
        contextBridge.exposeInMainWorld('ask', () => ipcRenderer.invoke('never'));`
    });
    const saidByAny: string[][] = [];
    for (let round = 0; round < 8; round++) {
      const { window, said } = create(join(folder, 'preload.js'));
      saidByAny.push(said);
      await window.loadURL('data:text/html,<script>for (let i = 0; i < 20; i++) ask();</script>');
      const closed = once(window, 'closed');
      window.destroy();
      await closed;
    }
    expect(saidByAny.flat().join('\n')).to.equal('');
  });

  it('has the environment of the main process as it is by then, and the page has not', async () => {
    const code = `const key = 'NODE_ENV';
      require('electron').ipcRenderer.send('env', process.env.NODE_ENV, process.env[key], process.env.OF_THE_SPEC, process.env.PATH);`;
    for (const text of [code, `require('./helper');${code}`]) {
      const preload = join(temporaryFolder({ 'helper.js': '', 'preload.js': text }), 'preload.js');
      const { window } = create(preload);
      for (const value of ['first', 'second']) {
        process.env.OF_THE_SPEC = value;
        defer(() => delete process.env.OF_THE_SPEC);
        const { NODE_ENV, PATH } = process.env;
        const heard = once(ipcMain, 'env');
        await window.loadURL('about:blank');
        expect((await heard).slice(1)).to.deep.equal([NODE_ENV, NODE_ENV, value, PATH]);
        expect(await run(window, () => 'process' in globalThis)).to.equal(false);
      }
    }
  });
});
