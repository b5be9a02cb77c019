import { describe } from '../../common/describe';
import { TransferList } from '../../node/message-port/transfer-list';
import { serializeForDocument } from '../page/link-message';
import { IpcMain } from './ipc-main';

import type { ToDocument } from '../../common/link-messages';
import type { Page } from '../page/page';

/** A window's main frame, whatever document it shows. Frames inside the page are deliberately not offered. */
export class WebFrameMain {
  #page: Page;
  readonly ipc = new IpcMain();
  readonly parent = null;

  constructor(page: Page) {
    this.#page = page;
  }

  /** Empty until the window's page is open. */
  get frameToken() {
    return this.#page.frameId;
  }

  get url() {
    return this.#page.url;
  }

  /** The operating system's, as Chromium's own number is not to be had. 0 until a page has loaded. */
  get processId() {
    return this.#page.pid;
  }

  get osProcessId() {
    return this.#page.pid;
  }

  isDestroyed() {
    return this.#page.isClosed;
  }

  executeJavaScript(code: string, userGesture = false): Promise<unknown> {
    return this.#page.evaluate(code, userGesture);
  }

  send(channel: string, ...args: unknown[]) {
    if (typeof channel !== 'string') throw new TypeError('Missing required channel argument');
    try {
      this.#post(() => ['send', channel, args], undefined);
    } catch (error) {
      console.error('Error sending from webFrameMain: ', error);
    }
  }

  _postMessage(...args: unknown[]) {
    const [channel, message, transfer] = args;
    if (args.length === 0) throw new TypeError('Insufficient number of arguments.');
    if (typeof channel !== 'string') {
      throw new TypeError(`Error processing argument at index 0, conversion failure from ${describe(channel)}`);
    }
    if (args.length === 1) throw new TypeError('Insufficient number of arguments.');
    // Empty until the message has been written, which comes before it.
    this.#post(({ found }) => ['post', channel, message, found], transfer);
  }

  #post(message: (list: TransferList) => ToDocument, transfer: unknown) {
    const list = new TransferList(transfer);
    const body = serializeForDocument(message(list), list);
    // Script in the message may have run: everything is looked at again before anything is taken.
    list.check();
    if (this.#page.isClosed || this.#page.isCrashed) {
      throw new Error('Render frame was disposed before WebFrameMain could be accessed');
    }
    this.#page.link.send({ body, ...list.detach() });
  }
}
