export interface Percentiles {
  p50: number;
  p95: number;
  p99: number;
}

export const percentileNames = ['p50', 'p95', 'p99'] as const;

/** @param sorted ascending, not empty. Between two of them the value is interpolated. */
export function quantile(sorted: readonly number[], fraction: number): number {
  const position = (sorted.length - 1) * fraction;
  const low = sorted[Math.floor(position)];
  return low + (sorted[Math.ceil(position)] - low) * (position % 1);
}

/** What 50, 95 and 99 of 100 values are at least as good as. */
export function percentiles(values: readonly number[], best: 'lowest' | 'highest' = 'lowest'): Percentiles {
  const sorted = [...values].sort((a, b) => (best === 'lowest' ? a - b : b - a));
  return { p50: quantile(sorted, 0.5), p95: quantile(sorted, 0.95), p99: quantile(sorted, 0.99) };
}

export function median(values: readonly number[]): number {
  return percentiles(values).p50;
}
