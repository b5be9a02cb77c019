// Characters. A page that is only busy reports some thousands a second without the log, and with it at most a few millions.
const perSecond = 1 << 24;

/** How much each page may report in a second: one that was taken over is not to keep the main process busy. */
export class ReportBudget {
  #used = new Map<string, { second: number; characters: number }>();
  #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  allows(realm: string, characters: number): boolean {
    const second = Math.floor(this.#now() / 1000);
    const used = this.#used.get(realm);
    if (used?.second === second) {
      used.characters += characters;
      return used.characters <= perSecond;
    }
    if (this.#used.size > 1000) this.#used.clear();
    this.#used.set(realm, { second, characters });
    return characters <= perSecond;
  }
}
