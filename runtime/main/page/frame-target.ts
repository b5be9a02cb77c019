import { inspectorHooks } from '../inspector/hooks';
import { releaseLogged } from './logged-objects';
import { isolatedWorldName, skippingName } from './renderer-scripts';

import type { FrameDocument } from './frame-document';
import type { InjectedScript } from './renderer-scripts';
import type { CDPSession, Protocol } from 'puppeteer-core';

/** Where script of a frame runs. */
export interface Context {
  uniqueId: string;
  name: string;
  isDefault: boolean;
  /** DevTools' name for the frame. */
  frameId: string;
  document: FrameDocument;
}

export interface TargetOptions {
  bindingName: string;
  scripts: readonly InjectedScript[];
  /** Whether the scripts are for frames inside the page, too. */
  inSubframes: boolean;
}

/** A DevTools session with a page, or with a frame in a process of its own, and where script runs there. */
export class FrameTarget {
  readonly session: CDPSession;
  readonly contexts = new Map<number, Context>();
  readonly #options: TargetOptions;
  #isScripted = false;
  /** Undefined before `setUp`. */
  #injected: Promise<Protocol.Page.AddScriptToEvaluateOnNewDocumentResponse[]> | undefined;

  constructor(session: CDPSession, options: TargetOptions) {
    this.session = session;
    this.#options = options;
    session.on('Runtime.executionContextDestroyed', ({ executionContextId }) =>
      this.contexts.delete(executionContextId)
    );
    session.on('Runtime.executionContextsCleared', () => this.contexts.clear());
    releaseLogged(session);
  }

  /**
   * Keeps the scripts from the empty document that a page begins with. Sent before `setUp`, to a page that may not answer
   * until it goes on.
   * @returns a function to call when it shows another one
   */
  skipFirst(): () => void {
    const { session } = this;
    const { bindingName, scripts } = this.#options;
    const source = `if (document.URL === 'about:blank') globalThis[${JSON.stringify(skippingName(bindingName))}] = true;`;
    const added = scripts.map(({ worldName }) =>
      session.send('Page.addScriptToEvaluateOnNewDocument', { source, worldName })
    );
    const remove = async () => {
      for (const { identifier } of await Promise.all(added)) {
        await session.send('Page.removeScriptToEvaluateOnNewDocument', { identifier });
      }
    };
    for (const each of added) each.catch(() => {});
    return () => {
      remove().catch(() => {});
    };
  }

  /**
   * Has it tell what it does, injects the scripts, and lets it go on if it waits. Sent in one go: DevTools keeps the order.
   * In a window that a page opened, the scripts run at once.
   * @param isPage not a frame inside it
   */
  async setUp(isPage: boolean): Promise<void> {
    const { session } = this;
    const { bindingName, inSubframes } = this.#options;
    this.#isScripted = isPage || inSubframes;
    const scripts = this.#scripts;
    await Promise.all([
      session.send('Page.enable'),
      session.send('Page.setLifecycleEventsEnabled', { enabled: true }),
      session.send('Runtime.enable'),
      session.send('Log.enable'),
      // Of what is loaded it is told, and keeps nothing.
      session.send('Network.enable', { maxTotalBufferSize: 0, maxResourceBufferSize: 0, maxPostDataSize: 0 }),
      // Frames of other sites, and workers that are inspected. Those that get scripts wait for them.
      session.send('Target.setAutoAttach', {
        autoAttach: true,
        flatten: true,
        waitForDebuggerOnStart: inspectorHooks !== undefined || (inSubframes && scripts.length > 0),
        filter: [{ type: 'iframe' }, ...(inspectorHooks ? [{ type: 'worker' }] : [])]
      }),
      // The frame that opens a document's link is of another origin, which a page's policy may not allow. Where there is no
      // such frame the policy holds: in a frame of another site, whose link is opened by one of the page's. There Chromium
      // leaves out what is in its headers all the same.
      session.send('Page.setBypassCSP', { enabled: isPage && scripts.length > 0 }),
      ...(scripts.length > 0
        ? [session.send('Runtime.addBinding', { name: bindingName, executionContextName: scripts.at(-1)?.worldName })]
        : []),
      (this.#injected = this.#inject()),
      session.send('Runtime.runIfWaitingForDebugger')
    ]);
  }

  /** It attaches to what it was to attach to then. */
  get isSetUp(): boolean {
    return this.#injected !== undefined;
  }

  /** None where only the page gets them. */
  get #scripts() {
    return this.#isScripted ? this.#options.scripts : [];
  }

  #inject() {
    return Promise.all(
      this.#scripts.map((script) => this.session.send('Page.addScriptToEvaluateOnNewDocument', script))
    );
  }

  /** Documents to come get what the options have now. Sent in one go: none gets both, or a part. */
  async replaceScripts(): Promise<void> {
    // They are still to be injected.
    if (!this.#injected) return;
    // One that was refused, as of a renderer that crashes just then, is no reason to inject no more.
    const before = this.#injected.catch(() => []);
    this.#injected = before.then(async (last) => {
      const removed = last.map((script) =>
        this.session.send('Page.removeScriptToEvaluateOnNewDocument', script).catch(() => {})
      );
      const [injected] = await Promise.all([this.#inject(), ...removed]);
      return injected;
    });
    await this.#injected;
  }

  add(
    { id, uniqueId, name }: Protocol.Runtime.ExecutionContextDescription,
    isDefault: boolean,
    frameId: string,
    document: FrameDocument
  ) {
    this.contexts.set(id, { uniqueId, name, isDefault, frameId, document });
  }

  /** Where the page's own script of a document runs, or the runtime's. */
  contextOf(document: FrameDocument, isOwn = false): Context | undefined {
    const isWanted =
      isOwn && this.#options.scripts.at(-1)?.worldName !== undefined
        ? (context: Context) => context.name === isolatedWorldName
        : (context: Context) => context.isDefault;
    return [...this.contexts.values()].find((each) => each.document === document && isWanted(each));
  }
}
