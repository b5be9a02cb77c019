// The C++ of the fork against the real Mojo and V8, without Electron around it: round trips beside a bare mojo::Connector,
// and structured clones beside V8's own serializer. The program that measures is shell/benchmark/.

import { Comparison } from '../lib/comparison';
import { describeMachine, loadNow } from '../lib/machine';
import { Program } from '../lib/program';

import type { Report } from '../lib/run';

const sizes = [
  { name: '16 B', bytes: 16, trips: 1000 },
  { name: '1 KiB', bytes: 1024, trips: 1000 },
  { name: '64 KiB', bytes: 64 * 1024, trips: 300 },
  { name: '1 MiB', bytes: 1024 * 1024, trips: 60 },
  { name: '64 MiB', bytes: 64 * 1024 * 1024, trips: 5 }
];

const echoSides = ['Connector', 'endpoint', 'port', 'port, transferred'] as const;

/** `repeats` of them are one sample: a small one takes less than the clock can tell. */
const values = [
  {
    name: 'small',
    source: "({ id: 7, name: 'seven', isOn: true, at: 1.5, list: [1, 2, 3], of: { a: null } })",
    repeats: 200
  },
  { name: 'wide', source: "Object.fromEntries(Array.from({ length: 10000 }, (_, i) => ['key' + i, i]))", repeats: 1 },
  { name: 'deep', source: 'Array.from({ length: 500 }).reduce((inner) => ({ inner }), null)', repeats: 10 },
  { name: 'string, 1 MiB', source: "'x'.repeat(2 ** 20)", repeats: 1 },
  { name: 'bytes, 1 MiB', source: 'new Uint8Array(2 ** 20).fill(7)', repeats: 1 }
];
const clonesPerRound = 100;

interface EchoRequest {
  measure: 'echo';
  side: string;
  processes: number;
  bytes: number;
  warmUp: number;
  trips: number;
}

interface CloneRequest {
  measure: 'clone';
  source: string;
  isBare: boolean;
  isRead: boolean;
  trips: number;
  repeats: number;
}

interface Answer {
  milliseconds: number[];
  /** How often half of the bytes or more were copied on their way from end to end. */
  copies?: number;
}

/**
 * Measures.
 * @param path of the program
 * @param build what the program is built of, for the reader
 * @param rounds how many count
 */
export async function measureNative(path: string, build: string, rounds: number): Promise<Report> {
  const machine = describeMachine(build, loadNow());
  const program = new Program<EchoRequest | CloneRequest, Answer>(path);
  const comparisons: Comparison[] = [];
  const counted: string[] = [];

  for (const processes of [1, 2]) {
    const where = processes === 1 ? 'in one process' : 'between two processes';
    const comparison = new Comparison({
      title: `Round trip ${where}`,
      unit: 'ms',
      sides: echoSides,
      targets: ['port', 'port, transferred'].map((side) => ({ side, than: 'Connector', atMost: 1.3 }))
    });
    comparisons.push(comparison);
    for (const { name, bytes, trips } of sizes) {
      const copies = new Map<string, number>();
      const measure = async (side: string): Promise<number[]> => {
        const warmUp = Math.ceil(trips / 10);
        const answer = await program.ask({ measure: 'echo', side, processes, bytes, warmUp, trips });
        if (answer.copies !== undefined) copies.set(side, answer.copies);
        return answer.milliseconds;
      };
      // There and back.
      await comparison.run(name, rounds, measure, 2 * bytes);
      if (name !== '1 MiB') continue;
      const list = [...copies].map(([side, count]) => `${side} ${count}`).join('; ');
      counted.push(`copies of a message of ${name} from end to end, ${where}: ${list}`);
    }
  }

  for (const isRead of [false, true]) {
    const sides = isRead ? ['ValueDeserializer', 'ReadStructuredClone'] : ['ValueSerializer', 'WriteStructuredClone'];
    const comparison = new Comparison({ title: `${isRead ? 'Reading' : 'Writing'} a clone`, unit: 'ms', sides });
    comparisons.push(comparison);
    for (const { name, source, repeats } of values) {
      await comparison.run(name, rounds, async (side) => {
        const isBare = side === sides[0];
        const request = { source, isBare, isRead, trips: clonesPerRound, repeats };
        return (await program.ask({ measure: 'clone', ...request })).milliseconds;
      });
    }
  }

  await program.close();
  return {
    name: 'native',
    title: 'Native',
    machine,
    comparisons: comparisons.map((comparison) => comparison.result()),
    checked: counted
  };
}
