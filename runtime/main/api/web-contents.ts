import { EventEmitter } from 'node:events';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import { emitToApp } from '../../node/throw-uncaught';
import { appInfo } from '../app-info';
import { DocumentGrants } from '../page/document-grants';
import { DocumentMessages } from '../page/document-messages';
import { consoleText, exceptionText } from '../page/evaluation';
import { FrameSender } from '../page/frame-sender';
import { preventable } from '../page/preventable';
import { ignoredEvents, nameIgnoredEvents } from './ignored';
import { IpcMain } from './ipc-main';
import { readProcessMemory } from './process-memory';
import { WebFrameMain } from './web-frame-main';

import type { FrameDocument } from '../page/frame-document';
import type { Page } from '../page/page';
import type { Protocol } from 'puppeteer-core';

const all = new Map<number, WebContents>();
let lastId = 0;

const logLevels = { verbose: 'debug', info: 'info', warning: 'warning', error: 'error' };
const consoleLevels: Record<string, string> = { error: 'error', assert: 'error', warning: 'warning', debug: 'debug' };

/** What a window shows: a page, its main frame, and the messages of its documents. */
export class WebContents extends EventEmitter {
  readonly id = ++lastId;
  readonly ipc = new IpcMain();
  #page: Page;
  #sender: FrameSender;
  /** Of the main frame, whatever it shows. */
  #frameIpc = new IpcMain();
  #frames = new WeakMap<FrameDocument, Electron.WebFrameMain>();

  constructor(page: Page) {
    super();
    this.#page = page;
    this.#sender = new FrameSender(page);
    all.set(this.id, this);
    nameIgnoredEvents(this, 'webContents', ignoredEvents.webContents);
    const frameOf = (document: FrameDocument) => this.#frameOf(document);
    new DocumentMessages(page, this as unknown as Electron.WebContents, frameOf).listen();
    new DocumentGrants(page, this as unknown as Electron.WebContents).listen();
    page.on('dom-ready', () => emitToApp(this, 'dom-ready', { sender: this }));
    page.on('finish-load', () => emitToApp(this, 'did-finish-load', { sender: this }));
    page.on('stop-load', () => emitToApp(this, 'did-stop-loading', { sender: this }));
    page.on('start-load', (url, isSameDocument) => this.#onStartLoad(url, isSameDocument));
    page.on('navigated', () => emitToApp(this, 'did-navigate', { sender: this }, this.#page.document.url, -1, ''));
    page.on('navigated-within', (url) => {
      const { processId, routingId } = this.mainFrame;
      emitToApp(this, 'did-navigate-in-page', { sender: this }, url, true, processId, routingId);
    });
    page.on('fail-load', ({ code, errno, url }) => {
      if (code !== 'ERR_ABORTED') console.warn(`Failed to load URL: ${url} with error: ${code}`);
      const { processId, routingId } = this.mainFrame;
      emitToApp(this, 'did-fail-load', { sender: this }, errno, code, url, true, processId, routingId);
    });
    page.on('title', (title) => emitToApp(this, 'page-title-updated', preventable({ sender: this }), title, true));
    page.on('log', ({ level, text, url, lineNumber = 0 }) =>
      this.#emitConsole(logLevels[level], text, { lineNumber, url })
    );
    page.on('console', (event) => this.#onConsole(event));
    page.on('exception', (details) => this.#emitConsole('error', `Uncaught ${exceptionText(details)}`, details));
    page.on('crashed', (reason, exitCode) =>
      emitToApp(this, 'render-process-gone', { sender: this }, { reason, exitCode })
    );
    page.on('prevent-unload', (event) => emitToApp(this, 'will-prevent-unload', event));
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

  /** The document that the main frame shows. */
  get mainFrame(): Electron.WebFrameMain {
    return this.#frameOf(this.#page.document);
  }

  loadURL(url: string): Promise<void> {
    const loaded = this.#alive().loadURL(String(url));
    // An app that does not wait for it must not fail of it.
    loaded.catch(() => {});
    return loaded;
  }

  /** @param path absolute, or from the app's folder */
  loadFile(
    path: string,
    { query, search, hash }: { query?: Record<string, string>; search?: string; hash?: string } = {}
  ): Promise<void> {
    const url = pathToFileURL(resolve(appInfo.path, path));
    if (query) url.search = String(new URLSearchParams(query));
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
    return this.#alive().document.pid;
  }

  async _getProcessMemoryInfo(): Promise<Electron.ProcessMemoryInfo> {
    return readProcessMemory(await this.#alive().rendererPid());
  }

  executeJavaScript(code: string, userGesture = false): Promise<unknown> {
    return this.#alive().evaluate(code, userGesture);
  }

  send(channel: string, ...args: unknown[]) {
    this.#alive();
    this.#sender.send(channel, args);
  }

  _postMessage(...args: unknown[]) {
    this.#alive();
    this.#sender.postMessage(args);
  }

  forcefullyCrashRenderer() {
    // A page that never opened has no renderer to crash.
    this.#alive()
      .crash()
      .catch(() => {});
  }

  /** As the page's own `window.close()` does: it cannot stay, unless it is asked. */
  close({ waitForBeforeUnload = false }: { waitForBeforeUnload?: boolean } = {}) {
    this.#page.close(waitForBeforeUnload);
  }

  #onStartLoad(url: string, isSameDocument: boolean) {
    if (!isSameDocument) emitToApp(this, 'did-start-loading', { sender: this });
    const frame = this.mainFrame;
    const details = { sender: this, url, isSameDocument, isMainFrame: true, frame };
    const { processId, routingId } = frame;
    emitToApp(this, 'did-start-navigation', details, url, isSameDocument, true, processId, routingId);
  }

  #frameOf(document: FrameDocument): Electron.WebFrameMain {
    let frame = this.#frames.get(document);
    if (!frame) {
      frame = new WebFrameMain(this.#page, document, this.#frameIpc) as unknown as Electron.WebFrameMain;
      this.#frames.set(document, frame);
    }
    return frame;
  }

  #alive(): Page {
    if (this.#page.isClosed) throw new TypeError('Object has been destroyed');
    return this.#page;
  }

  #onConsole({ type, args, stackTrace }: Protocol.Runtime.ConsoleAPICalledEvent) {
    const { lineNumber = 0, url = '' } = stackTrace?.callFrames[0] ?? {};
    this.#emitConsole(consoleLevels[type] ?? 'info', args.map(consoleText).join(' '), { lineNumber, url });
  }

  #emitConsole(level: string, message: string, { lineNumber, url = '' }: { lineNumber: number; url?: string }) {
    const event = { sender: this, frame: this.mainFrame, level, message, lineNumber: lineNumber + 1, sourceId: url };
    emitToApp(this, 'console-message', event);
  }
}
