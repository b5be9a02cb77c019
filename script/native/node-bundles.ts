// The JavaScript of the program of shell/node/, bundled as Electron bundles its own: lib/ of this repository first, then
// Electron's, patched. GN's action `node_js2c` compiles it in.

import { build } from 'esbuild';

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { root } from '../tools';
import { electronVersion } from './pins';

import type { Plugin } from 'esbuild';

const out = join(root, 'dist', 'native', 'electron', 'js2c');

/** Looks for `@electron/internal/*` as the patched webpack configuration of Electron does. */
const resolveInternal = (electron: string): Plugin => ({
  name: '@electron/internal',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^@electron\/internal\// }, ({ path }) => {
      const name = `${path.slice('@electron/internal/'.length)}.ts`;
      const found = [join(root, 'lib'), join(electron, 'lib')].map((lib) => join(lib, name)).find(existsSync);
      return found ? { path: found } : { errors: [{ text: `${path} is neither in lib/ nor in Electron's` }] };
    });
    // One object, which the bundle's entry fills.
    onResolve({ filter: /^electron(\/main)?$/ }, () => ({ path: 'electron', namespace: 'electron' }));
    onLoad({ filter: /^/, namespace: 'electron' }, () => ({ contents: 'module.exports = {};' }));
  }
});

/** @param electron Electron's sources, with the patches of this repository */
export async function bundleNode(electron: string): Promise<void> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: {
      browser_init: 'shell/node/lib/browser-init.ts',
      port_bridge_init: 'lib/browser/worker-ports/bridge-init.ts',
      utility_init: 'shell/node/lib/utility-init.ts'
    },
    outdir: out,
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    target: 'node24',
    keepNames: true,
    logLevel: 'error',
    define: { ELECTRON_VERSION: JSON.stringify(electronVersion), __non_webpack_require__: 'require' },
    // Node's own modules.
    external: ['internal/*'],
    plugins: [resolveInternal(electron)]
  });
  for (const { path, contents } of outputFiles) {
    // Ninja compiles it again when it is newer.
    if (existsSync(path) && readFileSync(path).equals(contents)) continue;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, contents);
  }
}
