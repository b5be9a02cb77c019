import { EventEmitter } from 'node:events';
import { resolve } from 'node:path';
import { stringify } from 'node:querystring';
import { pathToFileURL } from 'node:url';

import { conversionFailure } from '../../common/describe';
import { emitToApp } from '../../node/throw-uncaught';
import { appInfo } from '../app-info';
import { DocumentGrants } from '../page/document-grants';
import { DocumentMessages } from '../page/document-messages';
import { consoleText, exceptionText } from '../page/evaluation';
import { FrameSender } from '../page/frame-sender';
import { loadError } from '../page/net-errors';
import { originalPlace, withOriginalPlaces } from '../page/preload-places';
import { preventable } from '../page/preventable';
import { ignoredEvents, nameIgnoredEvents, nameIgnoredLoadOptions } from './ignored';
import { IpcMain } from './ipc-main';
import { readProcessMemory } from './process-memory';
import { WebFrameMain } from './web-frame-main';
import { WebFrames } from './web-frames';

import type { FrameDocument } from '../page/frame-document';
import type { LoadError } from '../page/net-errors';
import type { Page } from '../page/page';
import type { PageFrame } from '../page/page-frame';
import type { Place } from '../page/preload-places';
import type { WindowOpenHandler } from './window-open-response';
import type { WebPreferences } from './window-options';
import type { Protocol } from 'puppeteer-core';

const all = new Map<number, WebContents>();
let lastId = 0;

/** In the order of the numbers that listeners got before they got an object. */
const levels = ['debug', 'info', 'warning', 'error'];
const logLevels = { verbose: 'debug', info: 'info', warning: 'warning', error: 'error' };
const consoleLevels: Record<string, string> = { error: 'error', assert: 'error', warning: 'warning', debug: 'debug' };

/** What a window shows: a page, its frames, and the messages of their documents. */
export class WebContents extends EventEmitter {
  readonly id = ++lastId;
  readonly ipc = new IpcMain();
  /** Of its window, and what windows that its pages open are given. */
  readonly #preferences: WebPreferences;
  #windowOpenHandler: WindowOpenHandler | undefined;
  #page: Page;
  #sender: FrameSender;
  #frames: WebFrames;

  constructor(page: Page, preferences: WebPreferences) {
    super();
    this.#preferences = preferences;
    this.#page = page;
    this.#frames = new WebFrames(page);
    this.#sender = new FrameSender(page.frames.main, () => page.isClosed);
    all.set(this.id, this);
    nameIgnoredEvents(this, 'webContents', ignoredEvents.webContents);
    this.#listenToFrames();
    page.on('dom-ready', () => this.#tell('dom-ready', { sender: this }));
    page.on('finish-load', () => this.#tell('did-finish-load', { sender: this }));
    page.on('stop-load', () => this.#tell('did-stop-loading', { sender: this }));
    page.on('fail-load', (error, document) => this.#onFailed(page.frames.main, error, document));
    page.on('title', (title, isExplicit) =>
      this.#tell('page-title-updated', preventable({ sender: this }), title, isExplicit)
    );
    page.on('crashed', (reason, exitCode) => this.#tell('render-process-gone', { sender: this }, { reason, exitCode }));
    page.on('prevent-unload', (event) => this.#tell('will-prevent-unload', event));
    page.on('closed', () => {
      all.delete(this.id);
      emitToApp(this, 'destroyed');
    });
  }

  static getAllWebContents(): WebContents[] {
    return [...all.values()];
  }

  static fromId(id: number): WebContents | undefined {
    return all.get(id);
  }

  /** Whose frame it is, as long as it is there. */
  static fromFrame(frame: WebFrameMain): WebContents | undefined {
    if (!(frame instanceof WebFrameMain)) throw conversionFailure(frame);
    return [...all.values()].find((each) => each.#frames.find((its) => its === frame));
  }

  /** The document that the main frame shows. */
  get mainFrame(): Electron.WebFrameMain {
    return this.#frames.main as unknown as Electron.WebFrameMain;
  }

  loadURL(url: string, options?: Electron.LoadURLOptions | null): Promise<void> {
    const page = this.#alive();
    if (typeof url !== 'string') throw conversionFailure(url);
    nameIgnoredLoadOptions(options ?? {});
    const loaded = page.loadURL(url);
    // An app that does not wait for it must not fail of it.
    loaded.catch(() => {});
    return loaded;
  }

  /** @param path absolute, or from the app's folder */
  loadFile(
    path: string,
    options?: { query?: Record<string, string>; search?: string; hash?: string } | null
  ): Promise<void> {
    if (typeof path !== 'string') throw new TypeError('Must pass filePath as a string');
    const { query, search, hash } = options ?? {};
    const url = pathToFileURL(resolve(appInfo.path, path));
    // A space is %20 there, as in Electron.
    if (query) url.search = stringify(query);
    if (search) url.search = search;
    if (hash) url.hash = hash;
    return this.loadURL(url.href);
  }

  reload() {
    this.#alive()
      .reload()
      .catch(() => {});
  }

  getURL() {
    return this.#alive().document.url;
  }

  getTitle() {
    return this.#alive().title;
  }

  isLoading() {
    return this.#alive().isLoading;
  }

  isCrashed() {
    return this.#alive().isCrashed;
  }

  isDestroyed() {
    return this.#page.isClosed;
  }

  getOSProcessId() {
    return this.#alive().document.pid;
  }

  getProcessId() {
    return this.#alive().document.processId;
  }

  async _getProcessMemoryInfo(): Promise<Electron.ProcessMemoryInfo> {
    return readProcessMemory(await this.#alive().rendererPid());
  }

  executeJavaScript(code: unknown, userGesture?: unknown): Promise<unknown> {
    // Electron's is an async function.
    if (this.#page.isClosed) return Promise.reject(new TypeError('Object has been destroyed'));
    return this.#page.evaluate(code, Boolean(userGesture));
  }

  send(channel: string, ...args: unknown[]) {
    this.#alive();
    this.#sender.send(channel, args);
  }

  postMessage(...args: unknown[]) {
    this.#alive();
    this.#sender.postMessage(args);
  }

  /** @param handler decides on each window that a page wants to open; without it, all are */
  setWindowOpenHandler(handler: WindowOpenHandler) {
    this.#alive();
    this.#windowOpenHandler = handler;
  }

  _windowOpenHandler() {
    return { handler: this.#windowOpenHandler, preferences: this.#preferences };
  }

  forcefullyCrashRenderer() {
    // A page that never opened has no renderer to crash.
    this.#alive()
      .crash()
      .catch(() => {});
  }

  /** As the page's own `window.close()` does: it cannot stay, unless it is asked. */
  close(options?: { waitForBeforeUnload?: boolean } | null) {
    const page = this.#alive();
    if (options?.waitForBeforeUnload) page.close();
    else page.destroy();
  }

  #listenToFrames() {
    const { frames } = this.#page;
    this.#addFrame(frames.main);
    frames.on('created', (frame) => {
      this.#addFrame(frame);
      this.#tell('frame-created', { sender: this }, { frame: this.#frames.shownBy(frame) });
    });
    frames.on('navigated', (frame) => this.#onNavigated(frame));
    frames.on('navigated-within', (frame, url) =>
      this.#tell('did-navigate-in-page', { sender: this }, url, ...this.#identify(frame))
    );
    frames.on('start-load', (frame, url, isSameDocument) => this.#onStartLoad(frame, url, isSameDocument));
    frames.on('redirected', (frame, url) => this.#emitNavigation('did-redirect-navigation', frame, url, false));
    frames.on('dom-ready', (frame) => {
      if (!this.#page.isClosed) emitToApp(this.#frames.shownBy(frame), 'dom-ready');
    });
    frames.on('load', (frame) => this.#tell('did-frame-finish-load', { sender: this }, ...this.#identify(frame)));
    frames.on('log', ({ level, text, url, lineNumber = 0 }, frame) =>
      this.#emitConsole(logLevels[level], text, { lineNumber, url }, frame.document)
    );
    frames.on('console', (event, document) => this.#onConsole(event, document));
    frames.on('exception', (details, document) =>
      this.#emitConsole('error', `Uncaught ${exceptionText(details)}`, details, document)
    );
  }

  #addFrame(frame: PageFrame) {
    const sender = this as unknown as Electron.WebContents;
    const frameOf = (document: FrameDocument) => this.#frames.of(frame, document) as unknown as Electron.WebFrameMain;
    new DocumentMessages(frame, sender, this.#frames.ipcOf(frame), frameOf).listen();
    new DocumentGrants(frame, sender, frameOf).listen();
  }

  /** The end of the arguments of an event about a frame. */
  #identify(
    frame: PageFrame,
    { processId, routingId } = frame.document
  ): [isMainFrame: boolean, processId: number, routingId: number] {
    return [!frame.parent, processId, routingId];
  }

  #onNavigated(frame: PageFrame) {
    const { url, response, isChromiums, error } = frame.document;
    if (isChromiums) {
      const failure = loadError(error, url);
      const { errno, code } = failure;
      this.#tell('did-fail-provisional-load', { sender: this }, errno, code, url, ...this.#identify(frame));
      if (code !== 'ERR_ABORTED') this.#onFailed(frame, failure);
      return;
    }
    const { code, text } = response;
    this.#tell('did-frame-navigate', { sender: this }, url, code, text, ...this.#identify(frame));
    if (!frame.parent) this.#tell('did-navigate', { sender: this }, url, code, text);
  }

  #onFailed(frame: PageFrame, { code, errno, url }: LoadError, document?: FrameDocument) {
    if (code !== 'ERR_ABORTED') console.warn(`Failed to load URL: ${url} with error: ${code}`);
    this.#tell('did-fail-load', { sender: this }, errno, code, url, ...this.#identify(frame, document));
  }

  #onStartLoad(frame: PageFrame, url: string, isSameDocument: boolean) {
    if (!frame.parent && !isSameDocument) this.#tell('did-start-loading', { sender: this });
    this.#emitNavigation('did-start-navigation', frame, url, isSameDocument);
  }

  #emitNavigation(name: string, frame: PageFrame, url: string, isSameDocument: boolean) {
    const isMainFrame = !frame.parent;
    const details = { sender: this, url, isSameDocument, isMainFrame, frame: this.#frames.shownBy(frame) };
    this.#tell(name, details, url, isSameDocument, ...this.#identify(frame));
  }

  /** DevTools goes on to tell of a page for a while after it was closed. Its console's last lines are told, and nothing else. */
  #tell(event: string, ...args: unknown[]) {
    if (!this.#page.isClosed) emitToApp(this, event, ...args);
  }

  #alive(): Page {
    if (this.#page.isClosed) throw new TypeError('Object has been destroyed');
    return this.#page;
  }

  #onConsole({ type, args, stackTrace }: Protocol.Runtime.ConsoleAPICalledEvent, document?: FrameDocument) {
    const place = stackTrace?.callFrames[0] ?? { lineNumber: 0 };
    this.#emitConsole(consoleLevels[type] ?? 'info', args.map(consoleText).join(' '), place, document);
  }

  #emitConsole(level: string, said: string, place: Place, document?: FrameDocument) {
    const { lineNumber: index, url = '' } = originalPlace(place);
    const lineNumber = index + 1;
    const message = withOriginalPlaces(said);
    const frame = document && this.#frames.find((each) => each.routingId === document.routingId);
    const event = {
      sender: this,
      frame: frame ?? this.mainFrame,
      level,
      message,
      lineNumber,
      sourceId: url
    };
    emitToApp(this, 'console-message', event, levels.indexOf(level), message, lineNumber, url);
  }
}
