import { appStack as stackWithout } from '@electron/internal/browser/inspector/app-stack';

import { join, sep } from 'node:path';

// This file is part of a bundle in dist/runtime/. With source maps a stack names the sources instead.
const root = __dirname.slice(0, __dirname.lastIndexOf(join(sep, 'dist', 'runtime')));
const own = [
  ...[join('dist', 'runtime'), 'runtime', 'lib'].map((folder) => join(root, folder) + sep),
  // What calls the runtime. An app that uses them, too, has frames of its own before these.
  ...['ws', 'puppeteer-core'].map((name) => join(sep, 'node_modules', name) + sep)
];

/** Where the app's own code is on the stack, one place a line; empty when the runtime did it by itself. */
export const appStack = () => stackWithout((line) => own.some((folder) => line.includes(folder)));
