import { EventEmitter } from 'node:events';

import { conversionFailure } from '../../common/describe';
import { FrameSender } from '../page/frame-sender';

import type { FrameDocument } from '../page/frame-document';
import type { Page } from '../page/page';
import type { PageFrame } from '../page/page-frame';
import type { IpcMain } from './ipc-main';

/** All frames of a page. */
interface WebFrames {
  readonly page: Page;
  of(frame: PageFrame, document: FrameDocument): WebFrameMain;
  ipcOf(frame: PageFrame): IpcMain;
}

/**
 * A document of a frame. When the frame shows another one, this stays as it was: detached, and it receives nothing.
 */
export class WebFrameMain extends EventEmitter {
  #frames: WebFrames;
  #frame: PageFrame;
  #document: FrameDocument;
  #sender: FrameSender;

  constructor(frames: WebFrames, frame: PageFrame, document: FrameDocument) {
    super();
    this.#frames = frames;
    this.#frame = frame;
    this.#document = document;
    this.#sender = new FrameSender(frame, () => frames.page.isClosed, document);
  }

  /** All documents of the frame have the same. */
  get ipc() {
    return this.#frames.ipcOf(this.#frame);
  }

  /** Empty while nothing was loaded. */
  get frameToken() {
    return this.#document.token;
  }

  get url() {
    return this.#document.url;
  }

  get origin() {
    return this.#document.origin;
  }

  get name() {
    return this.#frame.name;
  }

  get processId() {
    return this.#document.processId;
  }

  /** 0 until it is known. */
  get osProcessId() {
    return this.#document.pid;
  }

  get routingId() {
    return this.#document.routingId;
  }

  get frameTreeNodeId() {
    return this.#frame.number;
  }

  /** The document that it is in. */
  get parent(): WebFrameMain | null {
    const { parent, embedder } = this.#frame;
    return parent && embedder ? this.#frames.of(parent, embedder) : null;
  }

  get top(): WebFrameMain {
    return this.parent?.top ?? this;
  }

  /** What the frames in it show. */
  get frames(): WebFrameMain[] {
    if (this.detached) return [];
    return [...this.#frame.children]
      .filter(({ isAnnounced }) => isAnnounced)
      .map((child) => this.#frames.of(child, child.document));
  }

  get framesInSubtree(): WebFrameMain[] {
    return [this, ...this.frames.flatMap((child) => child.framesInSubtree)];
  }

  get detached() {
    return !this.#document.isCurrent || this.isDestroyed();
  }

  isDestroyed() {
    return this.#frames.page.isClosed || this.#document.isCrashed || this.#document.isGone;
  }

  /** Takes texts alone, and true or false for whether a person does it, which it may be called without. */
  executeJavaScript(...args: unknown[]): Promise<unknown> {
    const [code, userGesture] = args;
    if (args.length === 0) throw new TypeError('Insufficient number of arguments.');
    if (typeof code !== 'string') throw conversionFailure(code);
    if (args.length > 1 && typeof userGesture !== 'boolean') throw new TypeError('userGesture must be a boolean');
    return this.#frames.page.evaluate(code, userGesture === true, this.#frame, this.#document);
  }

  reload(): boolean {
    if (this.detached) return false;
    this.executeJavaScript('location.reload()').catch(() => {});
    return true;
  }

  send(channel: string, ...args: unknown[]) {
    this.#sender.send(channel, args);
  }

  postMessage(...args: unknown[]) {
    this.#sender.postMessage(args);
  }
}
