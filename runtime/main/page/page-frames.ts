import { EventEmitter } from 'node:events';

import { rendererPid } from '../chromium/renderer-pid';
import { inspectorHooks, noteTarget } from '../inspector/hooks';
import { AskedWindows } from './asked-windows';
import { FrameTarget } from './frame-target';
import { LinkHolder } from './link-holder';
import { NavigationResponses } from './navigation-responses';
import { PageFrame } from './page-frame';
import { RendererProcess } from './renderer-process';
import { isolatedWorldName } from './renderer-scripts';

import type { Hub } from '../hub/hub';
import type { AskedWindow } from './asked-windows';
import type { FrameDocument } from './frame-document';
import type { Context, TargetOptions } from './frame-target';
import type { InjectedScript } from './renderer-scripts';
import type { CDPSession, Connection, Protocol } from 'puppeteer-core';

interface FrameEvents {
  /** A frame is there, and shows something. The main one is told of by nobody. */
  created: [PageFrame];
  /** A frame shows another document. */
  navigated: [PageFrame, Protocol.Page.Frame];
  'navigated-within': [PageFrame, url: string];
  'start-load': [PageFrame, url: string, isSameDocument: boolean];
  /** A server has led a frame's navigation on to `url`. */
  redirected: [PageFrame, url: string];
  'dom-ready': [PageFrame, loaderId: string];
  load: [PageFrame, loaderId: string];
  console: [Protocol.Runtime.ConsoleAPICalledEvent, FrameDocument | undefined];
  exception: [Protocol.Runtime.ExceptionDetails, FrameDocument | undefined];
  /** What Chromium itself says. */
  log: [Protocol.Log.LogEntry, PageFrame];
}

const ignore = () => {};

/** The frames of a page, as DevTools tells of them: through the page's own session, and one for each frame of another site. */
export class PageFrames extends EventEmitter<FrameEvents> {
  readonly main = new PageFrame('');
  #byId = new Map<string, PageFrame>();
  #connection: Connection;
  #hub: Hub;
  #isClosed = false;
  /** The main frame's. */
  #id = '';
  #options: TargetOptions | undefined;
  #responses = new NavigationResponses();
  #askedWindows = new AskedWindows();
  #holders = new WeakMap<FrameDocument, LinkHolder>();

  constructor(connection: Connection, hub: Hub) {
    super();
    this.#connection = connection;
    this.#hub = hub;
    this.main.isAnnounced = true;
  }

  /**
   * The page is open.
   * @param id the main frame's
   * @param skipFirst no script runs in the document that it begins with
   */
  async open(session: CDPSession, id: string, options: TargetOptions, skipFirst: boolean) {
    this.#options = options;
    this.#id = id;
    this.#byId.set(id, this.main);
    if (options.scripts.length === 0) this.main.link.disable();
    const target = this.#addTarget(session, this.main);
    if (skipFirst) this.#skipFirst(target);
    await target.setUp(true);
  }

  /** Documents to come get other scripts. Resolves when all targets have them. */
  async replaceScripts(scripts: readonly InjectedScript[]) {
    if (!this.#options) return;
    this.#options.scripts = scripts;
    const targets = new Set([...this.main.subtree()].flatMap(({ target }) => target ?? []));
    // A frame may go at any time.
    await Promise.all([...targets].map((target) => target.replaceScripts().catch(ignore)));
  }

  #skipFirst(target: FrameTarget) {
    const stop = target.skipFirst();
    const onNavigated = (frame: PageFrame) => {
      if (frame !== this.main || frame.document.url === 'about:blank') return;
      this.off('navigated', onNavigated);
      stop();
    };
    this.on('navigated', onNavigated);
  }

  /** What a frame's script has asked for, whose window is there now. It waits for it, and asks for no other. */
  takeAsked(frame: PageFrame): AskedWindow {
    return this.#askedWindows.takeAsked(frame.target!);
  }

  /** What the first of the clicks with a modifier has asked for, and the frame that it was in. */
  takeClicked(): { frame: PageFrame; asked: AskedWindow } | undefined {
    const clicked = this.#askedWindows.takeClicked();
    const frame = clicked && this.#toldBy(clicked.target, clicked.frameId);
    return frame && { frame, asked: clicked };
  }

  get(id: string): PageFrame | undefined {
    return this.#byId.get(id);
  }

  /** Resolves when nothing more comes from any document. For when the page is closed. */
  async silence() {
    await Promise.all([...this.main.subtree()].map(({ link }) => link.silence()));
  }

  /** How many messages have come from all documents. */
  get heard(): number {
    return [...this.main.subtree()].reduce((sum, { link }) => sum + link.heard, 0);
  }

  /** The page is gone. */
  close(until?: Promise<void>) {
    this.#isClosed = true;
    this.removeChildren();
    this.main.link.destroy(until);
  }

  /** A renderer is gone, or a document, and the frames with it. */
  removeChildren(of = this.main) {
    for (const child of [...of.children]) this.#remove(child);
  }

  #addTarget(session: CDPSession, root: PageFrame): FrameTarget {
    const options = this.#options!;
    const target = new FrameTarget(session, options);
    root.target = target;
    this.#listen(target);
    noteTarget({
      window: this.#id,
      id: root === this.main ? this.#id : root.id,
      session,
      tells: (id) => this.#toldBy(target, id) !== undefined,
      contexts: target.contexts,
      get isSetUp() {
        return target.isSetUp;
      },
      worldName: options.scripts.at(-1)?.worldName,
      isLinked: options.scripts.length > 0,
      inSubframes: options.inSubframes
    });
    return target;
  }

  #listen(target: FrameTarget) {
    const { session } = target;
    const on = (frameId: string, then: (frame: PageFrame) => void) => {
      const frame = this.#toldBy(target, frameId);
      if (frame) then(frame);
    };
    session.on('Page.frameAttached', ({ frameId, parentFrameId }) => this.#onAttached(target, frameId, parentFrameId));
    session.on('Page.frameDetached', ({ frameId, reason }) =>
      on(frameId, (frame) => {
        // One that goes to another process stays.
        if (reason === 'remove') this.#remove(frame);
      })
    );
    session.on('Page.frameNavigated', ({ frame }) => this.#onNavigated(target, frame));
    session.on('Page.documentOpened', ({ frame: { id, url } }) =>
      on(id, (frame) => {
        frame.document.url = url;
      })
    );
    session.on('Page.navigatedWithinDocument', ({ frameId, url }) =>
      on(frameId, (frame) => {
        frame.document.url = url;
        this.emit('navigated-within', frame, url);
      })
    );
    session.on('Page.frameStartedNavigating', ({ frameId, url, navigationType }) =>
      on(frameId, (frame) => {
        if (this.#announce(frame, url)) this.emit('start-load', frame, url, /sameDocument/i.test(navigationType));
      })
    );
    this.#responses.listen(session, (frameId, url) =>
      on(frameId, (frame) => {
        if (frame.isAnnounced) this.emit('redirected', frame, url);
      })
    );
    session.on('Page.lifecycleEvent', ({ frameId, loaderId, name }) =>
      on(frameId, (frame) => {
        if (loaderId !== frame.document.token || !frame.isAnnounced) return;
        if (name === 'DOMContentLoaded') this.emit('dom-ready', frame, loaderId);
        if (name === 'load') this.emit('load', frame, loaderId);
      })
    );
    this.#askedWindows.watch(target);
    session.on('Log.entryAdded', ({ entry }) => {
      // The frame that opens a link is the runtime's own.
      if (!entry.url?.startsWith(this.#hub.origin)) this.emit('log', entry, this.#rootOf(target));
    });
    session.on('Runtime.executionContextCreated', ({ context }) => this.#onContext(target, context));
    session.on('Runtime.bindingCalled', (event) => this.#onBindingCalled(target, event));
    session.on('Runtime.consoleAPICalled', (event) =>
      this.emit('console', event, target.contexts.get(event.executionContextId)?.document)
    );
    session.on('Runtime.exceptionThrown', ({ exceptionDetails }) => {
      const { executionContextId } = exceptionDetails;
      this.emit('exception', exceptionDetails, target.contexts.get(executionContextId ?? NaN)?.document);
    });
    session.on('Target.attachedToTarget', (event) => this.#onTargetAttached(target, event));
  }

  /**
   * The frame that an event of a target is about. Chromium passes on unread what a renderer says, and one that was taken over
   * could speak for any frame: it is heard of its own, and of those in them, which may come back to its process.
   */
  #toldBy(target: FrameTarget, id: string): PageFrame | undefined {
    const frame = this.#byId.get(id);
    return frame?.target === target || frame?.parent?.target === target ? frame : undefined;
  }

  #rootOf(target: FrameTarget): PageFrame {
    return [...this.main.subtree()].find((frame) => frame.target === target) ?? this.main;
  }

  #onAttached(target: FrameTarget, id: string, parentId: string) {
    if (this.#byId.has(id)) {
      const known = this.#toldBy(target, id);
      // It has come back to the process of the frame that it is in.
      if (known) known.target = target;
      return;
    }
    const parent = this.#byId.get(parentId);
    if (parent?.target !== target) return;
    const frame = new PageFrame(id, parent);
    frame.target = target;
    frame.document.process = parent.document.process;
    if (!this.#options!.inSubframes || this.#options!.scripts.length === 0) frame.link.disable();
    this.#byId.set(id, frame);
  }

  #remove(frame: PageFrame) {
    for (const child of [...frame.children]) this.#remove(child);
    this.#byId.delete(frame.id);
    inspectorHooks?.frameRemoved(this.#id, frame.id, this.#isClosed);
    frame.parent?.children.delete(frame);
    frame.link.destroy();
  }

  /** Tells of a frame once it is known what it is for. @returns false for the runtime's own */
  #announce(frame: PageFrame, url: string): boolean {
    if (url.startsWith(`${this.#hub.origin}/`)) return false;
    if (!frame.isAnnounced) {
      frame.isAnnounced = true;
      this.emit('created', frame);
    }
    return true;
  }

  #onNavigated(target: FrameTarget, shown: Protocol.Page.Frame) {
    const frame = this.#toldBy(target, shown.id);
    if (!frame) return;
    frame.target = target;
    // What was inside the last document is gone with it, told or not.
    this.removeChildren(frame);
    // Chromium's page about an error has the URL that was asked for, as in Electron.
    const url = (shown.unreachableUrl ?? shown.url) + (shown.urlFragment ?? '');
    const document = frame.link.commit(url, shown.loaderId);
    document.isChromiums = shown.unreachableUrl !== undefined;
    document.response = this.#responses.takeResponse(shown.loaderId);
    if (document.isChromiums) document.error = this.#responses.takeError(shown.loaderId);
    frame.name = shown.name ?? frame.name;
    // What the contexts in it tell, sandboxed ones too, is better.
    document.origin ||= originOf(shown.securityOrigin);
    if (frame.parent) {
      if (!this.#announce(frame, url)) return;
      this.#findPid(frame);
    }
    this.emit('navigated', frame, shown);
  }

  /** The process of a frame inside the page: that of the frame it is in, unless it has a target of its own. */
  #findPid(frame: PageFrame) {
    const { document, target, parent } = frame;
    if (target === parent!.target) {
      document.process = parent!.document.process;
      return;
    }
    const process = (document.process = new RendererProcess());
    rendererPid(this.#connection, this.#id, frame.id).then((pid) => {
      if (document.isCurrent) process.pid = pid ?? 0;
    }, ignore);
  }

  /** DevTools tells of a document before it does of the contexts in it. */
  #onContext(target: FrameTarget, context: Protocol.Runtime.ExecutionContextDescription) {
    const { frameId, isDefault = false } = (context.auxData ?? {}) as { frameId?: string; isDefault?: boolean };
    const frame = frameId === undefined ? undefined : this.#toldBy(target, frameId);
    if (frameId === undefined || !frame) return;
    target.add(context, isDefault, frameId, frame.document);
    // A document without a URL of its own has the origin of another.
    if (isDefault) frame.document.origin = originOf(context.origin);
  }

  #onBindingCalled(target: FrameTarget, { name, payload, executionContextId }: Protocol.Runtime.BindingCalledEvent) {
    if (this.#isClosed || name !== this.#options!.bindingName) return;
    // Where the page's own world has the binding, a frame inside the page can call it, too.
    const context = target.contexts.get(executionContextId);
    if (!context || !(context.isDefault || context.name === isolatedWorldName)) return;
    const { document } = context;
    const frame = [...this.main.subtree()].find((each) => each.link.documents.has(document));
    // Nothing of the runtime's is for it, though Chromium gives the binding to what is there already.
    if (!frame || (frame.parent && !this.#options!.inSubframes)) return;
    const [token, waits] = payload.split(' ');
    const stopWaiting = this.#hub.expectLink(
      token,
      () => (document.isCurrent ? document.url : undefined),
      (link) => {
        this.#holderOf(frame).release(document);
        frame.link.open(link, document);
      }
    );
    document.expectLink(stopWaiting);
    if (waits) this.#letLink(frame, target, context).catch(ignore);
  }

  #holderOf(frame: PageFrame): LinkHolder {
    const { top } = frame;
    let holder = this.#holders.get(top.document);
    if (!holder) {
      const { document } = top;
      holder = new LinkHolder((call) => this.#call(top.target!, top.target!.contextOf(document, true), call));
      this.#holders.set(document, holder);
    }
    return holder;
  }

  /** A document's script waits to be told how it can open its link. */
  async #letLink(frame: PageFrame, target: FrameTarget, context: Context) {
    const { document } = context;
    if (frame.parent) {
      // Its own frames may be sandboxed, or forbidden: it uses one of the page's.
      await this.#holderOf(frame).hold(document);
      await this.#call(target, context, '("inside")');
      return;
    }
    // The window goes on to the document that it was opened for, and leaves what the first one contains.
    if (document.token === '') {
      await new Promise<void>((resolve) => {
        const onNavigated = (each: PageFrame) => {
          if (each !== frame) return;
          this.off('navigated', onNavigated);
          resolve();
        };
        this.on('navigated', onNavigated);
      });
    }
    await this.#call(target, context, '()');
  }

  /** Calls the function that the runtime's script left in its world. @param call what follows its name */
  async #call(target: FrameTarget, context: Context | undefined, call: string): Promise<void> {
    if (!context) return;
    await target.session.send('Runtime.evaluate', {
      expression: `globalThis[${JSON.stringify(this.#options!.bindingName)}]${call}`,
      uniqueContextId: context.uniqueId,
      awaitPromise: true
    });
  }

  #onTargetAttached(
    parent: FrameTarget,
    { sessionId, targetInfo, waitingForDebugger }: Protocol.Target.AttachedToTargetEvent
  ) {
    const session = parent.session.connection()?.session(sessionId);
    // A frame's target has the frame's id. The page's own is told of by the connection.
    const frame = this.#toldBy(parent, targetInfo.targetId);
    if (!session || !frame?.parent) return;
    const target = this.#addTarget(session, frame);
    const setUp = async () => {
      if (!waitingForDebugger) await this.#catchUp(target);
      await target.setUp(false);
    };
    // It may go at any time.
    setUp().catch(ignore);
  }

  /** What the frames of a target show that did not wait to be listened to. Told before the contexts in it are. */
  async #catchUp(target: FrameTarget) {
    const [, { frameTree }] = await Promise.all([
      target.session.send('Page.enable'),
      target.session.send('Page.getFrameTree')
    ]);
    const visit = ({ frame, childFrames = [] }: Protocol.Page.FrameTree) => {
      if (frame.parentId !== undefined) this.#onAttached(target, frame.id, frame.parentId);
      if (this.#byId.get(frame.id)?.document.token !== frame.loaderId) this.#onNavigated(target, frame);
      childFrames.forEach(visit);
    };
    visit(frameTree);
  }

  /** @returns whether it is one of a frame inside the page */
  crash(targetId: string): boolean {
    const frame = this.#byId.get(targetId);
    if (!frame?.parent) return false;
    this.removeChildren(frame);
    frame.link.crash();
    return true;
  }
}

/** As in Electron, where DevTools has `://` for an opaque one. */
function originOf(origin: string): string {
  return origin === '://' ? 'null' : origin;
}
