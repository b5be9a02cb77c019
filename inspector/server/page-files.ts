import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { PageFiles } from './inspector-server';

/** dist/inspector/page/, seen from dist/runtime/main/ and from dist/inspector/server/. */
export function pageFiles(): PageFiles {
  const read = (name: string) => readFileSync(join(__dirname, '..', '..', 'inspector', 'page', name), 'utf8');
  return {
    'index.html': { type: 'text/html', text: read('index.html') },
    'page.js': { type: 'text/javascript', text: read('page.js') },
    'page.css': { type: 'text/css', text: read('page.css') }
  };
}
