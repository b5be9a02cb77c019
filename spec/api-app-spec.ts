import { app } from 'electron/main';

import { expect } from 'chai';

import { join } from 'node:path';

import { App, runApp, startApp } from './lib/apps';
import { temporaryFolder } from './lib/files';
import { isStock, skipInElectron } from './lib/needs';

import type {} from './lib/without-windows';

describe('app', function () {
  this.timeout(40_000);

  it('is ready once whenReady resolves, for those who ask late, too', async () => {
    expect(app.isReady()).to.equal(true);
    await app.whenReady();
  });

  it('emits ready after the main script ran, and refuses windows before', async () => {
    const { code, lines } = await runApp(async ({ app, BrowserWindow }) => {
      console.log('script', app.isReady());
      try {
        console.log(new BrowserWindow({ show: false }));
      } catch (error) {
        console.log((error as Error).message);
      }
      app.on('ready', () => console.log('ready', app.isReady()));
      await app.whenReady();
      console.log('whenReady');
      app.quit();
    });
    expect(lines).to.deep.equal([
      'script false',
      'Cannot create BrowserWindow before app is ready',
      'ready true',
      'whenReady'
    ]);
    expect(code).to.equal(0);
  });

  it('quits with code 0 when its last window has closed and nothing listens for that', async () => {
    const { code, lines } = await runApp(async ({ app, BrowserWindow }) => {
      app.on('before-quit', () => console.log('before-quit'));
      app.on('quit', (_event, exitCode) => console.log('quit', exitCode));
      await app.whenReady();
      const windows = [new BrowserWindow({ show: false }), new BrowserWindow({ show: false })];
      for (const window of windows) {
        window.on('closed', () => console.log('closed'));
        window.close();
      }
    });
    expect(lines).to.deep.equal(['closed', 'closed', 'before-quit', 'quit 0']);
    expect(code).to.equal(0);
  });

  it('goes on without a window when window-all-closed has a listener', async () => {
    const { code, lines } = await runApp(async ({ app, BrowserWindow }) => {
      app.once('window-all-closed', () => {
        console.log('window-all-closed', BrowserWindow.getAllWindows().length);
        // Later on it still makes windows.
        setTimeout(async () => {
          const window = new BrowserWindow({ show: false });
          await window.loadURL('data:text/html,<title>second</title>');
          console.log(window.getTitle());
          app.exit(0);
        }, 100);
      });
      await app.whenReady();
      new BrowserWindow({ show: false }).close();
    });
    expect(lines).to.deep.equal(['window-all-closed 0', 'second']);
    expect(code).to.equal(0);
  });

  it('tells what its pages wrote to their consoles before it quits', async () => {
    const { code, lines } = await runApp(async ({ app, BrowserWindow, ipcMain }) => {
      ipcMain.once('written', () => app.quit());
      await app.whenReady();
      const webPreferences = { nodeIntegration: true, contextIsolation: false };
      const { webContents } = new BrowserWindow({ show: false, webPreferences });
      webContents.on('console-message', ({ message }) => console.log(message));
      await webContents.loadURL('about:blank');
      const script = `
        for (let i = 0; i < 1000; i++) console.log(i);
        require('electron').ipcRenderer.send('written');
      `;
      // The app may quit before the answer.
      webContents.executeJavaScript(script).catch(() => {});
    });
    expect(lines).to.deep.equal(Array.from({ length: 1000 }, (_, i) => String(i)));
    expect(code).to.equal(0);
  });

  it('exit() cannot be prevented, tells quit the code, and ends with it', async () => {
    const { code, lines } = await runApp(async ({ app, BrowserWindow }) => {
      app.on('before-quit', () => console.log('before-quit'));
      app.on('window-all-closed', () => console.log('window-all-closed'));
      app.on('will-quit', () => console.log('will-quit'));
      app.on('quit', (_event, exitCode) => console.log('quit', exitCode));
      await app.whenReady();
      const window = new BrowserWindow({ show: false });
      window.on('close', (event) => event.preventDefault());
      // Electron ends at once, and tells nobody, as long as listeners of ready run.
      await window.loadURL('about:blank');
      app.exit(7);
    });
    expect(lines).to.deep.equal(['quit 7']);
    expect(code).to.equal(7);
  });

  it('ends as by exit() with the code of process.exit(), or of process.exitCode', async () => {
    for (const [given, expected] of [
      ['4', 4],
      ['', 6]
    ] as const) {
      const { code, lines } = await runApp(
        async ({ app, BrowserWindow }) => {
          app.on('before-quit', () => console.log('before-quit'));
          app.on('quit', (_event, exitCode) => console.log('quit', exitCode));
          await app.whenReady();
          const window = new BrowserWindow({ show: false });
          window.on('closed', () => console.log('closed'));
          await window.loadURL('about:blank');
          process.exitCode = 6;
          if (process.env.GIVEN) process.exit(Number(process.env.GIVEN));
          else process.exit();
        },
        { GIVEN: given }
      );
      expect(lines).to.deep.equal(['closed', `quit ${expected}`]);
      expect(code).to.equal(expected);
    }
  });

  it('ends at once by process.exit() before it is ready', async function () {
    skipInElectron(this, 'runs what follows the call');
    const { code, lines } = await runApp(() => {
      console.log('before');
      process.exit(5);
      console.log('behind');
    });
    expect(lines).to.deep.equal(['before']);
    expect(code).to.equal(5);
  });

  it('quit() closes every window, and tells before-quit and quit, but not window-all-closed', async () => {
    const { code, lines } = await runApp(async ({ app, BrowserWindow }) => {
      app.on('before-quit', () => console.log('before-quit'));
      app.on('window-all-closed', () => console.log('window-all-closed'));
      app.on('will-quit', () => console.log('will-quit'));
      app.on('quit', () => console.log('quit'));
      await app.whenReady();
      const window = new BrowserWindow({ show: false });
      window.on('close', () => console.log('close'));
      window.on('closed', () => console.log('closed'));
      app.quit();
    });
    expect(lines).to.deep.equal(['before-quit', 'close', 'closed', 'will-quit', 'quit']);
    expect(code).to.equal(0);
  });

  it('quit() asks no window that a listener of close has destroyed', async () => {
    const { code, lines, errors } = await runApp(async ({ app, BrowserWindow }) => {
      app.on('quit', () => console.log('quit'));
      await app.whenReady();
      const [first, second] = [new BrowserWindow({ show: false }), new BrowserWindow({ show: false })];
      first.on('close', () => second.destroy());
      second.on('close', () => console.log('asked'));
      app.quit();
    });
    expect(lines, errors).to.deep.equal(['quit']);
    expect(errors).to.not.include('destroyed');
    expect(code).to.equal(0);
  });

  it('goes on when a listener of will-quit prevents the end, and can quit later', async () => {
    const { code, lines } = await runApp(async ({ app, BrowserWindow }) => {
      app.on('window-all-closed', () => console.log('window-all-closed'));
      app.on('before-quit', () => console.log('before-quit'));
      app.on('quit', () => console.log('quit'));
      app.once('will-quit', (event) => {
        console.log('prevented', BrowserWindow.getAllWindows().length);
        event.preventDefault();
        const window = new BrowserWindow({ show: false });
        window.on('closed', () => console.log('closed'));
        setTimeout(() => window.close());
      });
      app.once('window-all-closed', () => app.quit());
      await app.whenReady();
      app.quit();
    });
    const expected = ['before-quit', 'prevented 0', 'closed', 'window-all-closed', 'before-quit', 'quit'];
    expect(lines).to.deep.equal(expected);
    expect(code).to.equal(0);
  });

  it('goes on when a listener of before-quit, or of a close, prevents it, and can quit later', async () => {
    const { code, lines } = await runApp(async ({ app, BrowserWindow }) => {
      app.once('before-quit', (event) => {
        console.log('before-quit prevented');
        event.preventDefault();
      });
      await app.whenReady();
      const window = new BrowserWindow({ show: false });
      window.once('close', (event) => {
        console.log('close prevented');
        event.preventDefault();
      });
      app.quit();
      setTimeout(() => app.quit(), 200);
      setTimeout(() => {
        console.log(window.isDestroyed());
        app.quit();
      }, 600);
    });
    expect(lines).to.deep.equal(['before-quit prevented', 'close prevented', 'false']);
    expect(code).to.equal(0);
  });

  it('has an uncaught exception where a listener of its windows or utility processes throws', async () => {
    const { lines } = await runApp(async ({ app, BrowserWindow, utilityProcess }) => {
      process.on('uncaughtException', (error, origin) => {
        console.log(origin, error.message);
        if (error.message === 'exit') app.exit(0);
      });
      const thrower = (where: string) => () => {
        throw new Error(where);
      };
      await app.whenReady();
      const { webContents } = new BrowserWindow({ show: false });
      webContents.on('did-finish-load', thrower('did-finish-load'));
      webContents.once('did-stop-loading', () => console.log('did-stop-loading'));
      // Electron's loadURL() listens behind the app, and rejects.
      await webContents.loadURL('about:blank').catch(() => {});
      const child = utilityProcess.fork('/no/such/file.js', [], { stdio: 'ignore' });
      child.on('exit', thrower('exit'));
    });
    expect(lines).to.have.members(['did-stop-loading', 'uncaughtException did-finish-load', 'uncaughtException exit']);
  });

  it('has an uncaught exception where a listener of its own throws, and does what it would without', async () => {
    const { code, lines } = await runApp(async ({ app, BrowserWindow }) => {
      process.on('uncaughtException', ({ message }) => console.log('uncaught', message));
      const events = ['browser-window-created', 'web-contents-created', 'before-quit', 'will-quit', 'quit'];
      for (const name of events) {
        app.once(name as 'quit', () => {
          throw new Error(name);
        });
      }
      await app.whenReady();
      const window = new BrowserWindow({ show: false });
      await window.loadURL('about:blank');
      app.quit();
    });
    expect(lines.sort()).to.deep.equal([
      'uncaught before-quit',
      'uncaught browser-window-created',
      'uncaught quit',
      'uncaught web-contents-created',
      'uncaught will-quit'
    ]);
    expect(code).to.equal(0);
  });

  it('quits before it is ready, too', async () => {
    const { code, lines } = await runApp(async ({ app }) => {
      app.on('quit', () => console.log('quit'));
      app.quit();
    });
    expect(lines).to.deep.equal(['quit']);
    expect(code).to.equal(0);
  });

  it('goes on after an unhandled rejection, and warns of it', async () => {
    const { code, lines, errors } = await runApp(
      ({ app, utilityProcess }) => {
        const { writeFileSync } = require('node:fs');
        const { join } = require('node:path');
        const child = join(process.env.FOLDER!, 'child.js');
        writeFileSync(
          child,
          `Promise.reject(new Error('nobody in the child'));
        process.parentPort.on('message', ({ data }) => process.parentPort.postMessage(data));`
        );
        void Promise.reject(new Error('nobody'));
        void Promise.reject(Object.create(null));
        void app.whenReady().then(() => {
          void Promise.reject(new TypeError('nobody later'));
          const process = utilityProcess.fork(child);
          setTimeout(() => process.postMessage('still there'), 100);
          process.on('message', (message) => {
            console.log(message);
            app.quit();
          });
        });
      },
      { FOLDER: temporaryFolder() }
    );
    expect(lines, errors).to.deep.equal(['still there']);
    for (const text of ['Error: nobody', 'TypeError: nobody later', 'Error: nobody in the child']) {
      expect(errors).to.include(`UnhandledPromiseRejectionWarning: ${text}\n`);
    }
    expect(code).to.equal(0);
  });

  it('leaves unhandled rejections to a listener of the app', async () => {
    const { code, lines, errors } = await runApp(({ app }) => {
      process.on('unhandledRejection', (error) => {
        console.log((error as Error).message);
        void app.whenReady().then(() => app.quit());
      });
      void Promise.reject(new Error('nobody'));
    });
    expect(lines).to.deep.equal(['nobody']);
    expect(errors).to.equal('');
    expect(code).to.equal(0);
  });

  it('quits with code 0 while a page that is awaited is loading', async () => {
    const { code, errors } = await runApp(({ app, BrowserWindow }) => {
      const { createServer } = require('node:http');
      const server = createServer(() => app.quit());
      void app.whenReady().then(async () => {
        await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
        await new BrowserWindow({ show: false }).loadURL(`http://127.0.0.1:${server.address().port}/`);
      });
    });
    expect(code, errors).to.equal(0);
  });

  for (const [what, path] of [
    ['has to be made, with spaces in its path', '/a b/c'],
    ['has too long a path for a socket', `/${'long'.repeat(30)}`]
  ]) {
    it(`starts with a folder for temporary files that ${what}`, async () => {
      const { code, lines, errors } = await runApp(
        async ({ app }) => {
          await app.whenReady();
          console.log('ready');
          app.quit();
        },
        { TMPDIR: temporaryFolder() + path }
      );
      expect(lines, errors).to.deep.equal(['ready']);
      expect(code).to.equal(0);
    });
  }

  it('quits in order on Ctrl-C', async () => {
    const running = startApp(async ({ app, BrowserWindow }) => {
      app.on('before-quit', () => console.log('before-quit'));
      app.on('quit', () => console.log('quit'));
      await app.whenReady();
      new BrowserWindow({ show: false }).on('closed', () => console.log('closed'));
      console.log('ready');
    });
    expect(await running.line()).to.equal('ready');
    running.process.kill('SIGINT');
    const { code, lines } = await running.ended;
    expect(lines).to.deep.equal(['ready', 'before-quit', 'closed', 'quit']);
    expect(code).to.equal(0);
  });

  it('is an ES module, too, that imports electron and electron/main by name and as a whole', async () => {
    globalThis.skipWithoutWindows?.('a window');
    const folder = temporaryFolder({
      'package.json': '{ "name": "esm", "type": "module", "main": "start.js" }',
      'start.js': `import electron, { app, BrowserWindow, ipcMain, MessageChannelMain } from 'electron';
        import * as main from 'electron/main';
        import { createRequire } from 'node:module';
        import { same } from './other.mjs';
        // Electron is not ready before the module has been run: a top-level await of that would wait for ever.
        app.whenReady().then(() => {
          const required = createRequire(import.meta.url)('electron');
          console.log(electron.app === app, main.app === app, required.app === app, main.BrowserWindow === BrowserWindow);
          console.log(typeof ipcMain.handle, typeof MessageChannelMain, same(app));
          app.quit();
        });`,
      'other.mjs': `import { app } from 'electron/main'; export const same = (other) => app === other;`
    });
    const { code, lines, errors } = await new App([folder]).ended;
    expect(lines, errors).to.deep.equal(['true true true true', 'function function true']);
    expect(code).to.equal(0);
  });

  it('is told to be Electron by what libraries look at', async () => {
    globalThis.skipWithoutWindows?.('a window');
    const folder = temporaryFolder({
      'package.json': '{ "name": "probed", "main": "start.js" }',
      'start.js': `const { app } = require('electron');
        console.log(require.main === module, process.type, process.defaultApp);
        console.log(/^\\d+(\\.\\d+){2}/.test(process.versions.electron), /^\\d+(\\.\\d+){3}$/.test(process.versions.chrome));
        const early = process.versions.chrome;
        app.whenReady().then(() => {
          console.log(process.versions.chrome === early, Object.keys(process.versions).includes('electron'));
          require('./other.js');
          app.quit();
        });`,
      'other.js': `console.log(require.main === module, require.main.filename === require('path').join(__dirname, 'start.js'));`
    });
    const { code, lines, errors } = await new App([folder]).ended;
    // The stock runtime runs an app as Electron runs a packaged one; Electron's default app imports it as a module.
    expect(lines, errors).to.deep.equal([`${isStock} browser true`, 'true true', 'true true', `false ${isStock}`]);
    expect(code).to.equal(0);
  });

  it('is an ES module by its syntax, too, and runs once', async () => {
    globalThis.skipWithoutWindows?.('a window');
    const folder = temporaryFolder({
      'start.mjs': `import { app } from 'electron'; console.log('once', import.meta.url.startsWith('file:')); app.quit();`
    });
    const { lines, errors } = await new App([join(folder, 'start.mjs')]).ended;
    expect(lines, errors).to.deep.equal(['once true']);
  });

  it('is named as its package.json says, keeps userData under that name, and gets its arguments', async () => {
    globalThis.skipWithoutWindows?.('names and paths of apps');
    const folder = temporaryFolder({
      'package.json': '{ "name": "the-app", "productName": "The App", "main": "start" }',
      'start.js': `const { app } = require('electron');
        console.log(app.name, app.getName());
        console.log(app.getPath('userData') === require('path').join(app.getPath('appData'), 'The App'));
        console.log(app.getAppPath() === __dirname);
        console.log(process.argv.slice(-2).join(' '));
        app.quit();`
    });
    const { code, lines, errors } = await new App([folder, 'one', '--two'], { XDG_CONFIG_HOME: folder }).ended;
    expect(lines, errors).to.deep.equal(['The App The App', 'true', 'true', 'one --two']);
    expect(code).to.equal(0);
  });
});
