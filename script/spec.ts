// Runs the suite: on the stock runtime, or on a real Electron binary with --electron. Its last line is
// `N passed, N failed, N skipped`.

import { program } from 'commander';
import { build } from 'esbuild';

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { outOf } from './native/layout';
import { sanitizerEnvironment } from './native/sanitizer';
import { files, root } from './tools';

const options = program
  .name('npm run spec --')
  .description('Runs the specs and ends with `N passed, N failed, N skipped`.')
  .option('-g, --grep <pattern>', 'run only the tests whose full title matches')
  .option('--electron <path>', 'run on this Electron binary rather than on the stock runtime')
  .option('--native', "run on the fork's main process without Chromium, which npm run native builds")
  .option('--asan', 'with --native: on the one with AddressSanitizer, which npm run native -- --asan builds')
  .parse()
  .opts<{ grep?: string; electron?: string; native?: boolean; asan?: boolean }>();
const { grep, native, asan } = options;
const flavour = asan ? 'asan' : 'plain';
if (asan && !native) program.error('--asan is of --native');
const electron = native ? join(outOf(flavour), 'electron_ports_node') : options.electron;
if (electron && !existsSync(electron)) {
  const remedy = native ? `: run npm run native${asan ? ' -- --asan' : ''}` : '';
  program.error(`${electron} is not there${remedy}`);
}

// What is in spec/stock proves parts of the stock runtime that no other runtime has.
const specs = files('spec', /-spec\.ts$/).filter((file) => !electron || !file.startsWith('spec/stock/'));
const out = join(root, 'dist', 'spec');
rmSync(out, { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: [
    'spec/main.ts',
    ...specs,
    // A bundle that launches Chromium needs it beside itself.
    { in: 'runtime/main/chromium/janitor.ts', out: 'stock/chromium/janitor' }
  ].map((entry) => (typeof entry === 'string' ? { in: entry, out: entry.replace(/^spec\/|\.ts$/g, '') } : entry)),
  outdir: out,
  outExtension: { '.js': '.cjs' },
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  sourcemap: 'linked',
  logLevel: 'error'
});

// The packages of the library specs as apps have them: loaded by Node.js, and bundled for a page or a preload script.
const libraries = { absWorkingDir: root, outbase: 'spec', outdir: out, bundle: true, logLevel: 'error' } as const;
await Promise.all([
  build({
    ...libraries,
    entryPoints: files('spec/fixtures', /-preload\.ts$/),
    outExtension: { '.js': '.cjs' },
    external: ['electron'],
    platform: 'node',
    format: 'cjs',
    target: 'chrome150'
  }),
  build({
    ...libraries,
    entryPoints: ['realm', 'in-node', 'in-pool'].map((name) => `spec/fixtures/libraries/${name}.ts`),
    outExtension: { '.js': '.mjs' },
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20'
  }),
  build({
    ...libraries,
    entryPoints: ['in-page', 'electron-page'].map((name) => `spec/fixtures/libraries/${name}.ts`),
    platform: 'browser',
    format: 'iife',
    target: 'chrome150',
    // Loaded in Node.js only.
    external: ['vscode-jsonrpc/node', 'piscina']
  })
]);

const main = join(out, 'main.cjs');
const command = electron
  ? [electron, '--js-flags=--expose-gc', main]
  : [process.execPath, join(root, 'script', 'electron-ports.mjs'), main];
const child = spawn(command[0], [...command.slice(1), ...(grep ? ['--grep', grep] : [])], {
  cwd: root,
  // Electron warns on the console of each page, among what the specs expect there.
  env: { ...process.env, ...sanitizerEnvironment(flavour), ELECTRON_DISABLE_SECURITY_WARNINGS: 'true' },
  stdio: 'inherit'
});
const [status] = (await once(child, 'exit')) as [number | null];
process.exitCode = status ?? 1;
