// `electron-ports/register`: makes the process that imports it a main process, for test runners.

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';

// The package has no sources: everything was built when it was packed.
const build = new URL('build.mjs', import.meta.url);
if (existsSync(build)) await (await import(build.href)).buildRuntime();
createRequire(import.meta.url)('../dist/runtime/main/electron.cjs').register();
