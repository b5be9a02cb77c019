import type { CDPSession } from 'puppeteer-core';

/** @param listener called when Chromium has closed what the session is with */
export function onDetached(session: CDPSession, listener: () => void) {
  // The connection is that of all sessions, and outlives them.
  const connection = session.connection();
  const look = (gone: CDPSession) => {
    if (gone !== session) return;
    connection?.off('sessiondetached', look);
    listener();
  };
  connection?.on('sessiondetached', look);
}
