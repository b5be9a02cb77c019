// Round trips in an app whose ports are inspected, without the log, beside the same app as it is. Each is a process of
// its own: an app that was inspected once is so until it ends.

import { WebSocket } from 'ws';

import { once } from 'node:events';
import { join, resolve } from 'node:path';

import { before } from '../lib/before';
import { Comparison } from '../lib/comparison';
import { payloadSizes } from '../lib/payloads';
import { Program } from '../lib/program';
import { runBenchmark } from '../lib/run';

import type { InspectedAnswer, InspectedRequest } from './requests';

const command = resolve('script', 'electron-ports.mjs');
const ways = {
  main: 'in the main process',
  utility: 'with a utility process',
  renderer: 'with a renderer',
  direct: 'between renderers'
};

const start = (script: string, ...args: string[]) =>
  new Program<InspectedRequest, InspectedAnswer>(process.execPath, [
    script,
    join(__dirname, 'inspected-peer.cjs'),
    ...args
  ]);

runBenchmark('inspector', 'The port inspector', async ({ rounds, check }) => {
  const inspected = start(command, 'inspect');
  const { url } = await inspected.ask({ what: 'url' });
  // Somebody looks at it.
  const page = new WebSocket(`${url!.replace('http:', 'ws:')}socket`, { origin: new URL(url!).origin });
  let updates = 0;
  page.on('message', () => updates++);
  await once(page, 'open');
  const programs = new Map([
    ['off', start(command)],
    ['inspected', inspected],
    ...(before ? [['before', start(before)] as const] : [])
  ]);
  const comparisons: Comparison[] = [];
  for (const [way, where] of Object.entries(ways)) {
    const comparison = new Comparison({
      title: `Round trip ${where}`,
      unit: 'ms',
      sides: [...programs.keys()],
      targets: [
        { side: 'inspected', than: 'off', atMost: 1.05 },
        ...(before ? [{ side: 'off', than: 'before', atMost: 1.01 }] : [])
      ]
    });
    comparisons.push(comparison);
    for (const { name, bytes, trips } of payloadSizes.slice(0, 3)) {
      await comparison.run(
        name,
        rounds,
        async (side) =>
          (await programs.get(side)!.ask({ what: 'trips', way: way as keyof typeof ways, bytes, trips })).times!
      );
    }
  }
  check('the inspector told its page what happened meanwhile', updates > 10);
  page.terminate();
  for (const program of programs.values()) await program.close();
  return comparisons.map((comparison) => comparison.result());
});
