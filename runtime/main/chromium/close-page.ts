import { setTimeout as wait } from 'node:timers/promises';

import type { Connection } from 'puppeteer-core';

// Milliseconds. A page whose script is busy is closed after one of Chromium's own.
const patience = 2000;
const maximumTries = 5;

/**
 * Closes a page without asking it. Chromium may forget about it when the page navigates just then, so it is told again.
 * @param detached resolves when the page is gone
 */
export async function closePage(connection: Connection, targetId: string, detached: Promise<void>) {
  let isDetached = false;
  const gone = detached.then(() => {
    isDetached = true;
  });
  for (let left = maximumTries; left > 0 && !isDetached; left--) {
    await connection.send('Target.closeTarget', { targetId });
    await Promise.race([gone, wait(patience, undefined, { ref: false })]);
  }
}
