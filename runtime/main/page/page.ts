import { EventEmitter } from 'node:events';
import { basename } from 'node:path';
import { setImmediate as nextTask, setTimeout as wait } from 'node:timers/promises';

import { throwUncaught } from '../../node/throw-uncaught';
import { closePage } from '../chromium/close-page';
import { exitReason } from '../chromium/exit-reason';
import { onDetached } from '../chromium/on-detached';
import { openPage, setHidden } from '../chromium/open-page';
import { notePages, rendererPid } from '../chromium/renderer-pid';
import { inspectorHooks, openPages } from '../inspector/hooks';
import { answerDialogs } from './dialogs';
import { evaluate, PageGoneError, UnsettledError } from './evaluation';
import { loadError } from './net-errors';
import { PageFrames } from './page-frames';
import { preventable } from './preventable';
import { watchTitle } from './title-watch';

import type { OpenPageOptions } from '../chromium/open-page';
import type { OpenedPage } from '../chromium/targets';
import type { Hub } from '../hub/hub';
import type { FrameDocument } from './frame-document';
import type { LoadError } from './net-errors';
import type { PageFrame } from './page-frame';
import type { Preventable } from './preventable';
import type { WindowScripts } from './window-scripts';
import type { CDPSession, Connection, Protocol } from 'puppeteer-core';

export interface PageOptions extends OpenPageOptions {
  /** Whether it is not visible, so that its dialogs cannot be answered. */
  isUnseen: () => boolean;
  /** It was opened by a page, and waits. The document that it begins with may go on to be the one it was opened for. */
  opened?: OpenedPage & { goesOn: boolean };
  bindingName: string;
  scripts: WindowScripts;
  /** Whether the scripts are for frames inside the page, too. */
  inSubframes: boolean;
}

interface Load {
  url: string;
  /** The page that it is to take the place of stays. */
  isRefused: boolean;
}

interface PageEvents {
  'dom-ready': [];
  /** A document took the place of the one before. */
  navigated: [loaderId: string];
  /** A document has loaded. */
  'finish-load': [loaderId: string];
  /** Whatever was loading has loaded, failed or crashed. */
  'stop-load': [];
  /** With the document that did not load to its end, when it had shown and another shows now. */
  'fail-load': [error: LoadError, document?: FrameDocument];
  title: [title: string, isExplicit: boolean];
  crashed: [reason: string, exitCode: number];
  /** A page that would rather stay is left, unless that is prevented by preventing this. */
  'prevent-unload': [Preventable];
  /** The page was asked to close, and stays. */
  stay: [];
  /** The page is gone: closed by the app, by the person, or with Chromium. */
  closed: [];
  /** What was loading has come to nothing, or has been stopped. */
  stopped: [];
}

// Milliseconds. Chromium tells a pid in some 20, and a page its title unless its script is busy. Should it take longer, a page
// is loaded all the same.
const patienceForFacts = 1000;

// Milliseconds. A page whose script is busy, or whose renderer is gone, gets other scripts later.
const patienceForScripts = 1000;

// Milliseconds. A page whose script is busy says nothing more before it is closed.
const patienceForLastWords = 1000;
// A renderer that was taken over may have sent on what it speaks over, to where that never ends.
const maximumRounds = 10;

// Milliseconds.
const patienceForErrorPage = 1000;

// Milliseconds. Chromium waits for a `beforeunload` handler for ever, where DevTools watches: else it waits for one second, on
// a machine that may be busy.
const patienceForBeforeUnload = 3000;

const ignore = () => {};

/**
 * A page of Chromium, driven by DevTools: what a window's WebContents is made of. It keeps at hand what Electron's API
 * answers without waiting (URL, title, pid).
 */
export class Page extends EventEmitter<PageEvents> {
  readonly frames: PageFrames;
  title = '';
  /** The id of the main frame; empty until the page is open. */
  frameId = '';
  isLoading = false;
  isCrashed = false;
  isClosed = false;
  /** Resolves, once the page is closed, when everything has come that it had said before. */
  saidAll: Promise<void> = Promise.resolve();

  #connection: Connection;
  /** It was told to close, or has closed itself. */
  #isClosing = false;
  /** Chromium has closed it. */
  #tellDetached = () => {};
  #whenDetached = new Promise<void>((resolve) => {
    this.#tellDetached = resolve;
  });
  #options: PageOptions;
  #session: Promise<CDPSession>;
  #renewed = Promise.resolve();
  /** The loader of the last document that has loaded. */
  #loadedId = '';
  /** The last call of loadURL, until a document of whatever origin shows. */
  #load: Load | undefined;
  /** Settles when it has crashed as it was told to. */
  #crashing: Promise<void> | undefined;
  /** A navigation, the page's own or by `reload()`, has begun, and none of its documents shows yet. */
  #isNavigating = false;
  /** Tells now that the last document has loaded, for which the facts about it are awaited: another is to take its place. */
  #endLoad = () => {};
  /** The loader of the last document whose `load` event has come. */
  #loadingEndedId = '';

  constructor(connection: Connection, hub: Hub, options: PageOptions) {
    super();
    // One for each script that is waited for.
    this.setMaxListeners(0);
    this.#connection = connection;
    this.#options = options;
    this.frames = new PageFrames(connection, hub);
    this.#listenToFrames();
    this.#session = this.#open();
    // Each use of the session gets the error.
    this.#session.catch(() => {});
  }

  /** What the main frame shows. */
  get document(): FrameDocument {
    return this.frames.main.document;
  }

  /** Resolves when the document has loaded; rejects with an error that has `code`, `errno` and `url`. */
  async loadURL(url: string): Promise<void> {
    if (!URL.canParse(url)) {
      // DevTools would refuse it, without a code. What is loading goes on.
      const failure = loadError('net::ERR_INVALID_URL', url);
      this.emit('fail-load', failure);
      throw failure;
    }
    const load: Load = (this.#load = { url, isRefused: false });
    this.#startLoading();
    try {
      const session = await this.#sessionForLoad();
      if (this.isClosed) throw loadError('net::ERR_FAILED', url);
      if (this.#load === load) this.#startLoading();
      const { errorText, loaderId } = await session.send('Page.navigate', { url });
      // No document came of it, and nothing is told: it was refused, another took its place, or it is a download or empty.
      if (errorText === 'net::ERR_ABORTED') {
        throw loadError(load.isRefused || this.#load !== load ? errorText : 'net::ERR_FAILED', url);
      }
      if (errorText) {
        const failure = loadError(errorText, url);
        if (loaderId !== undefined && (await this.#showsError(loaderId))) await this.#ended();
        else if (!this.isClosed) this.emit('fail-load', failure);
        throw failure;
      }
      if (loaderId) {
        await this.#loaded(loaderId, url);
      } else {
        // Only the fragment changed; the event that tells so comes later.
        this.document.url = new URL(url).href;
        if (this.#load === load) this.#load = undefined;
        this.#stopLoading();
      }
    } catch (error) {
      // What took this load's place goes on.
      if (this.#load === load) this.#stopLoading();
      if (this.#load === load) this.#load = undefined;
      throw this.isClosed || this.#isClosing ? loadError('net::ERR_FAILED', url) : error;
    }
  }

  async reload(): Promise<void> {
    // It takes the place of what is loading.
    this.#load = undefined;
    this.#startLoading();
    const session = await this.#sessionForLoad();
    this.#startLoading();
    await session.send('Page.reload');
  }

  /** Once a crash is over that was asked for before, and the next document gets the scripts as they are now. */
  async #sessionForLoad(): Promise<CDPSession> {
    const session = await this.#session;
    await this.#crashing;
    await this.#renewScripts();
    return session;
  }

  /** Has the next document get the preload script as it is now. Resolves in the order of the calls. */
  #renewScripts(): Promise<void> {
    this.#renewed = this.#renewed.then(async () => {
      const scripts = await this.#options.scripts.renew();
      if (!scripts || this.isClosed) return;
      const patience = wait(patienceForScripts, undefined, { ref: false });
      await Promise.race([this.frames.replaceScripts(scripts), patience]);
    });
    return this.#renewed;
  }

  /**
   * Runs script in the page's own world, once nothing is loading, and waits for its promise.
   * @param code text, or what is to be made text of
   * @param document the one to run it in, which `frame` shows; by default whichever the main frame shows then, once the app
   *   has loaded one
   * @throws what the script threw; UnsettledError
   */
  evaluate(code: unknown, userGesture: boolean, frame = this.frames.main, document?: FrameDocument): Promise<unknown> {
    const outcome = new Promise((resolve, reject) => {
      this.#evaluate(code, userGesture, frame, document).then(resolve, (error) => {
        // Electron leaves the promise pending, then. An app that does not wait for it must not fail of it.
        if (error instanceof UnsettledError) outcome.catch(() => {});
        reject(error);
      });
    });
    return outcome;
  }

  async #evaluate(code: unknown, userGesture: boolean, frame: PageFrame, document?: FrameDocument): Promise<unknown> {
    await this.#session;
    await this.#crashing;
    // As in Electron, where the window has no URL then. What a page opens begins with a document of that page's.
    const isToLoad = !document && !this.#options.opened && this.document.url === '';
    if (!frame.parent && (this.isLoading || isToLoad) && document?.isCurrent !== false && !this.isClosed) {
      await new Promise<void>((resolve) => this.once('stop-load', resolve));
    }
    if (this.isClosed || this.isCrashed || document?.isCurrent === false) throw new PageGoneError();
    const { session } = frame.target!;
    // Its number alone would do for the next document's, too.
    const context = document && frame.target!.contextOf(document);
    if (frame.parent && !context) throw new PageGoneError();
    return this.#untilGone(document, evaluate(session, String(code), userGesture, context?.uniqueId));
  }

  /** DevTools may not answer for a document that went away. */
  async #untilGone(document: FrameDocument | undefined, outcome: Promise<unknown>): Promise<unknown> {
    let onGone = () => {};
    let stop = () => {};
    const gone = new Promise<never>((_resolve, reject) => {
      onGone = () => reject(new PageGoneError());
      this.on('navigated', onGone).on('crashed', onGone).on('closed', onGone);
      if (document) stop = document.whenLeft(onGone);
    });
    try {
      return await Promise.race([outcome, gone]);
    } finally {
      stop();
      this.off('navigated', onGone).off('crashed', onGone).off('closed', onGone);
    }
  }

  /** The renderer's process id, also while a page is loading; undefined when there is no such process. */
  async rendererPid(): Promise<number | undefined> {
    await this.#session;
    return this.document.pid || rendererPid(this.#connection, this.frameId);
  }

  /** Moves its window to where it is seen, or is not. */
  async setHidden(hidden: boolean): Promise<void> {
    await this.#session;
    await setHidden(this.#connection, this.frameId, hidden);
  }

  crash(): Promise<void> {
    return (this.#crashing = this.#crash());
  }

  /** Resolves when it has crashed: what is to be loaded next is not for this renderer. */
  async #crash() {
    const session = await this.#session;
    if (this.isClosed || this.isCrashed) return;
    const gone = new Promise<void>((resolve) => this.once('crashed', () => resolve()).once('closed', resolve));
    const pid = await this.rendererPid().catch(ignore);
    try {
      // While it loads another document, DevTools would hold a command back, and may lose it.
      process.kill(pid!, 'SIGSEGV');
    } catch {
      // A renderer that crashed does not answer.
      session.send('Page.crash').catch(ignore);
    }
    await Promise.race([gone, wait(patienceForFacts, undefined, { ref: false })]);
  }

  /**
   * Closes the page as the person does. Its handlers run, and what they send comes before `closed`; its `beforeunload` can
   * have it stay.
   */
  close() {
    if (this.isClosed || this.#isClosing) return;
    this.#isClosing = true;
    this.#close().catch(() => this.destroy());
  }

  async #close() {
    const session = await this.#session;
    if (this.isCrashed || this.isClosed) {
      this.destroy();
      return;
    }
    // As Electron does: without it a page without user activation is not asked. One that is busy is not waited for.
    const touched = session.send('Runtime.evaluate', { expression: '0', userGesture: true });
    await Promise.race([touched, wait(patienceForLastWords, undefined, { ref: false })]);
    const isAsked = new Promise((resolve) => this.once('prevent-unload', resolve));
    await session.send('Page.close');
    const isLate = Symbol('late');
    const late = wait(patienceForBeforeUnload, isLate, { ref: false });
    if ((await Promise.race([this.#whenDetached, isAsked, late])) === isLate) this.destroy();
  }

  /** Ends the page without asking it. Listeners are told at once; Chromium follows. */
  destroy() {
    if (this.isClosed) return;
    // None of its handlers runs any more. DevTools keeps the order: its console's last lines come before this answer.
    const disabled = { value: true };
    const answer = this.#session.then((session) => session.send('Emulation.setScriptExecutionDisabled', disabled));
    this.saidAll = Promise.race([answer, wait(patienceForLastWords)]).then(ignore, ignore);
    Promise.all([this.#session, this.saidAll])
      .then(() => closePage(this.#connection, this.frameId, this.#whenDetached))
      .catch(ignore);
    this.#onClosed();
  }

  async #open(): Promise<CDPSession> {
    const { bindingName, inSubframes, opened } = this.#options;
    const given = this.#options.scripts.current;
    // Told of below.
    given.catch(ignore);
    const { session, targetId } = await (opened ?? openPage(this.#connection, this.#options));
    this.frameId = targetId;
    this.#listen(session);
    // One whose renderer is gone does not answer. It can be closed, or load.
    const crashed = new Promise((resolve) => this.once('crashed', resolve));
    if (!this.isClosed) {
      openPages.add(this);
      inspectorHooks?.pageOpened(this);
    }
    const scripts = await given;
    const onTitle = (title: string, contextId: number) => {
      const context = this.frames.main.target!.contexts.get(contextId);
      if (context?.document === this.document) this.#setTitle(title);
    };
    const skipFirst = opened !== undefined && !opened.goesOn;
    const isSetUp = Promise.all([
      notePages(this.#connection),
      watchTitle(session, onTitle),
      this.frames.open(session, targetId, { bindingName, scripts, inSubframes }, skipFirst)
    ]);
    await Promise.race([isSetUp, crashed]);
    return session;
  }

  #listenToFrames() {
    const { frames } = this;
    frames.on('navigated', (frame, { loaderId }) => {
      if (frame === frames.main) this.#onNavigated(loaderId);
    });
    frames.on('start-load', (frame, _url, isSameDocument) => {
      if (frame !== frames.main || isSameDocument) return;
      this.#endLoad();
      this.isLoading = this.#isNavigating = true;
    });
    frames.on('dom-ready', (frame) => {
      if (frame === frames.main) this.emit('dom-ready');
    });
    frames.on('load', (frame, loaderId) => {
      if (frame === frames.main) this.#onLoaded(frame.target!.session, loaderId).catch(throwUncaught);
    });
  }

  #listen(session: CDPSession) {
    answerDialogs(session, this.#options.isUnseen);
    const connection = session.connection();
    const onCrashed = (event: Protocol.Target.TargetCrashedEvent) => this.#onCrashed(event);
    // The connection is that of all pages, and outlives them.
    connection?.on('Target.targetCrashed', onCrashed);
    onDetached(session, () => {
      this.#tellDetached();
      connection?.off('Target.targetCrashed', onCrashed);
      this.#onDetached().catch(throwUncaught);
    });
    session.on('Page.frameStoppedLoading', ({ frameId }) => {
      if (frameId === this.frameId) this.#onStopped();
    });
    session.on('Page.javascriptDialogOpening', ({ type }) => {
      if (type === 'beforeunload') this.#onBeforeUnload(session);
    });
  }

  #startLoading() {
    this.isLoading = true;
    this.frames.main.link.hold();
  }

  /** What was loading has ended, however it did. That is told once. */
  #stopLoading() {
    const wasLoading = this.isLoading;
    this.isLoading = this.#isNavigating = false;
    this.frames.main.link.release();
    if (wasLoading) this.emit('stop-load');
  }

  /** Resolves when Chromium's page about an error shows, which DevTools tells after it failed; with false when none does. */
  async #showsError(loaderId: string): Promise<boolean> {
    if (this.document.token === loaderId) return true;
    let onNavigated = (_: string) => {};
    const shown = new Promise<boolean>((resolve) => {
      onNavigated = (id) => resolve(id === loaderId);
      this.on('navigated', onNavigated);
    });
    try {
      return await Promise.race([shown, wait(patienceForErrorPage, false, { ref: false })]);
    } finally {
      this.off('navigated', onNavigated);
    }
  }

  /** Resolves when Chromium's page about an error, which shows, has loaded, or another load takes its place. */
  async #ended() {
    if (!this.isLoading || this.#load) return;
    await new Promise<void>((resolve) => {
      const ends = ['finish-load', 'navigated', 'crashed', 'closed'] as const;
      const done = () => {
        for (const end of ends) this.off(end, done);
        resolve();
      };
      for (const end of ends) this.on(end, done);
    });
  }

  /** Waits for one certain document. */
  #loaded(loaderId: string, url: string): Promise<void> {
    if (this.#loadedId === loaderId) return Promise.resolve();
    if (this.isClosed) return Promise.reject(loadError('net::ERR_FAILED', url));
    return new Promise((resolve, reject) => {
      let shown = this.document.token === loaderId ? this.document : undefined;
      const onLoad = (loadedId: string) => (loadedId === loaderId ? done() : undefined);
      const onGone = () => done(loadError('net::ERR_FAILED', url));
      const onStopped = () => done(loadError('net::ERR_ABORTED', url));
      const onNavigated = (nextId: string) => {
        if (nextId === loaderId) {
          shown = this.document;
          return;
        }
        // Nothing is told of what never showed, as in Electron: a page about the failure would take the place of the next.
        if (shown) this.emit('fail-load', loadError('net::ERR_ABORTED', url), shown);
        onStopped();
      };
      const done = (error?: Error) => {
        this.off('finish-load', onLoad).off('navigated', onNavigated).off('stopped', onStopped);
        this.off('crashed', onGone).off('closed', onGone);
        if (error) reject(error);
        else resolve();
      };
      this.on('finish-load', onLoad).on('navigated', onNavigated).on('stopped', onStopped);
      this.on('crashed', onGone).on('closed', onGone);
    });
  }

  /** The main frame loads nothing more. What has loaded is told by its `load` event, which comes before. */
  #onStopped() {
    // The call says itself how it ended.
    if (this.isClosed || this.#load) return;
    const hasLoaded = !this.#isNavigating && this.#loadingEndedId === this.document.token;
    if (hasLoaded || !(this.isLoading || this.#isNavigating)) return;
    const { link } = this.frames.main;
    const wasHolding = link.isHolding;
    this.emit('stopped');
    // It is shown, and has stopped itself.
    if (!this.#isNavigating) this.emit('fail-load', loadError('net::ERR_ABORTED', this.document.url));
    // Unless a listener has begun another load: what it sends waits for that.
    if (wasHolding || !link.isHolding) this.#stopLoading();
  }

  #onNavigated(loaderId: string) {
    this.#load = undefined;
    this.#isNavigating = false;
    this.isLoading = true;
    this.isCrashed = false;
    this.emit('navigated', loaderId);
  }

  async #onLoaded(session: CDPSession, loaderId: string) {
    const { document } = this;
    this.#loadingEndedId = loaderId;
    let isTold = false;
    const end = () => {
      if (isTold || isGone()) return;
      isTold = true;
      this.#loadedId = loaderId;
      // Unless a call of loadURL goes on.
      const hasStopped = !this.#load && this.isLoading;
      if (hasStopped) this.isLoading = false;
      this.emit('finish-load', loaderId);
      if (hasStopped) this.emit('stop-load');
    };
    this.#endLoad = end;
    const isGone = () => !document.isCurrent || this.isCrashed || this.isClosed;
    const pidIsKnown = rendererPid(this.#connection, this.frameId).then((pid) => {
      if (!isGone()) document.process.pid = pid ?? 0;
    }, ignore);
    const titleIsKnown = session
      .send('Runtime.evaluate', {
        // What a page names `title`, a form for one, is not its title.
        expression: "Object.getOwnPropertyDescriptor(Document.prototype, 'title').get.call(document)",
        returnByValue: true
      })
      .then(({ result }) => {
        if (!isGone()) this.#setTitleOf(document, result.value);
      }, ignore);
    await Promise.race([Promise.all([pidIsKnown, titleIsKnown]), wait(patienceForFacts, undefined, { ref: false })]);
    end();
  }

  /** @param given anything: the page can have put it there */
  #setTitleOf({ url }: FrameDocument, given: unknown) {
    const title = typeof given === 'string' ? given : '';
    // A file has a title at any rate.
    const file = title === '' && url.startsWith('file:') ? basename(new URL(url).pathname) : '';
    this.#setTitle(file || title, file === '');
  }

  #setTitle(title: string, isExplicit = true) {
    if (this.isClosed || title === this.title) return;
    this.title = title;
    this.emit('title', title, isExplicit);
  }

  #onCrashed({ targetId, status, errorCode }: Protocol.Target.TargetCrashedEvent) {
    if (this.isClosed || this.frames.crash(targetId) || targetId !== this.frameId || this.isCrashed) return;
    this.isCrashed = true;
    this.frames.removeChildren();
    this.frames.main.link.crash();
    const wasLoading = this.isLoading;
    // Before a listener loads it again.
    this.isLoading = this.#isNavigating = false;
    this.frames.main.link.release();
    this.emit('crashed', exitReason(status), errorCode);
    if (wasLoading && !this.isLoading) this.emit('stop-load');
  }

  /** A `beforeunload` handler wants the page to stay. In Electron the app decides, without a dialog. */
  #onBeforeUnload(session: CDPSession) {
    const event = preventable();
    this.emit('prevent-unload', event);
    const accept = this.isClosed || event.defaultPrevented;
    session.send('Page.handleJavaScriptDialog', { accept }).catch(ignore);
    if (accept) return;
    if (this.#isClosing) {
      this.#isClosing = false;
      this.emit('stay');
    } else if (this.#load && !this.#load.isRefused) {
      this.#load.isRefused = true;
      this.emit('fail-load', loadError('net::ERR_ABORTED', this.#load.url));
    }
  }

  /** Chromium has closed it. What its handlers sent is still to come. */
  async #onDetached() {
    this.#isClosing = true;
    const { frames } = this;
    const silence = frames.silence().then(() => true);
    let isSilent: boolean;
    let heard: number;
    let rounds = 0;
    do {
      ({ heard } = frames);
      rounds++;
      isSilent = await Promise.race([silence, wait(patienceForLastWords, false, { ref: false })]);
      // What came while a listener was busy with the last of it is read first.
      await nextTask();
    } while (!isSilent && frames.heard !== heard && rounds < maximumRounds);
    this.#onClosed();
  }

  #onClosed() {
    if (this.isClosed) return;
    this.isClosed = true;
    openPages.delete(this);
    this.frames.close(this.saidAll);
    this.emit('closed');
    this.emit('stop-load');
  }
}
