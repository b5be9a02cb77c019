// Before `npm pack`: builds what the package runs, and nothing that an older checkout left.

import './install.mjs';
import { rm } from 'node:fs/promises';

const { buildRuntime, buildScript } = await import('./build.mjs');
await rm(new URL('../dist/runtime', import.meta.url), { recursive: true, force: true });
await buildRuntime();
await buildScript('electron');
