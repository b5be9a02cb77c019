// The GN side: where this repository sits in Chromium's tree, the arguments, and `gn gen`.

import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from 'node:fs';
import { join, relative } from 'node:path';

import { root } from '../tools';
import { must } from './execute';
import { flavours, gnOptions, isCheckout, isFork, link, outOf, src, tools } from './layout';
import { llvm } from './pins';
import { say } from './report';

import type { Flavour } from './layout';

type Args = Record<string, boolean | number | string>;

/**
 * For any tree: an optimized build with Chromium's DCHECKs, and V8 as Electron and its Node have it, less ICU and
 * Temporal. The wire is a stand-in of the same bytes, but in a fork's tree Blink's own.
 */
const commonArgs: Args = {
  dcheck_always_on: true,
  electron_ports_small_link: !isFork,
  is_component_build: false,
  is_debug: false,
  symbol_level: 0,
  use_siso: false,
  v8_embedder_string: '-electron.0',
  v8_enable_i18n_support: false,
  v8_enable_javascript_promise_hooks: true,
  v8_enable_temporal_support: false,
  v8_promise_internal_field_count: 1
};

/** The program of shell/node/: Node as Electron's build/args/all.gn has it, less SQLite. */
const nodeArgs: Args = {
  electron_ports_node: true,
  node_module_version: 148,
  node_openssl_path: '//third_party/boringssl',
  node_use_sqlite: false
};

/** For Debian's sources: Debian's tools, and the system's ICU. */
const debianArgs: Args = {
  chrome_pgo_phase: 0,
  clang_base_path: `/usr/lib/llvm-${llvm}`,
  clang_use_chrome_plugins: false,
  clang_version: llvm,
  custom_toolchain: '//build/toolchain/linux/unbundle:default',
  host_toolchain: '//build/toolchain/linux/unbundle:default',
  icu_use_data_file: false,
  is_cfi: false,
  lld_path: `/usr/lib/llvm-${llvm}/bin`,
  rust_bindgen_root: join(tools, 'bindgen', 'usr'),
  rust_sysroot_absolute: '/usr',
  // Only part of the path of what rustc makes: any fixed text does.
  rustc_version: 'rustc-web',
  treat_warnings_as_errors: false,
  use_custom_libcxx: false,
  use_perfetto_trace_processor: false,
  use_sysroot: false,
  use_thin_lto: false,
  // Files that include the same long list of headers are compiled together: 290 steps for V8 rather than 1,380.
  v8_enable_cluster_build: true,
  v8_enable_maglev: false
};

/** V8's own checks cost it half of its speed, which benchmarks would take for ours. */
const plainArgs: Args = {
  v8_dcheck_always_on: false
};

/** Those checks are in here. For both uses of that build, as all of Chromium has to be compiled for either. */
const asanArgs: Args = {
  // They would come from git.
  generate_fuzzer_owners: false,
  is_asan: true,
  use_libfuzzer: true,
  // As in Electron: V8 goes without it where something is fuzzed, and Node cannot.
  v8_use_perfetto: true
};

/**
 * Coverage, which libFuzzer goes by, is counted only in what is fuzzed. Not by GN's argument for that, which fails in the
 * toolchain of the build tools. Relative to the out dir.
 */
const coverageFlag = '-fsanitize-coverage-allowlist=../../electron_ports/script/native/fuzz-coverage.txt';

/** What the unbundled toolchain of Debian's sources reads; a checkout needs none of it. */
export const environmentOf = (flavour: Flavour): NodeJS.ProcessEnv =>
  isCheckout
    ? {}
    : {
        CC: `clang-${llvm}`,
        CXX: `clang++-${llvm}`,
        AR: `llvm-ar-${llvm}`,
        NM: `llvm-nm-${llvm}`,
        CFLAGS: '-Wno-everything',
        CXXFLAGS: ['-stdlib=libc++', '-Wno-everything', ...(flavour === 'asan' ? [coverageFlag] : [])].join(' '),
        LDFLAGS: '-stdlib=libc++ -static-libstdc++',
        // Chromium's Rust uses features of the nightly compiler.
        RUSTC_BOOTSTRAP: '1',
        // The build's own tools are compiled the same way, and leave memory to the end of their process.
        ...(flavour === 'asan' ? { ASAN_OPTIONS: 'detect_leaks=0' } : {})
      };

/** Where Node's build finds `gn`. Not in `environmentOf`, as the rest of a PATH changes nothing that is built. */
export const buildPath = isCheckout ? process.env.PATH : `${join(tools, 'bin')}:${process.env.PATH}`;

export const ninja = isCheckout ? join(src, 'third_party', 'ninja', 'ninja') : 'ninja';
const gn = isCheckout ? join(src, 'buildtools', 'linux64', 'gn') : join(tools, 'gn');

const format = (args: Args): string =>
  Object.entries(args)
    .map(([name, value]) => `${name} = ${JSON.stringify(value)}\n`)
    .sort()
    .join('');

/** What `args.gn` holds. GN reads the environment too, so a change there has to be one here. */
export const argsOf = (flavour: Flavour): string =>
  `# ${JSON.stringify(environmentOf(flavour))}\n` +
  format({
    ...commonArgs,
    ...(isCheckout ? {} : { ...debianArgs, ...nodeArgs }),
    ...(flavour === 'asan' ? asanArgs : plainArgs)
  });

/** gn writes this one last. */
const generated = (flavour: Flavour): string => join(outOf(flavour), 'build.ninja.d');

/** Ninja rebuilds what is older than its source, and another worktree's files may be older than what was made of them. */
function forgetOtherWorktree(): void {
  for (const flavour of flavours) {
    for (const path of ['obj/electron_ports', 'gen/electron_ports']) {
      rmSync(join(outOf(flavour), path), { recursive: true, force: true });
    }
    rmSync(generated(flavour), { force: true });
  }
}

/** Makes //electron_ports this repository. A link that another worktree left is moved; a folder is someone's own. */
function linkRepository(): void {
  if (existsSync(link) && !lstatSync(link).isSymbolicLink()) {
    if (relative(link, root) === '') return;
    throw new Error(`${link} is in the way: it has to be a link to ${root}, or not to be there`);
  }
  // Of a link to what is gone, existsSync() says that it is not there.
  if (lstatSync(link, { throwIfNoEntry: false })) {
    if (readlinkSync(link) === root) return;
    rmSync(link);
    forgetOtherWorktree();
  }
  symlinkSync(root, link);
}

/** Runs `gn gen` if it never ran with these arguments. Later changes to BUILD files are noticed by ninja itself. */
export async function configure(flavour: Flavour): Promise<void> {
  linkRepository();
  const out = outOf(flavour);
  const args = argsOf(flavour);
  const argsFile = join(out, 'args.gn');
  if (existsSync(generated(flavour)) && existsSync(argsFile) && readFileSync(argsFile, 'utf8') === args) return;
  mkdirSync(out, { recursive: true });
  writeFileSync(argsFile, args);
  say('running gn gen');
  await must(gn, ['gen', out, ...gnOptions], { cwd: src, env: environmentOf(flavour) });
}

/** Checks the format of this repository's BUILD files, and that includes and deps of its targets agree. */
export async function checkBuildFiles(flavour: Flavour): Promise<void> {
  await must(gn, ['format', '--dry-run', join(root, 'BUILD.gn'), join(root, 'filenames.gni')]);
  await must(gn, ['check', outOf(flavour), '//electron_ports/*', ...gnOptions], {
    cwd: src,
    env: environmentOf(flavour)
  });
}
