#!/usr/bin/env node
// The `electron-ports` command: what `npm run electron -- ...` does, from any folder.
process.argv.splice(2, 0, 'electron');
await import('./run.mjs');
