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
  const gone = detached.then(() => true);
  for (let left = maximumTries; left > 0; left--) {
    await connection.send('Target.closeTarget', { targetId });
    if (await Promise.race([gone, wait(patience, false, { ref: false })])) return;
  }
}
