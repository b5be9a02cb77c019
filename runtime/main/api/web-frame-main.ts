import { FrameSender } from '../page/frame-sender';

import type { FrameDocument } from '../page/frame-document';
import type { Page } from '../page/page';
import type { IpcMain } from './ipc-main';

/**
 * A document of a window's main frame. When the frame shows another one, this stays as it was: detached, and it
 * receives nothing. Frames inside the page are deliberately not offered.
 */
export class WebFrameMain {
  /** All documents of the frame have the same. */
  readonly ipc: IpcMain;
  readonly parent = null;
  #page: Page;
  #document: FrameDocument;
  #sender: FrameSender;

  constructor(page: Page, document: FrameDocument, ipc: IpcMain) {
    this.#page = page;
    this.#document = document;
    this.#sender = new FrameSender(page, document);
    this.ipc = ipc;
  }

  /** Empty while nothing was loaded. */
  get frameToken() {
    return this.#document.token;
  }

  get url() {
    return this.#document.url;
  }

  /** The operating system's, as Chromium's own number is not available. 0 until the document has loaded. */
  get processId() {
    return this.#document.pid;
  }

  get osProcessId() {
    return this.#document.pid;
  }

  get routingId() {
    return this.#document.routingId;
  }

  get detached() {
    return !this.#document.isCurrent || this.isDestroyed();
  }

  isDestroyed() {
    return this.#page.isClosed || this.#document.isCrashed || this.#document.isGone;
  }

  executeJavaScript(code: string, userGesture = false): Promise<unknown> {
    return this.#page.evaluate(code, userGesture, this.#document);
  }

  send(channel: string, ...args: unknown[]) {
    this.#sender.send(channel, args);
  }

  _postMessage(...args: unknown[]) {
    this.#sender.postMessage(args);
  }
}
