import type { CDPSession, Connection, Protocol } from 'puppeteer-core';

/** A page that a page opened. It waits until it is told to go on, and so does whoever opened it by script. */
export interface OpenedPage {
  session: CDPSession;
  targetId: string;
  /** Undefined where no script did it: a click with a modifier. */
  openerFrameId: string | undefined;
  /** Whether it has a `window.opener`. */
  hasOpener: boolean;
}

/** The pages of a Chromium as they come: those that this process opens, and those that pages do. */
class PageTargets {
  readonly #connection: Connection;
  /** Which of the two they are is not known yet. */
  readonly #unclaimed = new Map<string, CDPSession>();
  #opening = 0;
  #onOpened: ((page: OpenedPage) => void) | undefined;

  constructor(connection: Connection) {
    this.#connection = connection;
    connection.on('Target.attachedToTarget', (event) => this.#onAttached(event));
  }

  listen(callback: (page: OpenedPage) => void) {
    this.#onOpened = callback;
    this.#giveRest();
  }

  async open(options: Protocol.Target.CreateTargetRequest): Promise<{ session: CDPSession; targetId: string }> {
    this.#opening++;
    try {
      // DevTools tells of it before it answers.
      const { targetId } = await this.#connection.send('Target.createTarget', options);
      const session = this.#unclaimed.get(targetId);
      if (!session) throw new Error('Chromium went away');
      this.#unclaimed.delete(targetId);
      session.send('Runtime.runIfWaitingForDebugger').catch(() => {});
      return { session, targetId };
    } finally {
      this.#opening--;
      this.#giveRest();
    }
  }

  #onAttached({ sessionId, targetInfo }: Protocol.Target.AttachedToTargetEvent) {
    const session = this.#connection.session(sessionId);
    const { type, targetId, openerFrameId, openerId, canAccessOpener } = targetInfo;
    // Tabs are nobody's to take.
    if (!session || type !== 'page') return;
    const opener = openerFrameId ?? openerId;
    if (opener !== undefined && this.#onOpened) {
      this.#onOpened({ session, targetId, openerFrameId: opener, hasOpener: canAccessOpener });
      return;
    }
    this.#unclaimed.set(targetId, session);
    this.#giveRest();
  }

  /** Pages that this process does not open are a page's. */
  #giveRest() {
    if (this.#opening > 0 || !this.#onOpened) return;
    for (const [targetId, session] of this.#unclaimed) {
      this.#unclaimed.delete(targetId);
      this.#onOpened({ session, targetId, openerFrameId: undefined, hasOpener: false });
    }
  }
}

const targets = new WeakMap<Connection, PageTargets>();

/** Attaches to each page that is opened from now on. */
export async function attachToPages(connection: Connection) {
  targets.set(connection, new PageTargets(connection));
  await connection.send('Target.setAutoAttach', {
    autoAttach: true,
    flatten: true,
    waitForDebuggerOnStart: true,
    filter: [{ type: 'page' }]
  });
}

/** @param callback called with each page that a page opens, and that somebody has to have go on */
export function onPageOpened(connection: Connection, callback: (page: OpenedPage) => void) {
  targets.get(connection)!.listen(callback);
}

/** Opens a page, which goes on. */
export const openTarget = (connection: Connection, options: Protocol.Target.CreateTargetRequest) =>
  targets.get(connection)!.open(options);
