// Runs ninja, and says how far it is and how long it will take.

import { buildPath, environmentOf, ninja } from './configure';
import { execute } from './execute';
import { outOf } from './layout';
import { Progress, duration } from './report';

import type { Flavour } from './layout';

/** Reads `[finished/total] what`; what ninja prints otherwise is the output of a step that failed. */
const status = /^\[(\d+)\/(\d+)\] (.*)$/;

/** A failed step repeats its command, which is pages long. */
const longestLine = 500;

/** Steps are of very different weight, so the time left is reckoned from the last ones. */
const window = 300;

/** How long the steps that are left will take, from when the last ones finished. */
class Clock {
  #finished: number[] = [];

  tick(): void {
    this.#finished.push(Date.now());
    if (this.#finished.length > window) this.#finished.shift();
  }

  /** @returns seconds, or undefined while there is too little to go by */
  left(steps: number): number | undefined {
    if (this.#finished.length < 20) return undefined;
    return (((Date.now() - this.#finished[0]) / this.#finished.length) * steps) / 1000;
  }
}

/**
 * Builds targets.
 * @param flavour in whose out dir
 * @param title what this is, for the progress line
 * @param targets as ninja names them
 * @param jobs how many steps at once; ninja's own choice without
 * @throws when a step fails, after all that could be built is built and every failure has been printed
 */
export async function build(flavour: Flavour, title: string, targets: string[], jobs?: number): Promise<void> {
  const progress = new Progress();
  const clock = new Clock();
  let isStarted = false;
  const args = ['-C', outOf(flavour), '-k', '20', ...(jobs ? ['-j', String(jobs)] : []), ...targets];
  const code = await execute(ninja, args, {
    env: { ...environmentOf(flavour), PATH: buildPath, NINJA_STATUS: '[%f/%t] ' },
    onLine: (line) => {
      const match = status.exec(line);
      if (match) {
        isStarted = true;
        const [finished, total] = [Number(match[1]), Number(match[2])];
        clock.tick();
        const left = clock.left(total - finished);
        const rest = left === undefined ? '' : `, ${duration(left)} left`;
        progress.update(`${title}: ${finished} of ${total} steps${rest}: ${match[3].split('/').pop()}`);
      } else if (isStarted && line.trim() !== '') {
        progress.end();
        console.log(line.length > longestLine ? `${line.slice(0, longestLine)} ...` : line);
      }
    }
  });
  if (isStarted) progress.end();
  if (code !== 0) throw new Error(`${title}: ninja failed (exit status ${code})`);
}
