// Runs a main script on the stock runtime: `npm run electron -- path/to/main.js`.

import { createRequire } from 'node:module';

import type * as Runtime from '../runtime/main/electron';

const usage = `Usage: electron-ports path/to/main.js [arguments]

Runs an Electron main script (CommonJS or ES module), or a folder with a package.json, on Node.js and an installed
Chromium. The Chromium is the one that ELECTRON_PORTS_CHROMIUM names, an installed one, or one that it installs.`;

const argv = process.argv.slice(2);
if (argv.length === 0) {
  console.error(usage);
  process.exit(1);
}
if (argv[0] === '--help' || argv[0] === '-h') {
  console.log(usage);
  process.exit(0);
}

const { AppError, run } = createRequire(import.meta.url)('../runtime/main/electron.cjs') as typeof Runtime;
try {
  await run(argv);
} catch (error) {
  console.error(error instanceof AppError ? error.message : error);
  process.exit(1);
}
