// Packs this package, installs it in an empty folder that is read-only from then on, and runs apps and tests with it as its
// users would.

import ts from 'typescript';

import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, lstatSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { bin, root } from './tools';

const windows = process.platform === 'win32';

/** Runs a program to its end. @returns what it printed */
function output(command: string, args: string[], cwd: string, wanted = 0): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8', shell: windows });
  if (error) throw error;
  if (status !== wanted) throw new Error(`${command} ${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
  return stdout + stderr;
}

/** All files and folders there, sorted. */
const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === false)
    .sort();

const body = `
const { port1, port2 } = new MessageChannelMain();
await app.whenReady();
const window = new BrowserWindow({ show: false, webPreferences: { preload: join(folder, 'preload.js') } });
await window.loadURL('data:text/html,<title>app</title>');
window.webContents.postMessage('port', null, [port2]);
port1.on('message', ({ data }) => {
  console.log(data);
  app.quit();
});
port1.start();
`;

/** A file of tests, one of which fails when there is an argument for it. */
const tests = (runner: string) => `
  const { app, BrowserWindow } = require('electron');
  ${runner}
  it('opens a window', async function () {
    this.timeout?.(20_000);
    await app.whenReady();
    const window = new BrowserWindow({ show: false });
    await window.loadURL('data:text/html,<title>under test</title>');
    console.log(window.getTitle());
    window.destroy();
  });
  it('fails', () => {
    if (__filename.includes('fail')) throw new Error('as it should');
  });`;
const nodeTests = tests(`const { it } = require('node:test');`);

interface Run {
  files: Record<string, string>;
  /** The command and its arguments; `electron-ports` if it is not said. */
  command?: [string, ...string[]];
  args: string[];
  prints: string;
  status?: number;
}

const apps: Record<string, Run> = {
  'a CommonJS app': {
    files: {
      'main.js': `
        const { app, BrowserWindow, MessageChannelMain } = require('electron');
        const { join } = require('node:path');
        const folder = __dirname;
        (async () => {${body}})();`,
      'preload.js': `
        const { ipcRenderer } = require('electron');
        ipcRenderer.on('port', ({ ports: [port] }) => port.postMessage('from a page'));`
    },
    args: ['main.js'],
    prints: 'from a page'
  },
  'an ES module with top-level await': {
    files: {
      'main.mjs': `
        import { app, BrowserWindow, MessageChannelMain } from 'electron';
        import { join } from 'node:path';
        const folder = import.meta.dirname;
        ${body}`
    },
    args: ['main.mjs'],
    prints: 'from a page'
  },
  "TypeScript's output, and a preload script that is an ES module": {
    files: {
      'compiled.js': ts.transpileModule(
        `import * as path from 'node:path';
         import { app, BrowserWindow, MessageChannelMain } from 'electron';
         const join = (folder: string, _name: string): string => path.join(folder, 'preload.mjs');
         const folder = __dirname;
         (async () => {${body}})();`,
        { compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true } }
      ).outputText,
      'preload.mjs': `
        import { ipcRenderer } from 'electron';
        ipcRenderer.on('port', ({ ports: [port] }) => port.postMessage('from a module'));`
    },
    args: ['compiled.js'],
    prints: 'from a module'
  },
  'a main script in TypeScript': {
    files: { 'main.ts': `const said: string = process.type; console.log('types', said); process.exit();` },
    args: ['main.ts'],
    ...(process.features.typescript
      ? { prints: 'types browser' }
      : { prints: `Node.js ${process.version} strips no types; use 22.18 or newer, or compile it`, status: 1 })
  },
  'a file of tests': { files: { 'pass.test.js': nodeTests }, args: ['--test', 'pass.test.js'], prints: 'under test' },
  'a file of tests that fail': {
    files: { 'fail.test.js': nodeTests },
    args: ['--test', 'fail.test.js'],
    prints: 'as it should',
    status: 1
  },
  mocha: {
    files: { 'fail.spec.js': tests('') },
    command: [bin('mocha'), '--exit', '--import=electron-ports/register', 'fail.spec.js'],
    args: [],
    prints: 'under test',
    status: 1
  },
  'flags of Node.js': {
    files: { 'flags.js': `console.log('flags', process.execArgv.includes('--trace-warnings')); process.exit();` },
    args: ['--trace-warnings', 'flags.js'],
    prints: 'flags true'
  }
};

// What `--test` needs of Node.js came with 20.14.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major === 20 && minor < 14) {
  for (const title of Object.keys(apps)) if (title.startsWith('a file of tests')) delete apps[title];
}

const folder = mkdtempSync(join(tmpdir(), 'electron-ports-package-'));
const problems: string[] = [];
let noRegistry = false;

/** Says so, and ends in order, where it cannot be tested: what the package depends on is the registry's. */
function install(tarball: string): void {
  try {
    output('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', '--fetch-retries=1', tarball], folder);
  } catch (error) {
    noRegistry = /\b(ECONNREFUSED|ENOTFOUND|ETIMEDOUT|EAI_AGAIN)\b/.test(String(error));
    throw error;
  }
}

try {
  output('npm', ['pack', '--silent', '--pack-destination', folder], root);
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'))!;
  output('npm', ['init', '-y'], folder);
  install(`./${tarball}`);
  cpSync(join(root, 'examples', 'renderer-to-renderer'), join(folder, 'example'), { recursive: true });
  apps['the example of the README'] = { files: {}, args: ['example/main.js'], prints: 'saw none of it' };
  // Electron's own package and electron-vite run what is there.
  const electron = join('node_modules', 'electron-ports', 'bin', 'electron');
  if (!windows) {
    apps['a tool that runs `electron` by its path'] = {
      files: {},
      command: [electron, 'main.js'],
      args: [],
      prints: 'from a page'
    };
  }
  const installed = filesIn(join(folder, 'node_modules'));
  for (const file of installed) chmodSync(file, statSync(file).mode & 0o555);
  for (const [title, { files, command = ['npx', 'electron-ports'], args, prints, status }] of Object.entries(apps)) {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const printed = output(command[0], [...command.slice(1), ...args], folder, status);
    if (printed.includes(prints)) console.log(`${title} runs`);
    else problems.push(`${title} does not print ${JSON.stringify(prints)}, but:\n${printed}`);
  }
  if (filesIn(join(folder, 'node_modules')).join() !== installed.join()) problems.push('it writes to node_modules');
} catch (error) {
  problems.push(error instanceof Error ? error.message : String(error));
} finally {
  for (const path of filesIn(folder)) chmodSync(path, 0o777);
  rmSync(folder, { recursive: true });
}
if (noRegistry) {
  console.log('skipped: the package: npm cannot reach the registry to install what it depends on');
  console.log('0 passed, 0 failed, 1 skipped');
} else {
  for (const problem of problems) console.log(`failed: ${problem}`);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
