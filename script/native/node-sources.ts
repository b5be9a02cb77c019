// Node's sources for the program of shell/node/: Debian's source package, the dependencies that Debian takes out of it
// (from other source packages and from npm), Electron's patches, and a patch of ours for what differs from the version
// that Electron pins.

import { build } from 'esbuild';

import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { applyWithGit, namesIn } from './electron';
import { must } from './execute';
import { nodeRecipes } from './layout';
import { llvm, nodeModules, nodePackages } from './pins';
import { say } from './report';

/** What is in Electron's patches and not in these sources, or only tested there. */
const unwanted = /^(test|doc|deps\/(v8|sqlite|uv\/(docs|test|src\/win)))\//;

/**
 * Patches that are for another version of what they touch: the files to leave out, whose changes are in node.patch where
 * they matter. The two that are left out wholly serve warnings.
 */
const differing: Record<string, RegExp> = {
  'build_enable_perfetto.patch': /^(src\/tracing\/agent\.(cc|h)|unofficial\.gni|node\.gyp)$/,
  'chore_disable_deprecation_ftbfs_in_simdjson_header.patch': /./,
  'chore_exclude_electron_node_folder_from_exit-time-destructors.patch': /./,
  'fix_expose_the_built-in_electron_module_via_the_esm_loader.patch': /^lib\/internal\/modules\/esm\/resolve\.js$/,
  'feat_add_uv_loop_interrupt_on_io_change_option_to_uv_loop_configure.patch': /^deps\/uv\/src\/unix\/core\.c$/
};

/** Where hunks may fail: the import list of a loader (in node.patch), and reading package.json out of an archive. */
const failing = ['lib/internal/modules/esm/resolve.js', 'src/node_modules.cc'];

/**
 * @param downloads holds the tarballs of `nodePackages`
 * @param scratch a folder that this may fill and empty
 */
export async function prepareNode(node: string, src: string, electron: string, downloads: string, scratch: string) {
  say("assembling Node's sources");
  rmSync(scratch, { recursive: true, force: true });
  const unpacked = (name: string): string => join(scratch, name);
  for (const name of Object.keys(nodePackages)) {
    mkdirSync(unpacked(name), { recursive: true });
    const tarball = readdirSync(downloads).find((file) => new RegExp(`^${name}_[^_]*\\.orig\\.tar\\.\\w+$`).test(file));
    if (!tarball) throw new Error(`the source package ${name} has not been downloaded to ${downloads}`);
    await must('tar', ['-x', '-C', unpacked(name), '--strip-components=1', '-f', join(downloads, tarball)]);
  }
  const deps = join(unpacked('nodejs'), 'deps');
  // Of V8 only its tools are bundled. The protocol of its inspector is Chromium's copy's.
  cpSync(join(deps, 'v8', 'tools'), join(scratch, 'tools'), { recursive: true });
  rmSync(join(deps, 'v8'), { recursive: true });
  cpSync(join(scratch, 'tools'), join(deps, 'v8', 'tools'), { recursive: true });
  mkdirSync(join(deps, 'v8', 'include'));
  copyFileSync(join(src, 'v8', 'include', 'js_protocol.pdl'), join(deps, 'v8', 'include', 'js_protocol.pdl'));

  for (const [folder, name] of Object.entries({ uv: 'libuv1', nghttp2: 'nghttp2', histogram: 'libhdr-histogram' })) {
    cpSync(unpacked(name), join(deps, folder), { recursive: true });
  }
  cpSync(join(unpacked('ada-url'), 'include'), join(deps, 'ada', 'include'), { recursive: true });
  cpSync(join(unpacked('ada-url'), 'src'), join(deps, 'ada', 'src'), { recursive: true });
  for (const file of ['simdjson.cpp', 'simdjson.h']) {
    mkdirSync(join(deps, 'simdjson'), { recursive: true });
    copyFileSync(join(unpacked('simdjson'), 'singleheader', file), join(deps, 'simdjson', file));
  }
  await configureCares(unpacked('c-ares'), join(deps, 'cares'));
  await bundleModules(deps, unpacked('llhttp'), scratch);
  for (const name of readdirSync(nodeRecipes).filter((name) => name.endsWith('.gn'))) {
    copyFileSync(join(nodeRecipes, name), join(deps, name.slice(0, -'.gn'.length), 'BUILD.gn'));
  }
  await applyNodePatches(unpacked('nodejs'), join(electron, 'patches', 'node'));
  await applyWithGit(unpacked('nodejs'), join(nodeRecipes, 'node.patch'));
  mkdirSync(dirname(node), { recursive: true });
  cpSync(unpacked('nodejs'), node, { recursive: true });
  rmSync(scratch, { recursive: true });
}

/** c-ares's own configure writes the headers that its build asks for. */
async function configureCares(sources: string, into: string): Promise<void> {
  const options = ['--disable-shared', '--disable-tests'];
  await must('sh', ['./configure', ...options], { cwd: sources, env: { CC: `clang-${llvm}` } });
  cpSync(sources, into, { recursive: true });
}

/** What Node bundles of npm's packages, and llhttp's C, which its TypeScript writes. */
async function bundleModules(deps: string, llhttp: string, scratch: string): Promise<void> {
  const npm = join(scratch, 'npm');
  mkdirSync(npm);
  writeFileSync(join(npm, 'package.json'), JSON.stringify({ private: true, dependencies: nodeModules }));
  await must('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: npm });
  const packaged = (...path: string[]): string => join(npm, 'node_modules', ...path);
  const copies = {
    'acorn/dist/acorn.js': 'acorn/acorn/dist/acorn.js',
    'acorn-walk/dist/walk.js': 'acorn/acorn-walk/dist/walk.js',
    'amaro/dist/index.js': 'amaro/dist/index.js'
  };
  for (const [from, to] of Object.entries(copies)) {
    mkdirSync(dirname(join(deps, to)), { recursive: true });
    copyFileSync(packaged(from), join(deps, to));
  }
  const bundle = (entry: string, outfile: string): Promise<unknown> =>
    build({
      entryPoints: [packaged(entry)],
      outfile: join(deps, outfile),
      bundle: true,
      platform: 'node',
      keepNames: true,
      logLevel: 'error',
      define: { esbuildDetection: '1' }
    });
  await bundle('minimatch/dist/commonjs/index.js', 'minimatch/index.js');
  await bundle('undici/index-fetch.js', 'undici/undici.js');

  cpSync(packaged(), join(llhttp, 'node_modules'), { recursive: true });
  await must(join(llhttp, 'node_modules', '.bin', 'tsx'), ['bin/generate.ts'], { cwd: llhttp });
  for (const folder of ['include', 'src']) mkdirSync(join(deps, 'llhttp', folder), { recursive: true });
  copyFileSync(join(llhttp, 'build', 'llhttp.h'), join(deps, 'llhttp', 'include', 'llhttp.h'));
  copyFileSync(join(llhttp, 'build', 'c', 'llhttp.c'), join(deps, 'llhttp', 'src', 'llhttp.c'));
  for (const file of ['api.c', 'http.c']) {
    copyFileSync(join(llhttp, 'src', 'native', file), join(deps, 'llhttp', 'src', file));
  }
}

/** Electron's patches, with fuzz: they are for another minor version. */
async function applyNodePatches(node: string, folder: string): Promise<void> {
  const part = join(node, 'part.patch');
  for (const name of namesIn(folder)) {
    const changes = readFileSync(join(folder, name), 'utf8')
      .split(/^(?=diff --git )/m)
      .slice(1);
    const wanted = changes.filter((change) => {
      const path = /^diff --git a\/(\S+)/.exec(change)![1];
      return !unwanted.test(path) && !differing[name]?.test(path);
    });
    if (wanted.length === 0) continue;
    writeFileSync(part, wanted.join(''));
    const options = ['-p1', '-f', '-F3', '--no-backup-if-mismatch'];
    await must('patch', [...options, '-i', part], { cwd: node }).catch((error: unknown) => {
      const refused = failing.filter((path) => existsSync(join(node, `${path}.rej`)));
      if (refused.length === 0) throw new Error(`${name} does not apply`, { cause: error });
      for (const path of refused) rmSync(join(node, `${path}.rej`));
    });
  }
  rmSync(part);
}
