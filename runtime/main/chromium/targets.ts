import type { CDPSession, Connection, Protocol } from 'puppeteer-core';

/** A page that a page opened. It waits until it is told to go on, and so does whoever opened it. */
export interface OpenedPage {
  session: CDPSession;
  targetId: string;
  openerFrameId: string;
  /** Whether it has a `window.opener`. */
  hasOpener: boolean;
}

/** Sessions with the pages that this process opened, by target, until they are asked for. */
const sessions = new WeakMap<Connection, Map<string, CDPSession>>();
const openedPages = new WeakMap<Connection, (page: OpenedPage) => void>();

/** Attaches to each page that is opened from now on. */
export async function attachToPages(connection: Connection) {
  sessions.set(connection, new Map());
  connection.on('Target.attachedToTarget', (event) => onAttached(connection, event));
  await connection.send('Target.setAutoAttach', {
    autoAttach: true,
    flatten: true,
    waitForDebuggerOnStart: true,
    filter: [{ type: 'page' }]
  });
}

function onAttached(connection: Connection, { sessionId, targetInfo }: Protocol.Target.AttachedToTargetEvent) {
  const session = connection.session(sessionId);
  const { type, targetId, openerFrameId, openerId, canAccessOpener } = targetInfo;
  // Tabs are nobody's to take.
  if (!session || type !== 'page') return;
  const opener = openerFrameId ?? openerId;
  const onOpened = openedPages.get(connection);
  if (opener !== undefined && onOpened) {
    onOpened({ session, targetId, openerFrameId: opener, hasOpener: canAccessOpener });
    return;
  }
  sessions.get(connection)!.set(targetId, session);
  session.send('Runtime.runIfWaitingForDebugger').catch(() => {});
}

/** @param callback called with each page that a page opens, and that somebody has to have go on */
export function onPageOpened(connection: Connection, callback: (page: OpenedPage) => void) {
  openedPages.set(connection, callback);
}

/** The session with a page that this process opened. DevTools tells of it before it answers that it is open. */
export function takeSession(connection: Connection, targetId: string): CDPSession {
  const session = sessions.get(connection)!.get(targetId);
  if (!session) throw new Error('Chromium went away');
  sessions.get(connection)!.delete(targetId);
  return session;
}
