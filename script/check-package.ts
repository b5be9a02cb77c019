// Packs this package, installs it in an empty folder, and runs apps with it as its users would: CommonJS and ES modules,
// with nothing left to build.

import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { root } from './tools';

const windows = process.platform === 'win32';

/** Runs a program to its end. @returns what it printed */
function output(command: string, args: string[], cwd: string): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8', shell: windows });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
  return stdout + stderr;
}

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

const apps: Record<string, { files: Record<string, string>; args: string[]; prints: string }> = {
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
  'flags of Node.js': {
    files: { 'flags.js': `console.log('flags', process.execArgv.includes('--trace-warnings')); process.exit();` },
    args: ['--trace-warnings', 'flags.js'],
    prints: 'flags true'
  }
};

const folder = mkdtempSync(join(tmpdir(), 'electron-ports-package-'));
const problems: string[] = [];
try {
  output('npm', ['pack', '--silent', '--pack-destination', folder], root);
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'))!;
  output('npm', ['init', '-y'], folder);
  output('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', `./${tarball}`], folder);
  cpSync(join(root, 'examples', 'renderer-to-renderer'), join(folder, 'example'), { recursive: true });
  apps['the example of the README'] = { files: {}, args: ['example/main.js'], prints: 'saw none of it' };
  for (const [title, { files, args, prints }] of Object.entries(apps)) {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const printed = output('npx', ['electron-ports', ...args], folder);
    if (printed.includes(prints)) console.log(`${title} runs`);
    else problems.push(`${title} does not print ${JSON.stringify(prints)}, but:\n${printed}`);
  }
} catch (error) {
  problems.push(error instanceof Error ? error.message : String(error));
} finally {
  rmSync(folder, { recursive: true });
}
for (const problem of problems) console.log(`failed: ${problem}`);
process.exitCode = problems.length > 0 ? 1 : 0;
