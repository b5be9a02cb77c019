#!/usr/bin/env node
// Runs script/NAME.ts: the one way into every npm script, on a fresh checkout too. Plain JavaScript, because it has to
// work before anything is installed.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Whether node_modules holds what package-lock.json asks for. npm keeps its own record of what it put there. */
function isInstalled() {
  const record = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return false;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const present = JSON.parse(readFileSync(record, 'utf8')).packages;
  return Object.entries(wanted).every(
    ([path, entry]) => path === '' || entry.optional || entry.peer || present[path]?.version === entry.version
  );
}

/** A package that another one installed (node_modules/electron-ports) has its dependencies beside it instead. */
function isDependency() {
  return root.split(/[\\/]/).includes('node_modules');
}

function install() {
  console.error('electron-ports: installing what package-lock.json lists (npm ci)');
  const { status } = spawnSync('npm', ['ci', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32'
  });
  if (status !== 0) {
    console.error('electron-ports: npm ci failed; see its output above, mend the cause and run this again');
    process.exit(1);
  }
}

const major = Number(process.versions.node.split('.')[0]);
if (major < 20) {
  console.error(`electron-ports: needs Node.js 20 or newer, this is ${process.version}`);
  process.exit(1);
}

if (!isDependency() && !isInstalled()) install();

const [name = '', ...args] = process.argv.slice(2);
const { buildRuntime, buildScript } = await import('./build.mjs');
if (!existsSync(join(root, 'script', `${name}.ts`))) {
  console.error(`electron-ports: "${name}" is not there yet: this checkout has no script/${name}.ts`);
  process.exit(1);
}
await buildRuntime();
const built = await buildScript(name);
process.argv = [process.argv[0], built, ...args];
process.setSourceMapsEnabled(true);
await import(pathToFileURL(built).href);
