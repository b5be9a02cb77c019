#!/usr/bin/env node
// The `electron-ports` command: what `npm run electron -- ...` does, from any folder.

import { existsSync } from 'node:fs';

// The package has no sources: everything was built when it was packed.
if (existsSync(new URL('build.mjs', import.meta.url))) {
  process.argv.splice(2, 0, 'electron');
  await import('./run.mjs');
} else {
  await import(new URL('../dist/script/electron.mjs', import.meta.url).href);
}
