// Garbage of the main process.

import { settle } from './ports';

export const { requestGarbageCollectionForTesting } = process._linkedBinding('electron_common_v8_util');

/** Collects garbage until something has happened: a collection need not find everything at once. */
export async function collectUntil(isDone: () => boolean, collect: () => unknown = requestGarbageCollectionForTesting) {
  while (!isDone()) {
    await collect();
    await settle();
  }
}

/** Collects garbage several times, for what must not be found. */
export async function collect() {
  for (let times = 0; times < 5; times++) {
    requestGarbageCollectionForTesting();
    await settle();
  }
}
