// Bundles the TypeScript of the stock runtime and of the scripts into dist/, at every run: what has changed since is built
// again, so nothing can be stale.

import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');

/** @type {import('esbuild').BuildOptions} */
const common = {
  absWorkingDir: root,
  bundle: true,
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
 * When a file was changed, and how long it is.
 * @param {string} path
 * @returns {Promise<string>} empty when it is not there
 */
async function stamp(path) {
  const found = await stat(join(root, path)).catch(() => undefined);
  return found ? `${found.mtimeMs} ${found.size}` : '';
}

/**
 * @param {string} record of an earlier build
 * @returns {Promise<boolean>} whether it is there, and all files are as that build found and left them
 */
async function isFresh(record) {
  const text = await readFile(record, 'utf8').catch(() => '{}');
  const files = Object.entries(JSON.parse(text));
  const isSame = await Promise.all(files.map(async ([path, known]) => (await stamp(path)) === known));
  return files.length > 0 && isSame.every(Boolean);
}

/**
 * Writes only what changed, each file by a rename: another process may be reading dist/ meanwhile. Builds nothing when no
 * file has changed since, which is most of the time.
 * @param {import('esbuild').BuildOptions & { entryPoints: string[] }} options
 */
async function write(options) {
  const record = join(dist, 'built', `${options.entryPoints[0].replaceAll('/', '-')}.json`);
  if (await isFresh(record)) return;
  const start = Date.now();
  const { build } = await import('esbuild');
  const { outputFiles, metafile } = await build({ ...options, write: false, metafile: true });
  await Promise.all(outputFiles.map(({ path, contents }) => replace(path, contents)));
  // Of packages the one list changes when any of them does.
  const inputs = Object.keys(metafile.inputs).filter((path) => !path.includes('node_modules'));
  const outputs = outputFiles.map(({ path }) => relative(root, path));
  const own = ['script/build.mjs', 'tsconfig.json', 'node_modules/.package-lock.json'];
  const stamps = await Promise.all([...own, ...inputs, ...outputs].map(async (path) => [path, await stamp(path)]));
  // Of what was changed meanwhile nobody knows whether the build has seen it.
  if (stamps.slice(0, own.length + inputs.length).some(([, found]) => parseFloat(found) >= start)) return;
  await replace(record, Buffer.from(JSON.stringify(Object.fromEntries(stamps))));
}

/**
 * @param {string} path
 * @param {Uint8Array} contents
 */
async function replace(path, contents) {
  const old = await readFile(path).catch(() => null);
  if (old?.equals(contents)) return;
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}`;
  await writeFile(temporary, contents);
  await rename(temporary, path);
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
    write({ ...forChromium, entryPoints: ['runtime/renderer/clone-result.ts'] }),
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
