import { expect } from 'chai';

import { runApp } from '../lib/apps';
import { temporaryFolder } from '../lib/files';

/** Whole apps on the stock runtime that lose what they live by. */
describe('an app that loses a process of Chromium', function () {
  this.timeout(60_000);

  beforeEach(function () {
    if (process.platform !== 'linux') {
      console.log('skipped: processes are found through /proc, which is only on Linux');
      this.skip();
    }
  });

  /** An app with its IPC tried, that kills each of its processes whose command line has the text KILL, or closes a worker. */
  const run = (way: { KILL?: string; CLOSE?: string }) =>
    runApp(
      ({ app, BrowserWindow, ipcMain }) => {
        const { readdirSync, readFileSync } = require('node:fs');
        const { once } = require('node:events');
        const { join } = require('node:path');
        const folder = process.env.TMPDIR!;
        app.commandLine.appendSwitch('remote-debugging-port', '0');
        app.on('window-all-closed', () => {});
        app.on('quit', (_event, code) => console.log('quit', code));

        const commandLine = (pid: string) => {
          try {
            return String(readFileSync(`/proc/${pid}/cmdline`)).replaceAll('\0', ' ');
          } catch {
            return '';
          }
        };
        const kill = (what: string) => {
          for (const pid of readdirSync('/proc')) {
            const line = commandLine(pid);
            if (line.includes(folder) && line.includes(what)) process.kill(Number(pid), 'SIGKILL');
          }
        };
        const closeWorkers = async () => {
          const [profile] = readdirSync(folder);
          const [port] = String(readFileSync(join(folder, profile, 'DevToolsActivePort'))).split('\n');
          const targets = await (await fetch(`http://127.0.0.1:${port}/json/list`)).json();
          for (const { id, type } of targets) {
            if (type === 'shared_worker') await fetch(`http://127.0.0.1:${port}/json/close/${id}`);
          }
        };
        const tryIpc = async () => {
          const window = new BrowserWindow({
            show: false,
            webPreferences: { nodeIntegration: true, contextIsolation: false }
          });
          const here = once(ipcMain, 'here');
          await window.loadURL('data:text/html,<script>require("electron").ipcRenderer.send("here")</script>');
          await here;
          window.destroy();
        };
        void app.whenReady().then(async () => {
          if (process.env.CLOSE) {
            await tryIpc();
            await closeWorkers();
            await new Promise((resolve) => setTimeout(resolve, 500));
          } else {
            kill(process.env.KILL!);
          }
          await tryIpc();
          console.log('works');
          app.quit();
        });
      },
      { TMPDIR: temporaryFolder(), ...way }
    );

  const lost: [what: string, kill: string, text: string][] = [
    [
      'its network process',
      '--utility-sub-type=network',
      'The connection to the hub is gone, and with it every port and all IPC'
    ],
    // Before there is a window, all renderers are the hub's.
    ['the hub’s page', '--type=renderer', "The hub's page crashed"]
  ];
  for (const [what, kill, text] of lost) {
    it(`ends in order, and says why: ${what}`, async () => {
      const { code, lines, errors } = await run({ KILL: kill });
      expect(lines, errors).to.deep.equal(['quit 1']);
      expect(errors).to.include(text);
      expect(code).to.equal(1);
    });
  }

  it('goes on without the hub, and is told, when it listens for child-process-gone', async () => {
    const { code, lines, errors } = await runApp(
      ({ app }) => {
        const { readdirSync, readFileSync } = require('node:fs');
        app.on('child-process-gone', (_event, { type, reason, name }) => {
          console.log(type, reason, name);
          app.quit();
        });
        void app.whenReady().then(() => {
          for (const pid of readdirSync('/proc').filter((name: string) => /^\d+$/.test(name))) {
            let line = '';
            try {
              line = String(readFileSync(`/proc/${pid}/cmdline`));
            } catch {}
            if (line.includes(process.env.TMPDIR!) && line.includes('--type=renderer')) process.kill(Number(pid), 9);
          }
        });
      },
      { TMPDIR: temporaryFolder() }
    );
    expect(lines, errors).to.deep.equal(['Utility killed electron-ports hub']);
    expect(code).to.equal(0);
  });

  it('goes on, and says so, without the workers by which documents find the hub', async () => {
    const { code, lines, errors } = await run({ CLOSE: 'shared workers' });
    expect(lines, errors).to.deep.equal(['works', 'quit 0']);
    expect(errors).to.include('A worker by which documents find the hub ended, and is started again');
    expect(code).to.equal(0);
  });
});

describe('an app whose hub does not start', function () {
  this.timeout(60_000);

  it('ends, and says why', async () => {
    const { code, errors } = await runApp(({ app }) => {
      const { Server } = require('node:http');
      const { emit } = Server.prototype;
      // Nobody can connect to the main process.
      Server.prototype.emit = function (type: string, ...args: any[]) {
        if (type !== 'upgrade') return emit.call(this, type, ...args);
        args[1].destroy();
        return true;
      };
      void app.whenReady();
    });
    expect(errors).to.match(/^Error: The hub did not start: Error: The hub could not reach \S+:\d+$/m);
    expect(code).to.equal(1);
  });
});

describe('a popup whose renderer is killed while it opens', function () {
  this.timeout(60_000);

  for (const how of ['destroy', 'close'] as const) {
    it(`is gone after ${how}(), from Chromium, too`, async () => {
      const { lines, errors } = await runApp(
        ({ app, BrowserWindow }) => {
          const { once } = require('node:events');
          const { readdirSync, readFileSync } = require('node:fs');
          const { join } = require('node:path');
          app.commandLine.appendSwitch('remote-debugging-port', '0');
          app.on('window-all-closed', () => {});
          /** The pages that Chromium has, but for the hub's. */
          const pages = async () => {
            const [profile] = readdirSync(process.env.TMPDIR);
            const file = join(process.env.TMPDIR, profile, 'DevToolsActivePort');
            const [port] = String(readFileSync(file)).split('\n');
            const targets = await (await fetch(`http://127.0.0.1:${port}/json/list`)).json();
            return targets.filter(({ type, url }: any) => type === 'page' && !url.endsWith('/hub.html')).length;
          };
          void app.whenReady().then(async () => {
            const webPreferences = { nodeIntegration: true, contextIsolation: false };
            const window = new BrowserWindow({ show: false, webPreferences });
            window.webContents.setWindowOpenHandler(() => ({
              action: 'allow',
              overrideBrowserWindowOptions: { show: false, webPreferences }
            }));
            await window.loadURL('data:text/html,opener');
            const pid = window.webContents.getOSProcessId();
            const created = once(window.webContents, 'did-create-window');
            window.webContents.once('did-create-window', () => process.kill(pid, 'SIGKILL'));
            window.webContents.executeJavaScript('open("about:blank")').catch(() => {});
            const [popup] = await created;
            await once(popup.webContents, 'render-process-gone');
            const closed = once(popup, 'closed');
            popup[process.env.HOW as 'destroy']();
            await closed;
            console.log('closed');
            window.destroy();
            while ((await pages()) > 0) await new Promise((resolve) => setTimeout(resolve, 100));
            console.log('gone');
            app.quit();
          });
        },
        { TMPDIR: temporaryFolder(), HOW: how }
      );
      expect(lines, errors).to.deep.equal(['closed', 'gone']);
    });
  }
});
