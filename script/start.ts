// `npm start`: runs the proposal's own example.

import { join } from 'node:path';

import { root } from './tools';

process.argv = [process.argv[0], process.argv[1], join(root, 'examples', 'renderer-to-renderer', 'main.js')];
await import('./electron');
