// Characters. A page that is only busy reports some thousands a second without the log, and with it at most a few millions.
const perSecond = 1 << 24;

/** How much each page may report in a second: one that was taken over is not to keep the main process busy. */
export class ReportBudget {
  #second = 0;
  /** In this second, by the page's window. */
  #used = new Map<string, number>();
  #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  allows(window: string, characters: number): boolean {
    const second = Math.floor(this.#now() / 1000);
    if (second !== this.#second) this.#used.clear();
    this.#second = second;
    const used = (this.#used.get(window) ?? 0) + characters;
    this.#used.set(window, used);
    return used <= perSecond;
  }
}
