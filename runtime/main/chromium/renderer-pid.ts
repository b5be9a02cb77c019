import type { Browser, CDPSession } from 'puppeteer-core';

import type { Protocol } from 'devtools-protocol';

const CATEGORY = 'disabled-by-default-devtools.timeline';

/** Chromium records one trace at a time. */
const lastTrace = new WeakMap<Browser, Promise<unknown>>();

/**
 * Tells which process renders a page's main frame now. The protocol has no such query, but a trace that is started on a
 * page's session opens with the pid of each of its frames, as the browser process knows them.
 *
 * @param session of a page
 * @returns the operating system's pid, or undefined where the renderer process has ended
 * @throws ProtocolError when the page is closed meanwhile, or when somebody else is recording a trace
 */
export async function rendererPid(browser: Browser, session: CDPSession): Promise<number | undefined> {
  const trace = (lastTrace.get(browser) ?? Promise.resolve()).then(() => readTrace(session));
  lastTrace.set(
    browser,
    trace.catch(() => {})
  );
  return await trace;
}

