// What shell/ includes has to be in the trees that it is compiled with. A header that upstream moved is found out here in
// a second, and not by a compiler hours later.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { files, root } from '../tools';

/** Of Blink's bindings, which are generated from IDL files of other names: can't be looked up. */
const generated = /\/bindings\/core\/v8\/v8_[a-z_]+\.h$/;

/** Node.js and what comes with it are in a tree of Electron's Chromium, and included from folders of their own. */
const node = 'third_party/electron_node';
const nodeFolders = ['src', 'deps/uv/include'].map((folder) => `${node}/${folder}`);
const nodeHeaders = /^(node[a-z_]*|uv)\.h$/;

function exists(header: string, electron: string, chromium: string): boolean {
  // A mojom's header is generated, too, but from the mojom beside which it is named.
  const source = header.replace(/\.mojom(-[a-z-]+)?\.h$/, '.mojom');
  if (source.startsWith('electron_ports/')) return existsSync(join(root, source.slice('electron_ports/'.length)));
  if (source.startsWith('shell/')) return [root, electron].some((tree) => existsSync(join(tree, source)));
  if (nodeHeaders.test(source)) {
    // A Chromium without Electron has no Node.js, and nothing to check it with.
    if (!existsSync(join(chromium, node))) return true;
    return nodeFolders.some((folder) => existsSync(join(chromium, folder, source)));
  }
  return existsSync(join(chromium, source)) || generated.test(source);
}

/** One line for each header that is nowhere. */
export function findMissingIncludes(electron: string, chromium: string): string[] {
  return files('shell', /\.(cc|h)$/).flatMap((path) =>
    [...readFileSync(join(root, path), 'utf8').matchAll(/^#include "(.+)"/gm)]
      .filter(([, header]) => !exists(header, electron, chromium))
      .map(([, header]) => `${path}: includes ${header}, which is in neither tree`)
  );
}
