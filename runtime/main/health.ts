import { setTimeout as wait } from 'node:timers/promises';

import { whenLate } from '../node/late';

import type { Endpoint } from '../node/message-port/endpoint';

/** What waits for links: the hub's connection. */
interface Links {
  expectLink(token: string, onLink: (link: Endpoint) => void): () => void;
}

// Milliseconds. Even a loaded machine needs no tenth of them.
const patienceForStart = 60_000;
const patienceForFirstLink = 10_000;

/**
 * Knows what the app lives by, and says what was lost. Every port of this process is in the hub: without it, or without the
 * way to it, nothing that was can be had again, and the app comes to an orderly end rather than go on mute.
 */
export class Health {
  /**
   * Called once, when the app cannot go on as it was.
   * @param reason Electron's word for how a process went; undefined when all of Chromium did
   */
  onlost: (reason: string | undefined) => void = () => {};
  #isOver = false;

  /**
   * What the app cannot do without is gone.
   * @param what a sentence that says so
   * @param reason as `onlost` gets it
   */
  lose(what: string, reason?: string) {
    if (this.#isOver) return;
    this.#isOver = true;
    console.error(what);
    this.onlost(reason);
  }

  /** From now on everything may go: the app ends. */
  stop() {
    this.#isOver = true;
  }

  /**
   * Waits for a document's link, and says so when it does not come in time. It may still come.
   * @param url the document's; undefined when it was left
   * @returns a function that stops waiting
   */
  expectLink(links: Links, token: string, url: () => string | undefined, onLink: (link: Endpoint) => void): () => void {
    const stopWaiting = whenLate(patienceForFirstLink, () => {
      const document = url();
      if (this.#isOver || document === undefined) return;
      const time = `${patienceForFirstLink / 1000} s`;
      console.error(`No IPC with ${document}: the page has not let its link to the main process load for ${time}.`);
    });
    const stop = links.expectLink(token, (link) => {
      stopWaiting();
      onLink(link);
    });
    return () => {
      stopWaiting();
      stop();
    };
  }
}

/**
 * @param what as in "The hub's page did not load"
 * @throws Error when it takes too long
 */
export async function inTime<T>(what: string, promise: Promise<T>): Promise<T> {
  const stopped = new AbortController();
  const late = wait(patienceForStart, undefined, { signal: stopped.signal, ref: false }).then(() => {
    throw new Error(`${what} within ${patienceForStart / 1000} s`);
  });
  late.catch(() => {});
  try {
    return await Promise.race([promise, late]);
  } finally {
    stopped.abort();
  }
}
