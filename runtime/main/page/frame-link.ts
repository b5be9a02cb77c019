import { discard } from '../../node/message-port/endpoint';
import { FrameDocument } from './frame-document';

import type { Endpoint, EndpointOwner, Message } from '../../node/message-port/endpoint';

interface Waiting {
  message: Message;
  /** The one document that may have it; undefined when it is for the one that comes next. */
  document: FrameDocument | undefined;
}

/**
 * The documents of a frame, and the way to them: the link of the current one, or, while there is none yet, the messages
 * that wait for it. Deliberately knows nothing of what the messages mean.
 */
export class FrameLink {
  #document = new FrameDocument();
  /** The current one and those before it, as long as something of theirs may be on its way; the oldest first. */
  #documents = new Set([this.#document]);
  #waiting: Waiting[] = [];
  /** Set while a navigation that this process asked for is pending: what is sent now is meant for its document. */
  #holding = false;
  #disabled = false;
  #isDestroyed = false;
  #heard = 0;
  #onSilence = () => {};

  /** Called with a new document once it can be reached, before anything that waits is sent. */
  onopen: (document: FrameDocument, link: Endpoint) => void = () => {};
  /** Called with the reason when a document is gone, whether its link had been opened or not. */
  onclose: (document: FrameDocument, reason: string) => void = () => {};
  /** Called with each message from a document, and its number, counted from 1. */
  onmessage: (message: Message, number: number, document: FrameDocument) => void = () => {};
  /** Called when a message from a document could not be read, with the reason. */
  onmessageerror: (reason: string, number: number, document: FrameDocument) => void = () => {};

  /** What the frame shows. */
  get document(): FrameDocument {
    return this.#document;
  }

  /** That and the documents before it, as long as something of theirs may be on its way. */
  get documents(): ReadonlySet<FrameDocument> {
    return this.#documents;
  }

  /** @param document who may have the message; by default the one that is awaited, or else the current one */
  send(message: Message, document?: FrameDocument) {
    const isHeld = !document && this.#holding;
    if (this.#disabled || document?.isCurrent === false) discard(message);
    else if (isHeld) this.#waiting.push({ message, document: undefined });
    else if (this.#document.isReachable) this.#document.link!.post(message);
    else if (this.#document.isUnreachable) discard(message);
    else this.#waiting.push({ message, document: document ?? this.#known });
  }

  /** What the frame shows, unless that is what it begins with, which becomes another. */
  get #known(): FrameDocument | undefined {
    return this.#document.token === '' ? undefined : this.#document;
  }

  /** The frame shows another document. That which it begins with sent nothing to anybody, and becomes the first. */
  commit(url: string, token: string): FrameDocument {
    if (this.#document.token !== '' || this.#document.isCrashed) {
      this.#leave('its document was navigated away from');
      this.#document = new FrameDocument();
      this.#documents.add(this.#document);
    }
    const document = Object.assign(this.#document, { url, token });
    // It is the awaited one. What takes its place by itself may be anybody's.
    this.#holding = false;
    for (const waiting of this.#waiting) waiting.document ??= this.#known;
    return document;
  }

  /** How many messages have come from its documents. */
  get heard() {
    return this.#heard;
  }

  /** A document's link has come. */
  open(link: Endpoint, document: FrameDocument) {
    const last = document.link;
    document.open(link);
    last?.close();
    let number = 0;
    const owner: EndpointOwner = {
      receive: (message) => {
        if (this.#isDestroyed) return discard(message);
        this.#heard++;
        this.onmessage(message, ++number, document);
      },
      fail: (reason) => {
        if (this.#isDestroyed) return;
        this.#heard++;
        this.onmessageerror(reason, ++number, document);
      },
      disconnect: () => {
        if (document.link === link) this.#close(document);
      }
    };
    link.adopt(owner);
    link.start();
    // Those of earlier ones came before, if they had been sent at all.
    for (const each of [...this.#documents]) {
      if (each === document) break;
      if (!each.link) this.#close(each);
    }
    if (!document.isCurrent || document.isCrashed) return;
    this.onopen(document, link);
    this.#flush();
  }

  /** Whether what is sent is for the document that is to come. */
  get isHolding() {
    return this.#holding;
  }

  /** Keeps back what is sent from now on, for the document that is to come. */
  hold() {
    this.#holding = true;
  }

  /** The awaited document is there, or will not come. */
  release() {
    this.#holding = false;
    this.#flush();
  }

  #flush() {
    const current = this.#document;
    if (!current.isReachable) return;
    const isHeld = ({ document }: Waiting) => !document && this.#holding;
    const due = this.#waiting.filter((waiting) => !isHeld(waiting));
    this.#waiting = this.#waiting.filter(isHeld);
    for (const { message } of due) current.link!.post(message);
  }

  /** No document will read it: what is sent is dropped, the ports in it are closed. */
  disable() {
    this.#discardWaiting();
    for (const document of this.#documents) document.link?.close();
  }

  #discardWaiting() {
    this.#disabled = true;
    for (const { message } of this.#waiting.splice(0)) discard(message);
  }

  /** Resolves when nothing more comes from any of the documents. For when their page is closed. */
  async silence(): Promise<void> {
    const silence = new Promise<void>((resolve) => {
      this.#onSilence = resolve;
    });
    this.#checkSilence();
    await silence;
  }

  #checkSilence() {
    if ([...this.#documents].every(({ isSilent }) => isSilent)) this.#onSilence();
  }

  /** The current document's renderer crashed. The frame still shows it. What it sent before is still to come. */
  crash() {
    this.#document.isCrashed = true;
    this.onclose(this.#document, 'its renderer crashed');
  }

  /**
   * The frame is gone, or will be.
   * @param until when its documents hear so: no script of theirs, which would tell of what is not answered, runs by then
   */
  destroy(until?: Promise<void>) {
    const links = [...this.#documents].flatMap(({ link }) => link ?? []);
    this.#leave('its frame was destroyed');
    this.#isDestroyed = true;
    this.#discardWaiting();
    // A link that is still to come is not waited for.
    for (const document of this.#documents) this.#close(document);
    const close = () => links.forEach((link) => link.close());
    if (until) void until.then(close);
    else close();
  }

  #leave(reason: string) {
    const document = this.#document;
    document.leave(() => this.#close(document));
    const isForIt = (waiting: Waiting) => waiting.document === document;
    for (const { message } of this.#waiting.filter(isForIt)) discard(message);
    this.#waiting = this.#waiting.filter((waiting) => !isForIt(waiting));
    if (document.isGone) this.#documents.delete(document);
    this.onclose(document, reason);
  }

  #close(document: FrameDocument) {
    document.close();
    if (document !== this.#document) this.#documents.delete(document);
    this.#checkSilence();
  }
}
