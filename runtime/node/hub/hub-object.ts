import type { Endpoint, Extra } from '../message-port/endpoint';

/** Who holds the objects of renderers that cannot leave Chromium. Implemented by the hub. */
export interface ObjectHolder {
  /** The object is not needed any more. */
  release(number: number): void;
  /** Opens a stream of a blob's bytes. */
  readBlob(number: number, start: number, end: number): Endpoint;
}

const collected = new FinalizationRegistry<() => void>((release) => release());

/**
 * An object of a renderer that the hub holds, as the main process refers to it. It counts its users, messages that are on
 * their way among them; the last one that goes, or the garbage collector, lets the hub drop the object.
 */
export class HubObject implements Extra {
  readonly number: number;
  #holder: ObjectHolder;
  #users = 1;

  /** Made with one user. */
  constructor(holder: ObjectHolder, number: number) {
    this.#holder = holder;
    this.number = number;
    collected.register(this, () => holder.release(number), this);
  }

  moveTo(): number {
    return this.number;
  }

  posted() {
    this.release();
  }

  discard() {
    this.release();
  }

  /** Adds a user. */
  retain() {
    this.#users++;
  }

  /** Takes a user away. */
  release() {
    if (--this.#users > 0) return;
    collected.unregister(this);
    this.#holder.release(this.number);
  }

  read(start: number, end: number): Endpoint {
    return this.#holder.readBlob(this.number, start, end);
  }
}
