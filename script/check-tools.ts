// Installs this package beside electron-vite, vitest and Electron's own command in an empty folder, and runs these with it. To be asked for by name:
// what they bring is 150 MB, and nothing else here needs it.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { root } from './tools';

/** docs/your-app.md names them, too. */
const tools = { 'electron-vite': '5.0.0', vite: '7.3.8', vitest: '3.2.7', electron: '43.4.1' };

const folder = mkdtempSync(join(tmpdir(), 'electron-ports-tools-'));
const modules = join(folder, 'node_modules');
// Milliseconds.
const patience = 120_000;

function write(files: Record<string, string>) {
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

/** Runs a program to its end. @returns what it printed, and its status */
function run(command: string, args: string[], cwd = folder, env: NodeJS.ProcessEnv = {}) {
  const { status, signal, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    timeout: patience,
    env: { ...process.env, ...env }
  });
  if (error) throw error;
  return { status: status ?? signal, text: stdout + stderr };
}

function install(...args: string[]) {
  const { status, text } = run('npm', [
    'install',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--prefer-offline',
    ...args
  ]);
  if (status !== 0) throw new Error(`npm install ${args.join(' ')} ended with ${status}:\n${text}`);
}

// A page of Vite's with a preload script that is bundled: the port has to go through both.
const vite = {
  'vite/package.json': JSON.stringify({ name: 'vite-app', version: '1.0.0', main: './out/main/index.js' }),
  'vite/electron.vite.config.mjs': `export default { main: {}, preload: {}, renderer: {} };`,
  'vite/src/main/index.js': `
    import { app, BrowserWindow, MessageChannelMain } from 'electron';
    import { join } from 'node:path';
    app.whenReady().then(async () => {
      const preload = join(import.meta.dirname ?? __dirname, '../preload/index.js');
      const window = new BrowserWindow({ show: false, webPreferences: { preload } });
      const { ELECTRON_RENDERER_URL: url } = process.env;
      await (url ? window.loadURL(url) : window.loadFile(join(import.meta.dirname ?? __dirname, '../renderer/index.html')));
      const { port1, port2 } = new MessageChannelMain();
      port1.on('message', ({ data }) => {
        console.log(data, url ? 'of the server' : 'of the build');
        app.quit();
      });
      port1.start();
      window.webContents.postMessage('port', null, [port2]);
    });`,
  'vite/src/preload/index.js': `
    import { ipcRenderer } from 'electron';
    ipcRenderer.on('port', ({ ports }) => window.postMessage('port', '*', ports));`,
  'vite/src/renderer/index.html': `<!doctype html><title>page</title><script type="module" src="./page.js"></script>`,
  'vite/src/renderer/page.js': `
    addEventListener('message', ({ ports: [port] }) => port?.postMessage('from a page'));`
};

const test = `
  import { app, BrowserWindow } from 'electron';
  import { expect, it } from 'vitest';
  it('opens a window', async () => {
    await app.whenReady();
    const window = new BrowserWindow({ show: false });
    await window.loadURL('data:text/html,<title>under test</title>');
    expect(window.getTitle()).toBe(FAIL ? 'another' : 'under test');
    window.destroy();
  }, 60_000);`;
const vitest = {
  'vitest/package.json': JSON.stringify({ name: 'vitest-app', version: '1.0.0', type: 'module' }),
  'vitest/vitest.config.js': `
    export default { test: { pool: 'forks', poolOptions: { forks: { execArgv: ['--import', 'electron-ports/register'] } } } };`,
  'vitest/pass.test.js': test.replace('FAIL', 'false'),
  'vitest/fail.test.js': test.replace('FAIL', 'true')
};

const electron = { ELECTRON_EXEC_PATH: join(modules, 'electron-ports', 'bin', 'electron') };
const entry = (name: string, file: string) => join(modules, name, file);
const runs: {
  title: string;
  command: string[];
  cwd: string;
  env?: NodeJS.ProcessEnv;
  prints: string;
  status?: number;
}[] = [
  ...['dev', 'preview'].map((mode) => ({
    title: `electron-vite ${mode}`,
    command: [
      entry('electron-vite', 'bin/electron-vite.js'),
      mode,
      ...(process.getuid?.() === 0 ? ['--noSandbox'] : [])
    ],
    cwd: 'vite',
    env: electron,
    prints: `from a page of the ${mode === 'dev' ? 'server' : 'build'}`
  })),
  {
    title: 'electron .',
    command: [entry('electron', 'cli.js'), '.'],
    cwd: 'vite',
    env: { ELECTRON_OVERRIDE_DIST_PATH: join(modules, 'electron-ports', 'bin') },
    prints: 'from a page of the build'
  },
  { title: 'vitest', command: [entry('vitest', 'vitest.mjs'), 'run', 'pass'], cwd: 'vitest', prints: '1 passed' },
  {
    title: 'vitest, where a test fails',
    command: [entry('vitest', 'vitest.mjs'), 'run', 'fail'],
    cwd: 'vitest',
    prints: "expected 'under test' to be 'another'",
    status: 1
  }
];

const problems: string[] = [];
try {
  write({ 'package.json': '{ "name": "tools", "version": "1.0.0", "private": true }', ...vite, ...vitest });
  const packed = spawnSync('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: root, encoding: 'utf8' });
  if (packed.status !== 0) throw new Error(packed.stderr);
  install(
    `./${readdirSync(folder).find((name) => name.endsWith('.tgz'))}`,
    ...Object.entries(tools).map(([name, version]) => `${name}@${version}`)
  );
  for (const { title, command, cwd, env, prints, status: wanted = 0 } of runs) {
    const { status, text } = run(process.execPath, command, join(folder, cwd), env);
    if (status === wanted && text.includes(prints)) console.log(`${title} runs`);
    else problems.push(`${title} ended with ${status} and does not print ${JSON.stringify(prints)}, but:\n${text}`);
  }
} catch (error) {
  problems.push(error instanceof Error ? error.message : String(error));
} finally {
  rmSync(folder, { recursive: true });
}
for (const problem of problems) console.log(`failed: ${problem}`);
process.exitCode = problems.length > 0 ? 1 : 0;
