// `npm run native`: shell/ compiled and tested against the real //base, //mojo, //gin and V8 of Chromium 150 and Node 24,
// with Electron's patches. Every step is skipped when it is done, so a run that was interrupted goes on where it was. Its
// last line is `N passed, N failed, N skipped`.

import { program } from 'commander';

import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

import { checkBuildFiles, configure } from './native/configure';
import { prepareElectron } from './native/electron';
import { fuzz, fuzzers } from './native/fuzz';
import { isCheckout, outOf, src, whyUnusable } from './native/layout';
import { build } from './native/ninja';
import { bundleNode } from './native/node-bundles';
import { installPackages } from './native/packages';
import { duration, say } from './native/report';
import { prepareSources } from './native/sources';
import { runSpecs } from './native/specs';
import { builtStages, lockTree, markBuilt, stages } from './native/tree';
import { runTests } from './native/unittests';
import { root } from './tools';

import type { Flavour } from './native/layout';
import type { Stage } from './native/tree';
import type { Counts } from './native/unittests';

interface Options {
  filter?: string;
  stage?: Stage;
  built?: boolean;
  check?: boolean;
  asan?: boolean;
  fuzz?: true | number;
  jobs?: number;
}

const binaries: Record<Stage, string> = {
  mojo: 'electron_ports_unittests',
  v8: 'electron_ports_v8_unittests',
  node: 'electron_ports_node'
};

/** A checkout of Chromium has no Node, and Node has no fuzzer. */
const stagesOf = (fuzzes: boolean): Stage[] => stages.filter((stage) => stage !== 'node' || !(isCheckout || fuzzes));

/** What the stage without V8 compiles all the same, without linking it: the files of shell/ that use V8's headers. */
function v8Objects(): string[] {
  const list = readFileSync(join(root, 'filenames.gni'), 'utf8');
  const sources = ['common_v8_sources', 'browser_sources'].flatMap((name) => {
    const body = new RegExp(`\\b${name} =\\s*\\[([^\\]]*)\\]`).exec(list)?.[1] ?? '';
    return [...body.matchAll(/"\/\/([^"]+\.cc)"/g)].map(([, path]) => path);
  });
  // `file^` is ninja's way to say "what is made of this file".
  return sources.map((path) => `../../${path}^`);
}

async function run({ filter, stage, built, check, asan, fuzz: minutes, jobs }: Options): Promise<Counts> {
  const unusable = whyUnusable();
  if (unusable) throw new Error(unusable);
  const flavour: Flavour = asan || minutes ? 'asan' : 'plain';
  const possible = stagesOf(minutes !== undefined);
  const last = stage ?? 'node';
  const done = built ? builtStages(flavour) : stages;
  const wanted = possible.filter((name) => stages.indexOf(name) <= stages.indexOf(last) && done.includes(name));
  if (wanted.length === 0) throw new Error('nothing is built yet (npm run native)');
  lockTree();
  const started = Date.now();
  if (!isCheckout) {
    await installPackages();
    await prepareSources();
    await prepareElectron(join(src, 'electron'));
    await bundleNode(join(src, 'electron'));
  }
  await configure(flavour);
  if (check) await checkBuildFiles(flavour);
  const results: Promise<Counts>[] = [];
  // The unit tests of both stages run beside each other, and the specs, one after the other, beside them.
  const testsAtOnce = Math.max(1, Math.floor(availableParallelism() / wanted.filter((name) => name !== 'node').length));
  for (const name of wanted) {
    const isLast = name === wanted.at(-1);
    const targets = [
      `electron_ports:${binaries[name]}`,
      ...(minutes && name !== 'node' ? [`electron_ports:${fuzzers[name]}`] : []),
      ...(flavour === 'plain' && name === 'mojo' && isLast ? v8Objects() : [])
    ];
    await build(flavour, `building (${name}${asan || minutes ? ', asan' : ''})`, targets, jobs);
    markBuilt(flavour, name);
    // Tests run while the next stage is built, and beside its tests.
    const counts =
      name === 'node'
        ? runSpecs(flavour, filter)
        : minutes
          ? fuzz(fuzzers[name], minutes === true ? undefined : minutes)
          : runTests(flavour, binaries[name], testsAtOnce, filter);
    // It is told of below, unless the next stage cannot be built.
    counts.catch(() => {});
    results.push(counts);
    if (minutes) await counts;
  }
  const sum: Counts = { passed: 0, failed: 0, skipped: 0 };
  for (const counts of await Promise.all(results)) {
    for (const key of ['passed', 'failed', 'skipped'] as const) sum[key] += counts[key];
  }
  say(`${wanted.join(' and ')} in ${outOf(flavour)}: ${duration((Date.now() - started) / 1000)}`);
  return sum;
}

const options = program
  .name('npm run native --')
  .description(
    'Builds the native unit tests against Chromium and runs them; ends with `N passed, N failed, N skipped`.'
  )
  .option('--filter <pattern>', 'run only these tests (as --gtest_filter); of the specs, those whose title matches')
  .option('--stage <name>', 'stop after this stage: mojo (no V8), v8 (all unit tests) or node (all, the default)')
  .option('--built', 'only the stages that are built')
  .option('--check', 'also check the BUILD files: their format, and that includes and deps agree')
  .option('--asan', 'with AddressSanitizer, in an out dir of its own: another build of all')
  .option('--fuzz [minutes]', 'in that build, run the fuzzers in place of the tests, each so long (10)', Number)
  .option('--jobs <number>', 'how many steps at once', Number)
  .parse()
  .opts<Options>();
if (options.stage && !stages.includes(options.stage)) program.error(`--stage has to be one of ${stages.join(', ')}`);
if (options.fuzz !== undefined && !(Number(options.fuzz) > 0)) program.error('--fuzz needs a number of minutes');

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));
try {
  const { passed, failed, skipped } = await run(options);
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  process.exitCode = failed > 0 ? 1 : 0;
} catch (error) {
  console.error(`native: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
