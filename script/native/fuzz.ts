// Runs libFuzzer: from the seeds and the corpus of earlier runs, for some minutes; then keeps what is worth keeping.

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { root } from '../tools';
import { execute } from './execute';
import { outOf } from './layout';
import { duration, say } from './report';
import { sanitizerEnvironment } from './sanitizer';

import type { Stage } from './tree';
import type { Counts } from './unittests';

/** What each stage has to fuzz. */
export const fuzzers: Record<Exclude<Stage, 'node'>, string> = {
  mojo: 'port_message_fuzzer',
  v8: 'post_message_fuzzer'
};

/** Some forty inputs that have little in common. In the repository; no run changes them. */
const corpusOf = (fuzzer: string): string => join(root, 'shell', 'fuzz', 'corpus', fuzzer);

const options = [
  '-max_len=4096',
  '-timeout=30',
  '-rss_limit_mb=4096',
  // V8 and NoDestructor keep things till the end on purpose.
  '-detect_leaks=0'
];

/** What follows a clone in an input of post_message_fuzzer, read from its end: how many ports, channels and buffers. */
const attachments = (ports: number, channels = 0, buffers: readonly number[] = []): number[] => [
  // Of each buffer its size, and that it is not resizable.
  ...buffers.flatMap((size) => [size, 0]).reverse(),
  buffers.length,
  channels,
  ports
];

/** What Chromium made of values, and what it has no value for: transferred things. */
function* seedsOfClones(): Generator<Buffer> {
  const recorded = readFileSync(join(root, 'shell', 'test', 'data', 'blink-values.json'), 'utf8');
  const { values, opaque } = JSON.parse(recorded) as Record<'values' | 'opaque', { hex: string }[]>;
  for (const { hex } of [...values, ...opaque]) yield Buffer.from([...Buffer.from(hex, 'hex'), ...attachments(0)]);
  const header = 'ff15fe000000000000000000000000ff10';
  // [port 0, port 1, port 0]; buffers 0 and 1; a view of buffer 0; a readable, a writable and a transform stream.
  yield Buffer.from([...Buffer.from(`${header}41035c4d005c4d015e01240003`, 'hex'), ...attachments(2)]);
  yield Buffer.from([...Buffer.from(`${header}410274007401240002`, 'hex'), ...attachments(0, 0, [5, 64])]);
  yield Buffer.from([...Buffer.from(`${header}7400564200080000`, 'hex'), ...attachments(1, 0, [8])]);
  yield Buffer.from([...Buffer.from(`${header}41035c72005c77015c6d02240003`, 'hex'), ...attachments(0, 4)]);
  // [the first of the images that each input has, an OffscreenCanvas].
  yield Buffer.from([...Buffer.from(`${header}41025c47005c48070902656e00000000240002`, 'hex'), ...attachments(0)]);
  // [a Blob, a File, a FileList of one]: the first of the Blobs that each input has, and twice the second.
  const file = '00016e000162000102000000000048934000';
  yield Buffer.from([
    ...Buffer.from(`${header}41035c62016100015c66${file}5c6c01${file}240003`, 'hex'),
    ...attachments(0)
  ]);
}

/** Messages of the other one are made by itself, by the code that makes real ones. */
const seeds: Record<string, () => Iterable<Buffer>> = {
  port_message_fuzzer: () => [],
  post_message_fuzzer: seedsOfClones
};

function writeSeeds(fuzzer: string, folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const seed of seeds[fuzzer]()) {
    writeFileSync(join(folder, createHash('sha1').update(seed).digest('hex')), seed);
  }
}

/**
 * Fuzzes, and leaves what it found worth keeping, and inputs that broke something, in the out dir.
 * @param minutes how long
 * @returns one passed or one failed
 * @throws when the corpus could not be made smaller
 */
export async function fuzz(fuzzer: string, minutes = 10): Promise<Counts> {
  const out = outOf('asan');
  const folder = join(out, 'fuzz', fuzzer);
  const [found, seeded, findings, merged] = ['found', 'seeds', 'findings', 'merged'].map((name) => join(folder, name));
  const corpus = corpusOf(fuzzer);
  writeSeeds(fuzzer, seeded);
  for (const each of [found, findings]) mkdirSync(each, { recursive: true });

  const onLine = (line: string): void => console.log(line);
  const run = (...args: string[]): Promise<number> =>
    execute(join(out, fuzzer), [...options, ...args], { env: sanitizerEnvironment('asan'), onLine });
  const known = new Set(readdirSync(findings));
  say(`${fuzzer}: fuzzing for ${duration(minutes * 60)}`);
  const status = await run(
    `-max_total_time=${Math.round(minutes * 60)}`,
    `-artifact_prefix=${findings}/`,
    '-print_final_stats=1',
    found,
    corpus,
    seeded
  );
  const broken = readdirSync(findings).filter((name) => !known.has(name));
  if (status !== 0 || broken.length > 0) {
    for (const name of broken) say(`${fuzzer} fails on ${join(findings, name)}`);
    return { passed: 0, failed: 1, skipped: 0 };
  }

  rmSync(merged, { recursive: true, force: true });
  mkdirSync(merged);
  if ((await run('-set_cover_merge=1', '-verbosity=0', merged, found, corpus, seeded)) !== 0) {
    throw new Error(`${fuzzer}: its corpus could not be merged`);
  }
  rmSync(found, { recursive: true });
  renameSync(merged, found);
  const sizes = readdirSync(found).map((name) => statSync(join(found, name)).size);
  const kilobytes = Math.ceil(sizes.reduce((sum, size) => sum + size, 0) / 1000);
  say(`${fuzzer}: ${sizes.length} inputs, ${kilobytes} kB, in ${found}`);
  return { passed: 1, failed: 0, skipped: 0 };
}
