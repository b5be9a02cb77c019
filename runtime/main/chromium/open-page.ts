import type { CDPSession, Connection } from 'puppeteer-core';

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
 * Opens an empty page in a window of its own.
 * @returns a session with it, and its target's id, which is also the id of its main frame
 */
export async function openPage(
  connection: Connection,
  { hidden = true, width, height }: OpenPageOptions = {}
): Promise<{ session: CDPSession; targetId: string }> {
  const { targetId } = await connection.send('Target.createTarget', {
    url: 'about:blank',
    width,
    height,
    newWindow: true,
    background: hidden,
    ...(hidden ? offScreen : onScreen)
  });
  const { sessionId } = await connection.send('Target.attachToTarget', { targetId, flatten: true });
  const session = connection.session(sessionId);
  if (!session) throw new Error('Chromium went away');
  return { session, targetId };
}
