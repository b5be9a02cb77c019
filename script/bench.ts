// Runs the benchmarks, on the stock runtime or in the native tree, and writes each one's figures and chart into
// docs/benchmarks/. Nothing here passes or fails: whether a target was met is told, not asserted.

import { program } from 'commander';
import { build } from 'esbuild';

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { measureFork } from '../benchmark/fork/measure';
import { drawChart } from '../benchmark/lib/chart';
import { printCounts } from '../benchmark/lib/counts-table';
import { printSoak } from '../benchmark/lib/soak-table';
import { printReport } from '../benchmark/lib/table';
import { measureNative } from '../benchmark/native/measure';
import { benchmarkBuild, buildBenchmark, canBuildBenchmark } from './native/benchmark';
import { outOf } from './native/layout';
import { files, root } from './tools';

import type { CountsReport } from '../benchmark/counts/main';
import type { Report } from '../benchmark/lib/run';
import type { SoakReport } from '../benchmark/soak/main';
import type { BuildOptions } from 'esbuild';

/** Those that are no app's main script. */
const native = 'native';
const fork = 'fork';
/** Those that compare nothing, and take minutes: to be asked for by name. */
const soak = 'soak';
const counts = 'counts';

const folders = readdirSync(join(root, 'benchmark'));
const apps = folders.filter(
  (name) => ![soak, counts].includes(name) && files(`benchmark/${name}`, /\/main\.ts$/).length > 0
);
const all = [...apps, native, fork, soak, counts];

const { rounds, out, electron, upstream, minutes, seed, divisor } = program
  .name('npm run bench --')
  .description('Runs the benchmarks, writes figures and charts, and prints both ratios and whether targets were met.')
  .argument('[names...]', `which to run, of ${all.join(', ')}; without any, all`)
  .option('--rounds <number>', 'how often each side has its go', '7')
  .option('--out <folder>', 'where the results go', join(root, 'docs', 'benchmarks'))
  .option(
    '--electron <path>',
    `for ${fork} and ${soak}: a binary with the patches`,
    join(outOf('plain'), 'electron_ports_node')
  )
  .option('--upstream <path>', `for ${fork}: one of the same tree without them`)
  .option('--minutes <number>', `for ${soak}: how long`, '10')
  .option('--seed <number>', `for ${soak}: the same gives the same actions`, String(Date.now() % 2 ** 31))
  .option('--divisor <number>', `for ${counts}: which part of all to do`, '1')
  .parse()
  .opts<Record<'rounds' | 'out' | 'electron' | 'minutes' | 'seed' | 'divisor', string> & { upstream?: string }>();

let names = program.args;
if (names.length === 0) {
  names = [...apps, ...(canBuildBenchmark() ? [native] : []), ...(upstream ? [fork] : [])];
  if (!canBuildBenchmark()) console.log('skipped: native: native tree not built (npm run native)');
  if (!upstream) console.log('skipped: fork: no binary of upstream to compare with (--upstream)');
}
for (const name of names) {
  if (!all.includes(name)) program.error(`There is no benchmark "${name}": there are ${all.join(', ')}`);
}
if (names.includes(native) && !canBuildBenchmark()) program.error('native tree not built (npm run native)');
if (names.includes(fork)) {
  if (!upstream) program.error('fork needs --upstream PATH');
  for (const path of [electron, upstream]) if (!existsSync(path)) program.error(`${path} is not there`);
}
if (!/^[1-9]\d*$/.test(rounds)) program.error(`--rounds needs a number from 1 on, not "${rounds}"`);

/** @returns the path of the bundled main script */
async function bundle(name: string): Promise<string> {
  const outdir = join(root, 'dist', 'benchmark', name);
  const common: BuildOptions = { absWorkingDir: root, outdir, bundle: true, logLevel: 'error' };
  const forNode = files(`benchmark/${name}`, /\/(main|[^/]*-peer)\.ts$/);
  const forPages = files(`benchmark/${name}`, /\/page\.ts$/);
  await build({
    ...common,
    // A bundle that launches Chromium needs the janitor beside itself.
    entryPoints: { ...entries(forNode), 'chromium/janitor': 'runtime/main/chromium/janitor.ts' },
    outExtension: { '.js': '.cjs' },
    packages: 'external',
    platform: 'node',
    format: 'cjs',
    target: 'node20'
  });
  await build({
    ...common,
    entryPoints: entries(forPages),
    platform: 'browser',
    format: 'iife',
    target: 'chrome150'
  });
  return join(outdir, 'main.cjs');
}

function entries(paths: readonly string[]): Record<string, string> {
  return Object.fromEntries(paths.map((path) => [/([^/]+)\.ts$/.exec(path)![1], path]));
}

const onStock = [process.execPath, join(root, 'script', 'electron-ports.mjs')];

/** Runs a main script, which writes its report where it is told. */
async function runApp(main: string, args: string[], [command, ...first] = onStock): Promise<unknown> {
  const file = join(dirname(main), 'report.json');
  // A folder of its own, so that what is left in it can be told.
  const temporary = mkdtempSync(join(tmpdir(), 'bench-'));
  const child = spawn(command, [...first, main, ...args, file], {
    cwd: root,
    env: { ...process.env, TMPDIR: temporary },
    stdio: 'inherit'
  });
  const [status] = (await once(child, 'exit')) as [number | null];
  rmSync(temporary, { recursive: true });
  if (status !== 0) throw new Error(`${main} ended with status ${status}`);
  return JSON.parse(readFileSync(file, 'utf8'));
}

async function run(name: string): Promise<Report> {
  if (name === native) return measureNative(await buildBenchmark(), benchmarkBuild, Number(rounds));
  const main = await bundle(name);
  if (name === fork) {
    const peer = join(dirname(main), 'fork-peer.cjs');
    return measureFork({ fork: electron, upstream: upstream! }, peer, benchmarkBuild, Number(rounds));
  }
  return (await runApp(main, [rounds])) as Report;
}

mkdirSync(out, { recursive: true });
const save = (name: string, report: object) =>
  writeFileSync(join(out, `${name}.json`), `${JSON.stringify(report, null, 2)}\n`);
for (const name of names) {
  if (name === soak) {
    const isOnElectron = program.getOptionValueSource('electron') === 'cli';
    const runtime = isOnElectron ? [electron, '--js-flags=--expose-gc'] : onStock;
    const report = (await runApp(await bundle(soak), [minutes, seed], runtime)) as SoakReport;
    save(isOnElectron ? 'soak-fork' : name, report);
    printSoak(report);
    continue;
  }
  if (name === counts) {
    const report = (await runApp(await bundle(counts), [divisor])) as CountsReport;
    save(name, report);
    printCounts(report);
    continue;
  }
  const report = await run(name);
  save(name, report);
  writeFileSync(join(out, `${name}.svg`), drawChart(report));
  printReport(report);
}
