import { discard } from '../../node/message-port/endpoint';

import type { Endpoint, EndpointOwner, Message } from '../../node/message-port/endpoint';

/**
 * The way to whatever document a frame shows: the link of the current one, or, while there is none yet, the messages
 * that wait for the next. Deliberately knows nothing of what the messages mean.
 */
export class FrameLink {
  #link: Endpoint | undefined;
  /** The current document's and those of former ones, as long as something of theirs may be on its way. */
  #links = new Set<Endpoint>();
  #waiting: Message[] = [];
  /** Set while a navigation is under way that this process asked for: what is sent now is meant for its document. */
  #holding = false;
  #disabled = false;

  /** Called with the link of a new document, before anything that waits is sent over it. */
  onopen: (link: Endpoint) => void = () => {};
  /** Called with the reason when a document is gone, whether its link had been opened or not. */
  onclose: (reason: string) => void = () => {};
  /** Called with each message from a document, its number, counted from 1, and the document's link. */
  onmessage: (message: Message, number: number, link: Endpoint) => void = () => {};
  /** Called when a message from a document could not be read, with the reason. */
  onmessageerror: (reason: string, number: number, link: Endpoint) => void = () => {};

  /** The current document's end of the link. */
  get document(): Endpoint | undefined {
    return this.#link;
  }

  send(message: Message) {
    if (this.#disabled) discard(message);
    else if (this.#link && !this.#holding) this.#link.post(message);
    else this.#waiting.push(message);
  }

  /** A document's link: the former document is gone. */
  open(link: Endpoint) {
    this.#link = link;
    this.#links.add(link);
    let number = 0;
    const owner: EndpointOwner = {
      receive: (message) => this.onmessage(message, ++number, link),
      fail: (reason) => this.onmessageerror(reason, ++number, link),
      disconnect: () => {
        this.#links.delete(link);
        if (this.#link === link) this.#link = undefined;
      }
    };
    link.adopt(owner);
    link.start();
    this.onopen(link);
    this.release();
  }

  /** Keeps back what is sent from now on, for the document that is to come. */
  hold() {
    this.#holding = true;
  }

  /** The awaited document is there, or will not come. */
  release() {
    this.#holding = false;
    if (!this.#link) return;
    for (const message of this.#waiting.splice(0)) this.#link.post(message);
  }

  /** There is and will be nobody to read: what is sent is dropped, the ports in it are closed. */
  disable() {
    this.#disabled = true;
    this.#waiting.splice(0).forEach(discard);
    for (const link of this.#links) link.close();
  }

  /** The current document is gone. What it sent before is still to come. */
  leave(reason: string) {
    this.#link = undefined;
    this.onclose(reason);
  }
}
