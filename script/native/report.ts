// What a step says while it runs: one line, rewritten on a terminal, repeated every half minute elsewhere.

const pauseMs = 30_000;

/** A length of time as people say it: `40 s`, `12 min`, `1 h 20 min`. */
export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export const say = (text: string): void => console.log(`native: ${text}`);

export class Progress {
  #shown = 0;

  update(text: string): void {
    if (process.stdout.isTTY) {
      process.stdout.write(`\r\x1b[Knative: ${text.slice(0, process.stdout.columns - 10)}`);
    } else if (Date.now() - this.#shown >= pauseMs) {
      this.#shown = Date.now();
      say(text);
    }
  }

  /** Leaves the last text on its line, before something else is printed. */
  end(): void {
    if (process.stdout.isTTY) process.stdout.write('\n');
  }
}
