/** Runs actions in the order in which they are given: at once, unless one before is still waiting for something. */
export class Turns {
  #last: Promise<unknown> | undefined;

  /**
   * @param action must not throw
   * @param after what it waits for, and everything behind it, however that ends
   */
  take(action: () => unknown, after?: Promise<unknown>) {
    if (!this.#last && !after) {
      action();
      return;
    }
    const turn = Promise.allSettled([this.#last, after])
      .then(action)
      .then(() => {
        if (this.#last === turn) this.#last = undefined;
      });
    this.#last = turn;
  }
}
