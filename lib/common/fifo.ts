/** A queue that stays fast when it is long: `Array.shift()` moves all that is left. */
export class Fifo<T> {
  #items: (T | undefined)[] = [];
  #head = 0;

  get length() {
    return this.#items.length - this.#head;
  }

  /** What `shift` would give; undefined of an empty queue. */
  get first(): T | undefined {
    return this.#items[this.#head];
  }

  push(item: T) {
    this.#items.push(item);
  }

  /** Must not be called on an empty queue. */
  shift(): T {
    const item = this.#items[this.#head] as T;
    this.#items[this.#head++] = undefined;
    // So it costs one move per item in all.
    if (this.#head * 2 >= this.#items.length) {
      this.#items.splice(0, this.#head);
      this.#head = 0;
    }
    return item;
  }

  /** Empties the queue. */
  takeAll(): T[] {
    const items = this.#items.splice(0).slice(this.#head) as T[];
    this.#head = 0;
    return items;
  }
}
