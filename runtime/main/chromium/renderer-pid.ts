import type { Connection, Protocol } from 'puppeteer-core';

const CATEGORY = 'disabled-by-default-devtools.timeline';

const START = 1;
const END = 2;

/** What holds a page: a target of its own, which no renderer has a part in. */
interface Tab {
  session: Promise<string>;
  /** The id of the page's target; undefined until a trace has told. */
  page?: string;
}

/** A trace by the page's own session would wait for each process that DevTools is attached to. */
class Tabs {
  #connection: Connection;
  /** By their targets' ids, the newest last. */
  #tabs = new Map<string, Tab>();
  /** Chromium records one trace at a time. */
  #lastTrace: Promise<unknown> = Promise.resolve();
  /** The answers for which a trace is still to be started, by page: a call meanwhile gets the same. */
  #awaited = new Map<string, Promise<TracedFrame[]>>();

  constructor(connection: Connection) {
    this.#connection = connection;
    connection.on('Target.detachedFromTarget', ({ targetId }: Protocol.Target.DetachedFromTargetEvent) => {
      if (targetId !== undefined) this.#tabs.delete(targetId);
    });
  }

  async attach() {
    const { targetInfos } = await this.#connection.send('Target.getTargets', { filter: [{ type: 'tab' }] });
    // One that is closed meanwhile is not there.
    await Promise.allSettled(targetInfos.map(({ targetId }) => this.#attachTo(targetId).session));
  }

  #attachTo(targetId: string): Tab {
    let tab = this.#tabs.get(targetId);
    if (!tab) {
      // As a session of its own. Those that share the connection share the processes that are traced.
      const attached = this.#connection.send('Target.attachToTarget', { targetId, flatten: false });
      tab = { session: attached.then(({ sessionId }) => sessionId) };
      tab.session.catch(() => this.#tabs.delete(targetId));
      this.#tabs.set(targetId, tab);
    }
    return tab;
  }

  /** What a trace tells of the frames of a page. */
  frames(page: string): Promise<TracedFrame[]> {
    const shared = this.#awaited.get(page);
    if (shared) return shared;
    const next = this.#lastTrace.then(() => {
      this.#awaited.delete(page);
      return this.#trace(page);
    });
    this.#awaited.set(page, next);
    this.#lastTrace = next.catch(() => {});
    return next;
  }

  async #trace(page: string): Promise<TracedFrame[]> {
    const tabs = [...this.#tabs.values()].reverse();
    const known = tabs.filter((tab) => tab.page === page);
    let failure: unknown = new Error('The page was closed');
    // DevTools does not say whose tab it is.
    for (const tab of known.length > 0 ? known : tabs.filter((each) => each.page === undefined)) {
      try {
        const frames = await readTrace(this.#connection, await tab.session);
        tab.page = frames.find(({ isOutermostMainFrame }) => isOutermostMainFrame)?.frame;
        if (tab.page === page) return frames;
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  }
}

const tabsOf = new WeakMap<Connection, Tabs>();

/**
 * Has `rendererPid` know the pages that are open now. For when one was opened: Chromium loads it again if it has crashed
 * before.
 */
export async function notePages(connection: Connection): Promise<void> {
  let tabs = tabsOf.get(connection);
  if (!tabs) tabsOf.set(connection, (tabs = new Tabs(connection)));
  await tabs.attach();
}

/**
 * Tells which process renders a frame of a page now. The protocol has no such query, but a trace that is started on a
 * page's tab opens with the pid of each of its frames, as the browser process knows them. It takes tens of milliseconds,
 * and waits for no renderer.
 *
 * @param page the id of its target, which is also that of its main frame. `notePages` was called since it was opened
 * @param frame DevTools' name for the frame; by default the main one
 * @returns the operating system's pid, or undefined where the renderer process has ended
 * @throws Error when the page is closed meanwhile, or when another client is recording a trace
 */
export async function rendererPid(connection: Connection, page: string, frame = page): Promise<number | undefined> {
  const frames = (await tabsOf.get(connection)?.frames(page)) ?? [];
  // 0 and -1 stand for "none".
  const pid = frames.find((each) => each.frame === frame)?.processId ?? 0;
  return pid > 0 ? pid : undefined;
}

async function readTrace(connection: Connection, session: string): Promise<TracedFrame[]> {
  const events: TraceEvent[] = [];
  const traceConfig = { excludedCategories: ['*'], includedCategories: [CATEGORY] };
  let stop = () => {};
  try {
    await new Promise<void>((resolve, reject) => {
      const send = (id: number, method: string, params = {}) => {
        const message = JSON.stringify({ id, method, params });
        connection.send('Target.sendMessageToTarget', { sessionId: session, message }).catch(reject);
      };
      const onMessage = ({ sessionId, message }: Protocol.Target.ReceivedMessageFromTargetEvent) => {
        if (sessionId !== session) return;
        const { id, error, method, params } = JSON.parse(message) as TabMessage;
        if (error) reject(new Error(error.message));
        else if (id === START) send(END, 'Tracing.end');
        else if (method === 'Tracing.dataCollected') for (const event of params.value) events.push(event);
        else if (method === 'Tracing.tracingComplete') resolve();
      };
      // Nothing comes from a session that has ended.
      const onDetached = ({ sessionId }: Protocol.Target.DetachedFromTargetEvent) => {
        if (sessionId === session) reject(new Error('The page was closed'));
      };
      connection.on('Target.receivedMessageFromTarget', onMessage).on('Target.detachedFromTarget', onDetached);
      stop = () => {
        connection.off('Target.receivedMessageFromTarget', onMessage).off('Target.detachedFromTarget', onDetached);
      };
      send(START, 'Tracing.start', { transferMode: 'ReportEvents', traceConfig });
    });
  } finally {
    stop();
  }
  return events.find(({ name }) => name === 'TracingStartedInBrowser')?.args.data?.frames ?? [];
}

/** What comes from a tab: an answer, or an event. */
interface TabMessage {
  id?: number;
  error?: { message: string };
  method?: string;
  params: { value: TraceEvent[] };
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
