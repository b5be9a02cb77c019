import type { CDPSession } from 'puppeteer-core';

// V8's name for what it hands out of console calls and uncaught errors.
const objectGroup = 'console';

/**
 * Lets go of each object that a page logs, or throws without catching it: V8 would keep it for DevTools for as long as its
 * document is there. What is read of it comes with the event.
 */
export function releaseLogged(session: CDPSession) {
  let isReleasing = false;
  let isDue = false;
  const release = async () => {
    isDue = true;
    // A page that logs much is told no faster than it can follow.
    if (isReleasing) return;
    isReleasing = true;
    try {
      while (isDue) {
        isDue = false;
        await session.send('Runtime.releaseObjectGroup', { objectGroup });
      }
    } finally {
      isReleasing = false;
    }
  };
  const releaseAny = (values: readonly { objectId?: string }[] = []) => {
    if (values.some(({ objectId }) => objectId !== undefined)) release().catch(() => {});
  };
  session.on('Runtime.consoleAPICalled', ({ args }) => releaseAny(args));
  session.on('Runtime.exceptionThrown', ({ exceptionDetails: { exception } }) => releaseAny(exception && [exception]));
  session.on('Log.entryAdded', ({ entry }) => releaseAny(entry.args));
  // DevTools may not answer for a document that was left, and holds nothing of it.
  session.on('Runtime.executionContextsCleared', () => (isReleasing = false));
}
