// The fork beside upstream: two binaries from one tree, with the patches and without. Each runs fork-peer.ts.

import { Comparison } from '../lib/comparison';
import { describeMachine, loadNow } from '../lib/machine';
import { Program } from '../lib/program';

import type { Report } from '../lib/run';
import type { ForkAnswer, ForkRequest, TripsRequest } from './requests';

const sizes = [
  { name: '16 B', bytes: 16, trips: 500 },
  { name: '1 KiB', bytes: 1024, trips: 500 },
  { name: '64 KiB', bytes: 64 * 1024, trips: 200 },
  { name: '1 MiB', bytes: 1024 * 1024, trips: 40 },
  { name: '64 MiB', bytes: 64 * 1024 * 1024, trips: 3 }
];

const places: Record<TripsRequest['peer'], string> = {
  main: 'in the main process',
  utility: 'with a utility process',
  renderer: 'between the main process and a renderer',
  renderers: 'between two renderers'
};

/** A program without windows has no renderers. */
async function peersOf(program: Program<ForkRequest, ForkAnswer>): Promise<TripsRequest['peer'][]> {
  const [hasWindows] = await program.ask({ measure: 'windows' });
  await program.close();
  return hasWindows === 1 ? ['main', 'utility', 'renderer', 'renderers'] : ['main', 'utility'];
}

/** `transferred` is the fork, too: upstream can't. */
const sides = ['fork', 'upstream', 'transferred'] as const;
const target = { side: 'fork', than: 'upstream', atMost: 1 };

/**
 * @param binaries paths
 * @param peer the bundled fork-peer.ts
 * @param build what the binaries are built of, for the reader
 */
export async function measureFork(
  binaries: { fork: string; upstream: string },
  peer: string,
  build: string,
  rounds: number
): Promise<Report> {
  const machine = describeMachine(build, loadNow());
  const start = (side: string) =>
    new Program<ForkRequest, ForkAnswer>(side === 'upstream' ? binaries.upstream : binaries.fork, [peer]);
  const comparisons: Comparison[] = [];

  for (const peerOf of await peersOf(start('fork'))) {
    const where = places[peerOf];
    for (const channels of [1, 1000]) {
      const title = `Round trip ${where}, ${channels === 1 ? '1 channel' : '1,000 channels'}`;
      const comparison = new Comparison({ title, unit: 'ms', sides, targets: [target] });
      comparisons.push(comparison);
      for (const { name, bytes, trips } of channels === 1 ? sizes : sizes.slice(0, 2)) {
        const programs = new Map(sides.map((side) => [side as string, start(side)]));
        await comparison.run(
          name,
          rounds,
          (side) =>
            programs.get(side)!.ask({
              measure: 'trips',
              peer: peerOf,
              bytes,
              isTransferred: side === 'transferred',
              channels,
              warmUp: Math.ceil(trips / 10),
              trips
            }),
          // There and back.
          2 * bytes
        );
        for (const program of programs.values()) await program.close();
      }
    }
  }

  const binariesOnly = ['fork', 'upstream'];
  const startUp = new Comparison({ title: 'Start-up', unit: 'ms', sides: binariesOnly, targets: [target] });
  comparisons.push(startUp);
  await startUp.run('to the first answer', rounds, async (side) => {
    const begin = performance.now();
    const program = start(side);
    await program.ask({ measure: 'nothing' });
    const time = performance.now() - begin;
    await program.close();
    return [time];
  });

  const memory: string[] = [];
  for (const side of binariesOnly) {
    const program = start(side);
    const [bytes] = await program.ask({ measure: 'memory', channels: 5000 });
    memory.push(`${side} ${(bytes / 1e6).toFixed(1)} MB`);
    await program.close();
  }
  return {
    name: 'fork',
    title: 'The fork beside upstream',
    machine,
    comparisons: comparisons.map((comparison) => comparison.result()),
    checked: [`resident memory of 10,000 started ports: ${memory.join(', ')}`]
  };
}
