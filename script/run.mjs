#!/usr/bin/env node
// Runs script/NAME.ts: the one way into every npm script, on a fresh checkout too. Plain JavaScript, because it has to
// work before anything is installed.

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const major = Number(process.versions.node.split('.')[0]);
if (major < 20) {
  console.error(`electron-ports: needs Node.js 20 or newer, this is ${process.version}`);
  process.exit(1);
}

await import('./install.mjs');

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
