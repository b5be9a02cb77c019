import type { CDPSession, Connection, Protocol } from 'puppeteer-core';

const CATEGORY = 'disabled-by-default-devtools.timeline';

/** Chromium records one trace at a time. */
const lastTrace = new WeakMap<Connection, Promise<unknown>>();

/** The answers for which a trace is still to be started: a call meanwhile gets the same. */
const awaited = new WeakMap<CDPSession, Promise<TracedFrame[]>>();

/**
 * Tells which process renders a frame of a page now. The protocol has no such query, but a trace that is started on a
 * page's session opens with the pid of each of its frames, as the browser process knows them. It takes tens of
 * milliseconds, the first time hundreds, and more with more windows, as each process takes part; one that is stopped
 * (SIGSTOP) holds it up for 15 s.
 *
 * @param session of a page
 * @param frameId DevTools' name for the frame; by default the main one
 * @returns the operating system's pid, or undefined where the renderer process has ended
 * @throws Error when the page is closed meanwhile, or when another client is recording a trace
 */
export async function rendererPid(session: CDPSession, frameId?: string): Promise<number | undefined> {
  const frames = await trace(session);
  const isWanted = (each: TracedFrame) => (frameId === undefined ? each.isOutermostMainFrame : each.frame === frameId);
  // 0 and -1 stand for "none".
  const pid = frames.find(isWanted)?.processId ?? 0;
  return pid > 0 ? pid : undefined;
}

function trace(session: CDPSession): Promise<TracedFrame[]> {
  const shared = awaited.get(session);
  if (shared) return shared;
  const connection = session.connection();
  if (!connection) return Promise.reject(new Error('The page was closed'));
  const next = (lastTrace.get(connection) ?? Promise.resolve()).then(() => {
    awaited.delete(session);
    return readTrace(session);
  });
  awaited.set(session, next);
  lastTrace.set(
    connection,
    next.catch(() => {})
  );
  return next;
}

async function readTrace(session: CDPSession): Promise<TracedFrame[]> {
  const events: TraceEvent[] = [];
  const collect = ({ value }: Protocol.Tracing.DataCollectedEvent) => {
    for (const event of value as TraceEvent[]) events.push(event);
  };
  session.on('Tracing.dataCollected', collect);
  // A session that ends rejects the commands that wait for an answer, but then no event comes any more.
  let onDetached = (_: CDPSession) => {};
  const closed = new Promise<never>((_resolve, reject) => {
    onDetached = (gone) => gone === session && reject(new Error('The page was closed'));
  });
  closed.catch(() => {});
  const connection = session.connection();
  connection?.on('sessiondetached', onDetached);
  try {
    await session.send('Tracing.start', {
      transferMode: 'ReportEvents',
      traceConfig: { excludedCategories: ['*'], includedCategories: [CATEGORY] }
    });
    const complete = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve));
    await session.send('Tracing.end');
    await Promise.race([complete, closed]);
  } finally {
    session.off('Tracing.dataCollected', collect);
    connection?.off('sessiondetached', onDetached);
  }
  return events.find(({ name }) => name === 'TracingStartedInBrowser')?.args.data?.frames ?? [];
}

interface TracedFrame {
  frame?: string;
  processId?: number;
  isOutermostMainFrame?: boolean;
}

interface TraceEvent {
  name: string;
  args: { data?: { frames?: TracedFrame[] } };
}
