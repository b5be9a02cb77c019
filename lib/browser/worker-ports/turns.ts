/** Runs actions in the order in which they are given, each when the one before is done. */
export class Turns {
  #last: Promise<void> | undefined;

  /**
   * @param action must not throw or reject; it is done when its promise resolves, if it returns one
   * @returns what resolves when it is done, or undefined when that is so already
   */
  take(action: () => Promise<void> | void): Promise<void> | undefined {
    const running = this.#last ? this.#last.then(action) : action();
    if (!running) return undefined;
    const turn = running.then(() => {
      if (this.#last === turn) this.#last = undefined;
    });
    this.#last = turn;
    return turn;
  }
}
