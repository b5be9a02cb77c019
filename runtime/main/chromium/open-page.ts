import type { Browser, CDPSession } from 'puppeteer-core';

const browserSessions = new WeakMap<Browser, Promise<CDPSession>>();

/** The one session with the browser itself, for what concerns no single page. */
export function browserSession(browser: Browser): Promise<CDPSession> {
  let session = browserSessions.get(browser);
  if (!session) browserSessions.set(browser, (session = browser.target().createCDPSession()));
  return session;
}

export interface OpenPageOptions {
  /** Not to be seen, on a display either. */
  hidden?: boolean;
  width?: number;
  height?: number;
}

// Chromium hides no window that DevTools opens, so on a display a hidden one is moved off screen. A shown one needs a
// place of its own, or it would be put beside the last.
const offScreen = { left: -32_000, top: -32_000 };
const onScreen = { left: 80, top: 80 };

/**
 * Opens an empty page in a window of its own. Faster than `browser.newPage()`, which sets up much that is not needed here.
 * @returns a session with it, and its target's id, which is also the id of its main frame
 */
export async function openPage(
  browser: Browser,
  { hidden = true, width, height }: OpenPageOptions = {}
): Promise<{ session: CDPSession; targetId: string }> {
  const root = await browserSession(browser);
  const { targetId } = await root.send('Target.createTarget', {
    url: 'about:blank',
    width,
    height,
    newWindow: true,
    background: hidden,
    ...(hidden ? offScreen : onScreen)
  });
  const { sessionId } = await root.send('Target.attachToTarget', { targetId, flatten: true });
  const session = root.connection()?.session(sessionId);
  if (!session) throw new Error('Chromium went away');
  return { session, targetId };
}
