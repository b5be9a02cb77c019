import { conversionFailure } from '../../common/describe';
import { checkArguments } from '../../common/message-arguments';
import { TransferList } from '../../node/message-port/transfer-list';
import { PageGoneError } from './evaluation';
import { serializeForDocument } from './link-message';

import type { ToDocument } from '../../common/link-messages';
import type { FrameDocument } from './frame-document';
import type { PageFrame } from './page-frame';

/** `send` and `postMessage` of a frame: to one document of it, or to whichever it shows. */
export class FrameSender {
  #frame: PageFrame;
  #isClosed: () => boolean;
  #document: FrameDocument | undefined;

  /**
   * @param isClosed whether the page is
   * @param document who may have the messages, by default whatever document is there
   */
  constructor(frame: PageFrame, isClosed: () => boolean, document?: FrameDocument) {
    this.#frame = frame;
    this.#isClosed = isClosed;
    this.#document = document;
  }

  send(channel: string, args: unknown[]) {
    if (typeof channel !== 'string') throw new TypeError('Missing required channel argument');
    try {
      checkArguments(args);
      this.#post(['send', channel, args], undefined);
    } catch (error) {
      console.error('Error sending from webFrameMain: ', error);
    }
  }

  /** @param args as script gave them: channel, message, and what is to be transferred */
  postMessage(args: unknown[]) {
    const [channel, message, transfer] = args;
    if (args.length === 0) throw new TypeError('Insufficient number of arguments.');
    if (typeof channel !== 'string') throw conversionFailure(channel);
    if (args.length === 1) throw new TypeError('Insufficient number of arguments.');
    this.#post(['post', channel, message], transfer);
  }

  #post(message: ToDocument, transfer: unknown) {
    const list = new TransferList(transfer);
    const body = serializeForDocument(message, list);
    // Script in the message may have run: everything is looked at again before anything is taken.
    list.check();
    const { link, document: shown } = this.#frame;
    // A document that is to come has not crashed.
    const isCrashed = this.#document?.isCrashed ?? (shown.isCrashed && !link.isHolding);
    if (this.#isClosed() || isCrashed) throw new PageGoneError();
    link.send({ body, ...list.detach() }, this.#document);
  }
}
