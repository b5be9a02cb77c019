// Installs what package-lock.json lists, when it is not there: so that every way into a fresh checkout works at once. Plain
// JavaScript, because it has to work before anything is installed.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

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

if (!isDependency() && !isInstalled()) install();
