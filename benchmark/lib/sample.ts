import { Bench } from 'tinybench';

/**
 * Runs a task again and again, one at a time, in Node.js or in a page.
 * @param prepare runs before each of them, and is not counted
 * @returns how long each run took, in milliseconds, ascending; a tenth as many runs before them are not counted
 */
export async function sample(
  task: () => Promise<void>,
  iterations: number,
  prepare?: () => Promise<void>
): Promise<number[]> {
  const bench = new Bench({
    iterations,
    time: 0,
    warmupIterations: Math.ceil(iterations / 10),
    warmupTime: 0,
    retainSamples: true,
    throws: true
  });
  bench.add('task', task, { async: true, beforeEach: prepare });
  const [{ result }] = await bench.run();
  if (result.state !== 'completed') throw new Error(`The task did not complete: it is ${result.state}`);
  return [...result.latency.samples!];
}
