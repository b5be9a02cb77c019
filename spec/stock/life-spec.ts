import { expect } from 'chai';

import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { App, runApp, startApp } from '../lib/apps';
import { temporaryFolder } from '../lib/files';

const DEADLINE = 5000;

/** Whole apps with windows, ended in every way: spec/stock/chromium-spec.ts proves the same of Chromium's launch alone. */
describe('an app on the stock runtime', function () {
  this.timeout(40_000);

  let temporary: string;
  beforeEach(function () {
    if (!existsSync('/proc/self/environ')) {
      console.log('skipped: processes are looked at through /proc, which is only on Linux');
      this.skip();
    }
    temporary = temporaryFolder();
  });

  /** Two windows whose documents are linked. It prints its hub's port, and then ends as it is told to. */
  function start(way = ''): App {
    return startApp(
      async ({ app, BrowserWindow, ipcMain }) => {
        await app.whenReady();
        const answered: Promise<unknown>[] = [];
        for (let i = 0; i < 2; i++) {
          const window = new BrowserWindow({
            show: false,
            webPreferences: { nodeIntegration: true, contextIsolation: false }
          });
          await window.loadURL('about:blank');
          answered.push(new Promise((resolve) => window.webContents.ipc.once('here', resolve)));
          await window.webContents.executeJavaScript("require('electron').ipcRenderer.send('here')");
        }
        await Promise.all(answered);
        const { Server } = process.getBuiltinModule?.('node:net') ?? require('node:net');
        const server = (process as any)._getActiveHandles().find((handle: unknown) => handle instanceof Server);
        console.log(server.address().port);
        ipcMain.handle('never', () => new Promise(() => {}));
        switch (process.env.WAY) {
          case 'app.quit':
            app.quit();
            break;
          case 'an uncaught exception':
            setTimeout(() => {
              throw new Error('nobody caught this');
            });
        }
      },
      { WAY: way, TMPDIR: temporary }
    );
  }

  /** Every process that was started with this test's temporary directory. */
  function processes(): { pid: number; line: string }[] {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => {
        try {
          const read = (file: string) => readFileSync(`/proc/${name}/${file}`, 'utf8').replaceAll('\0', ' ');
          const line = read('cmdline');
          // A zombie has neither.
          return line && `${line}${read('environ')}`.includes(temporary) ? [{ pid: Number(name), line }] : [];
        } catch {
          return [];
        }
      });
  }

  async function expectNothingLeft(port?: string) {
    const leftovers = () => [...readdirSync(temporary), ...processes().map(({ line }) => line.slice(0, 100))];
    for (const end = Date.now() + DEADLINE; leftovers().length > 0 && Date.now() < end; ) await wait(50);
    expect(leftovers()).to.deep.equal([]);
    if (port === undefined) return;
    const [error] = await once(createConnection(Number(port), '127.0.0.1'), 'error').catch((error) => [error]);
    expect(error.code).to.equal('ECONNREFUSED');
  }

  for (const [way, code] of [
    ['app.quit', 0],
    ['an uncaught exception', 1]
  ] as const) {
    it(`leaves no process, socket or file after ${way}, and ends with ${code}`, async () => {
      const app = start(way);
      const port = await app.line();
      const end = await app.ended;
      expect(end.code).to.equal(code);
      if (code === 1) expect(end.errors).to.include('nobody caught this');
      await expectNothingLeft(port);
    });
  }

  for (const signal of ['SIGINT', 'SIGKILL'] as const) {
    it(`leaves nothing after ${signal}`, async () => {
      const app = start();
      const port = await app.line();
      expect(processes()).to.have.length.above(3);
      app.process.kill(signal);
      const end = await app.ended;
      expect([end.code, end.signal]).to.deep.equal(signal === 'SIGKILL' ? [null, 'SIGKILL'] : [0, null]);
      await expectNothingLeft(port);
    });
  }

  for (const way of ['app.quit', 'SIGKILL'] as const) {
    it(`leaves no utility process that is busy after ${way}`, async () => {
      const folder = temporaryFolder({
        'main.js': `const { app, utilityProcess } = require('electron');
          app.whenReady().then(() => {
            const child = utilityProcess.fork(require('node:path').join(__dirname, 'child.js'));
            child.once('message', () => (${way === 'SIGKILL'} ? console.log('busy') : app.quit()));
          });`,
        'child.js': `process.parentPort.postMessage('busy'); setTimeout(() => { for (;;); });`
      });
      const app = new App([join(folder, 'main.js')], { TMPDIR: temporary });
      if (way === 'SIGKILL') {
        await app.line();
        app.process.kill(way);
      }
      await app.ended;
      await expectNothingLeft();
    });
  }

  it('ends, and says why, when Chromium is killed', async () => {
    const app = start();
    const port = await app.line();
    const chromium = processes().find(
      ({ line }) => line.includes('--remote-debugging-pipe') && !line.includes('--type=')
    );
    process.kill(chromium!.pid, 'SIGKILL');
    const { code, errors } = await app.ended;
    expect(code).to.equal(1);
    expect(errors).to.include('Chromium ended, and with it every window.');
    await expectNothingLeft(port);
  });

  for (const [what, script, code] of [
    ['throws at once', 'throw new Error("at once")', 1],
    ['exits at once', 'process.exit(5)', 5]
  ] as const) {
    it(`leaves nothing when its main script ${what}`, async () => {
      const folder = temporaryFolder({ 'main.js': script });
      const app = new App([`${folder}/main.js`], { TMPDIR: temporary });
      expect((await app.ended).code).to.equal(code);
      await expectNothingLeft();
    });
  }
});

describe('the command electron-ports', function () {
  this.timeout(20_000);

  const run = (...args: string[]) => new App(args).ended;

  it('tells its usage: asked for it on stdout, without arguments as an error', async () => {
    const asked = await run('--help');
    expect(asked.code).to.equal(0);
    expect(asked.lines[0]).to.equal('Usage: electron-ports [flags] path [arguments]');
    const none = await run();
    expect(none.code).to.equal(1);
    expect(none.lines).to.deep.equal([]);
    expect(none.errors).to.include(asked.lines.join('\n'));
  });

  it('says what it did not find, and no more', async () => {
    const folder = temporaryFolder({
      'none/package.json': '{ "main": "gone.js" }',
      'bad/package.json': '{',
      'empty/readme': ''
    });
    const expected = [
      [
        'missing.js',
        `Unable to find Electron app at ${folder}/missing.js\n\nCannot find module '${folder}/missing.js'\n`
      ],
      ['none', `Unable to find Electron app at ${folder}/none\n\nCannot find module '${folder}/none/gone.js'.`],
      ['empty', `Unable to find Electron app at ${folder}/empty\n\nCannot find module '${folder}/empty'\n`],
      ['bad', `Unable to parse ${folder}/bad/package.json\n\n`]
    ];
    await Promise.all(
      expected.map(async ([path, text]) => {
        const { code, lines, errors } = await run(`${folder}/${path}`);
        expect(code, path).to.equal(1);
        expect(lines, path).to.deep.equal([]);
        expect(errors).to.include(text);
        expect(errors).not.to.include('    at ');
      })
    );
  });

  it('gives flags before the path to Node.js and Chromium, and what follows it to the app', async () => {
    const folder = temporaryFolder({
      'main.js': `
        const { app } = require('electron');
        console.log(process.execArgv.includes('--no-deprecation'), globalThis.preloaded, ...process.argv.slice(2));
        app.whenReady().then(() => app.quit());`,
      'before.js': 'globalThis.preloaded = true;'
    });
    const flags = ['--no-deprecation', '-r', `${folder}/before.js`, '--disable-gpu', '--test-type', '--lang=de'];
    const { code, lines } = await run(...flags, `${folder}/main.js`, '--inspect', 'x');
    expect(lines).to.deep.equal(['true true --inspect x']);
    expect(code).to.equal(0);
  });

  it('loads what -r names as Electron does: with the module electron, before the app', async () => {
    const folder = temporaryFolder({
      'main.js': `
        console.log(...globalThis.order, 'main');
        require('electron').app.whenReady().then(() => process.exit());`,
      'one.js': `
        const { app } = require('electron');
        globalThis.order = ['one', process.type, typeof app.whenReady, require.main === undefined];`,
      'two.js': 'globalThis.order.push("two");',
      'some.test.js': 'console.log(...globalThis.order); require("node:test")("passes", () => {});'
    });
    const modules = ['-r', `${folder}/one.js`, `--require=${folder}/two.js`];
    const expected = 'one browser function true two';
    expect((await run(...modules, `${folder}/main.js`)).lines).to.deep.equal([`${expected} main`]);
    expect((await run('--no-deprecation', ...modules, `${folder}/main.js`)).lines).to.deep.equal([`${expected} main`]);
    const tests = await run('--test', '--test-reporter=tap', ...modules, `${folder}/some.test.js`);
    expect(tests.lines).to.include(`# ${expected}`);
    const { code, errors } = await run('-r', `${folder}/gone.js`, `${folder}/main.js`);
    expect(code).to.equal(1);
    expect(errors).to.equal(`Unable to run ${folder}/gone.js: Cannot find module '${folder}/gone.js'\n`);
  });

  it('gives Node.js its flags that NODE_OPTIONS cannot have', async () => {
    const folder = temporaryFolder({
      'main.js': 'console.log(process.env.OF_FILE, ...process.argv.slice(2)); require("electron").app.exit();',
      '.env': 'OF_FILE=yes',
      'some.test.js': 'console.log(process.execArgv.join()); require("node:test")("passes", () => {});'
    });
    const flags = ['--env-file', `${folder}/.env`, '--cpu-prof', `--cpu-prof-dir=${folder}/profiles`];
    const { code, lines } = await run(...flags, `${folder}/main.js`, 'x');
    expect(lines).to.deep.equal(['yes x']);
    expect(code).to.equal(0);
    expect(readdirSync(`${folder}/profiles`).join()).to.match(/^CPU\..*\.cpuprofile$/);
    const traced = await run('--trace-gc', `--env-file=${folder}/.env`, `${folder}/main.js`);
    // A collection may come before and behind.
    expect(traced.lines).to.include('yes').and.have.length.above(1);
    const tests = await run('--test', '--experimental-test-module-mocks', `${folder}/some.test.js`);
    expect(tests.lines.join('\n')).to.include('--experimental-test-module-mocks');
  });

  it('says which of its flags cannot be had with --test', async () => {
    for (const [flag, text] of [
      ['--inspect-ports', 'each file of tests is an app of its own; call app.inspectPorts() in the one'],
      ['--watch', '--test does not watch files'],
      ['--disable-gpu', '--disable-gpu is no flag of Node.js; tests give Chromium']
    ]) {
      const { code, errors } = await run('--test', flag);
      expect(code).to.equal(1);
      expect(errors)
        .to.match(/^electron-ports: .*\n$/)
        .and.include(text);
    }
  });

  it('ends as the app ends under flags of Node.js', async () => {
    const folder = temporaryFolder({ 'main.js': 'process.exitCode = 7; require("electron").app.quit();' });
    expect(await run('--no-deprecation', `${folder}/main.js`)).to.include({ code: 7, signal: null });
    const { errors } = await run('--no-deprecation', `${folder}/gone.js`);
    expect(errors).to.include('Unable to find Electron app');
  });

  it('says its version, and that there is no REPL', async () => {
    expect((await run('-v')).lines.join()).to.match(/^v\d+\.\d+\.\d+ \(Node\.js v/);
    const { code, errors } = await run('-i');
    expect(code).to.equal(1);
    expect(errors).to.equal('electron-ports: there is no REPL here; give the path of an app\n');
  });

  it('says in a line that a module of the app is missing', async () => {
    const folder = temporaryFolder({ 'main.js': 'require("./gone")', 'main.mjs': 'import "./gone.mjs"' });
    for (const name of ['main.js', 'main.mjs']) {
      const { code, errors } = await run(`${folder}/${name}`);
      expect(code).to.equal(1);
      expect(errors).to.match(/^Unable to run .*main\.m?js: Cannot find module .*\n$/);
    }
  });

  it('says in a line why no Chromium runs, and what to do', async function () {
    if (process.platform !== 'linux') {
      console.log('skipped: /bin/true and displays are looked for, which are on Linux');
      this.skip();
    }
    const advice = 'Set ELECTRON_PORTS_CHROMIUM to the executable of';
    for (const [env, text] of [
      [
        { ELECTRON_PORTS_CHROMIUM: '/nope' },
        `ELECTRON_PORTS_CHROMIUM names nothing that can be run: "/nope". Set it to`
      ],
      [{ ELECTRON_PORTS_CHROMIUM: '/bin/true' }, `Chromium did not start: /bin/true ended with exit code 0. ${advice}`],
      [
        { DISPLAY: ':77', WAYLAND_DISPLAY: '' },
        'Chromium did not start: there is no display at DISPLAY=:77. Unset DISPLAY to run without visible windows'
      ]
    ] as const) {
      const { code, errors } = await runApp(({ app }) => app.whenReady(), env);
      expect(code).to.equal(1);
      expect(errors)
        .to.match(/^.*\n$/)
        .and.include(text);
    }
  });

  it('says that it cannot use the folder for temporary files, and ends', async () => {
    const folder = `${temporaryFolder({ f: '' })}/f`;
    const { code, errors } = await runApp(({ app }) => app.whenReady().then(() => app.quit()), { TMPDIR: folder });
    expect(errors).to.include(`${folder} cannot be used`).and.include('Set TMPDIR to a folder that can be written to');
    expect(code).to.equal(1);
  });
});
