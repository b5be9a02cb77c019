// Bundles the TypeScript of the stock runtime and of the scripts into dist/. esbuild takes about a tenth of a second, so
// everything is built at every run and nothing can be stale.

import { build } from 'esbuild';

import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');

/** @type {import('esbuild').BuildOptions} */
const common = {
  absWorkingDir: root,
  bundle: true,
  write: false,
  sourcemap: 'linked',
  logLevel: 'error',
  outdir: dist,
  outbase: root,
  alias: { '@electron/internal': join(root, 'lib') }
};

/** @type {import('esbuild').BuildOptions} */
// Apps see the names of classes, in error texts too.
const forNode = { ...common, platform: 'node', target: 'node20', packages: 'external', keepNames: true };

// What runs inside Chromium is text that the main process serves or injects, so it carries no source map.
/** @type {import('esbuild').BuildOptions} */
const forChromium = {
  ...common,
  platform: 'browser',
  format: 'iife',
  target: 'chrome150',
  sourcemap: false,
  alias: { ...common.alias, 'node:events': 'events' }
};

/**
 * Writes only what changed, each file by a rename: another process may be reading dist/ meanwhile.
 * @param {import('esbuild').BuildOptions} options
 */
async function write(options) {
  const { outputFiles } = await build(options);
  await Promise.all(
    (outputFiles ?? []).map(async ({ path, contents }) => {
      const old = await readFile(path).catch(() => null);
      if (old?.equals(contents)) return;
      await mkdir(dirname(path), { recursive: true });
      const temporary = `${path}.${process.pid}`;
      await writeFile(temporary, contents);
      await rename(temporary, path);
    })
  );
}

/** Builds what runs in the main process, in the hub and in every renderer. */
export async function buildRuntime() {
  await Promise.all([
    write({
      ...forNode,
      format: 'cjs',
      outExtension: { '.js': '.cjs' },
      entryPoints: [
        'runtime/main/electron.ts',
        'runtime/main/chromium/janitor.ts',
        'runtime/node/worker-thread/bridge-thread.ts',
        'runtime/utility/utility.ts',
        // Loaded by the fork.
        'inspector/server/inspection.ts'
      ]
    }),
    write({
      ...forChromium,
      entryPoints: [
        'runtime/hub/hub.ts',
        'runtime/hub/link.ts',
        'runtime/hub/rendezvous.ts',
        'runtime/renderer/main-world.ts',
        'runtime/renderer/inspector/observe.ts'
      ]
    }),
    write({
      ...forChromium,
      minify: true,
      legalComments: 'linked',
      loader: { '.html': 'copy' },
      entryPoints: ['inspector/page/page.ts', 'inspector/page/page.css', 'inspector/page/index.html']
    }),
    // Called with DevTools: a global of its own would be the page's to see.
    write({ ...forChromium, entryPoints: ['runtime/renderer/clone-result.ts'], globalName: 'electronPorts' }),
    // Variables of the function that is injected.
    write({ ...forChromium, entryPoints: ['runtime/renderer/buffer.ts'], globalName: 'bufferModule', minify: true }),
    write({ ...forChromium, entryPoints: ['runtime/renderer/url.ts'], globalName: 'urlModule', minify: true }),
    // lib/ finds its bindings through `process`, which a page has not got.
    write({ ...forChromium, entryPoints: ['runtime/renderer/renderer.ts'], inject: ['runtime/renderer/process.ts'] })
  ]);
}

/**
 * @param {string} name of a file in script/, without its extension
 * @returns {Promise<string>} the path of its bundle
 */
export async function buildScript(name) {
  await write({ ...forNode, format: 'esm', outExtension: { '.js': '.mjs' }, entryPoints: [`script/${name}.ts`] });
  return join(dist, 'script', `${name}.mjs`);
}
