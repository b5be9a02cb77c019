import { Fifo } from '@electron/internal/common/fifo';

/** Lets so many in at once, and the rest in turn, each when another leaves. */
export class Turnstile {
  #places: number;
  #waiting = new Fifo<() => void>();

  constructor(places: number) {
    this.#places = places;
  }

  /** How many wait. */
  get waiting() {
    return this.#waiting.length;
  }

  /** @returns undefined when there is room, else a promise for when there is. Who is in has to `leave` */
  enter(): Promise<void> | undefined {
    if (this.#places === 0) return new Promise((resolve) => this.#waiting.push(resolve));
    this.#places--;
    return undefined;
  }

  leave() {
    if (this.#waiting.length > 0) this.#waiting.shift()();
    else this.#places++;
  }

  /** Whoever waits is let in no more. */
  close() {
    this.#waiting.takeAll();
  }
}
