import { median, percentileNames, percentiles } from './statistics';

import type { Percentiles } from './statistics';

/** What a comparison promises: `side` is at least `atLeast` times, or at most `atMost` times, what `than` is. */
export interface Target {
  side: string;
  than: string;
  /** How many times faster. */
  atLeast?: number;
  /** How many times the time taken. */
  atMost?: number;
}

export interface ComparisonOptions {
  title: string;
  /** `ms` is time, the less the better; `messages/s` a rate, the more the better. */
  unit: 'ms' | 'messages/s';
  /** In the order in which they are shown. */
  sides: readonly string[];
  targets?: readonly Target[];
}

export interface Row extends Percentiles {
  case: string;
  side: string;
  rounds: number;
  samplesPerRound: number;
  /** Megabytes (10^6 bytes) of payload a second, at the median. */
  megabytesPerSecond?: number;
}

export interface Verdict {
  case: string;
  text: string;
  /** The median over the rounds of the ratio of the two sides' p50 in the same round. */
  ratio: number;
  isMet: boolean;
}

export interface ComparisonResult {
  title: string;
  unit: string;
  sides: readonly string[];
  rows: Row[];
  verdicts: Verdict[];
}

/**
 * Several ways to do the same, measured in turns: in each round every side has its go, and each round begins with
 * another side, so that what else the machine does hits all alike. Ratios are taken within a round. The first round warms
 * up and is not counted.
 */
export class Comparison {
  #options: ComparisonOptions;
  /** Each round's percentiles, by case and side. */
  #rounds = new Map<string, { name: string; bytes?: number; sides: Map<string, Percentiles[]>; samples: number }>();

  constructor(options: ComparisonOptions) {
    this.#options = options;
  }

  /**
   * @param measure gives one round's samples of a side, in the comparison's unit
   * @param bytes of payload in one sample, be it a time or one message of a rate
   * @param sides those that can do it
   */
  async run(
    name: string,
    rounds: number,
    measure: (side: string) => Promise<readonly number[]>,
    bytes?: number,
    sides = this.#options.sides
  ): Promise<void> {
    const { title, unit } = this.#options;
    const entry = { name, bytes, sides: new Map(sides.map((side) => [side, [] as Percentiles[]])), samples: 0 };
    this.#rounds.set(name, entry);
    for (let round = 0; round <= rounds; round++) {
      for (const [index] of sides.entries()) {
        const side = sides[(index + round) % sides.length];
        const samples = await measure(side);
        entry.samples = Math.max(entry.samples, samples.length);
        if (round > 0) entry.sides.get(side)!.push(percentiles(samples, unit === 'ms' ? 'lowest' : 'highest'));
      }
    }
    console.error(`${[title, name].filter(Boolean).join(', ')}: measured`);
  }

  result(): ComparisonResult {
    const { title, unit, sides } = this.#options;
    return { title, unit, sides, rows: this.#rows(), verdicts: this.#verdicts() };
  }

  #rows(): Row[] {
    const { unit } = this.#options;
    return [...this.#rounds.values()].flatMap((entry) =>
      [...entry.sides].map(([side, rounds]) => {
        const [p50, p95, p99] = percentileNames.map((name) => median(rounds.map((each) => each[name])));
        const row: Row = {
          case: entry.name,
          side,
          rounds: rounds.length,
          samplesPerRound: entry.samples,
          p50,
          p95,
          p99
        };
        if (entry.bytes !== undefined) {
          const perSecond = unit === 'ms' ? 1000 / p50 : p50;
          row.megabytesPerSecond = (perSecond * entry.bytes) / 1e6;
        }
        return row;
      })
    );
  }

  #verdicts(): Verdict[] {
    const { unit, targets = [] } = this.#options;
    return [...this.#rounds.values()].flatMap((entry) =>
      targets.map(({ side, than, atLeast, atMost }) => {
        const others = entry.sides.get(than)!;
        const timesLarger = median(entry.sides.get(side)!.map(({ p50 }, round) => p50 / others[round].p50));
        // A time that is a third is three times as fast.
        const isFactorOfSpeed = atLeast !== undefined;
        const ratio = isFactorOfSpeed && unit === 'ms' ? 1 / timesLarger : timesLarger;
        const goal = isFactorOfSpeed ? `at least ${atLeast} x as fast as` : `at most ${atMost} x the time of`;
        return {
          case: entry.name,
          text: `${side}: ${goal} ${than}`,
          ratio,
          isMet: isFactorOfSpeed ? ratio >= atLeast : ratio <= atMost!
        };
      })
    );
  }
}
