import { openTarget } from './targets';

import type { CDPSession, Connection } from 'puppeteer-core';

export interface OpenPageOptions {
  /** Not to be seen, on a display either. */
  hidden?: boolean;
  width?: number;
  height?: number;
}

// Chromium hides no window, so on a display a hidden one is moved off screen. A shown one needs a
// place of its own, or it would be put beside the last.
const offScreen = { left: -32_000, top: -32_000 };
const onScreen = { left: 80, top: 80 };

/**
 * Opens an empty page in a window of its own.
 * @returns a session with it, and its target's id, which is also the id of its main frame
 */
export function openPage(
  connection: Connection,
  { hidden = true, width, height }: OpenPageOptions = {}
): Promise<{ session: CDPSession; targetId: string }> {
  return openTarget(connection, {
    // No app's: to another fragment of the same URL would be no load.
    url: 'about:blank?',
    width,
    height,
    newWindow: true,
    background: hidden,
    ...(hidden ? offScreen : onScreen)
  });
}

/** Moves a page's window to where it is seen, or is not. */
export async function setHidden(connection: Connection, targetId: string, hidden: boolean) {
  const { windowId } = await connection.send('Browser.getWindowForTarget', { targetId });
  await connection.send('Browser.setWindowBounds', { windowId, bounds: hidden ? offScreen : onScreen });
}
