import type { Endpoint, EndpointOwner, Message } from '../message-port/endpoint';

function closePorts({ endpoints }: Message) {
  for (const endpoint of endpoints) endpoint.close();
}

/**
 * The way to whatever document a frame shows: the link of the current one, or, while there is none yet, the messages
 * that wait for the next. Deliberately knows nothing of what the messages mean.
 */
export class FrameLink {
  #link: Endpoint | undefined;
  #waiting: Message[] = [];
  /** Set while a navigation is under way that this process asked for: what is sent now is meant for its document. */
  #holding = false;
  #disabled = false;
  // An endpoint refers to its owner weakly.
  #owner: EndpointOwner | undefined;

  /** Called with each message from the current document, and its number, counted from 1. */
  onmessage: (message: Message, number: number) => void = () => {};
  /** Called when a message from the current document could not be read, with the reason. */
  onmessageerror: (reason: string, number: number) => void = () => {};

  /** The current document's end of the link. */
  get document(): Endpoint | undefined {
    return this.#link;
  }

  send(message: Message) {
    if (this.#disabled) closePorts(message);
    else if (this.#link && !this.#holding) this.#link.post(message);
    else this.#waiting.push(message);
  }

  /** A document's link: the former document is gone. */
  open(link: Endpoint) {
    this.close();
    this.#link = link;
    let number = 0;
    this.#owner = {
      receive: (message) => this.onmessage(message, ++number),
      fail: (reason) => this.onmessageerror(reason, ++number),
      disconnect: () => {
        if (this.#link === link) this.#link = undefined;
      }
    };
    link.adopt(this.#owner);
    link.start();
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
    this.#waiting.splice(0).forEach(closePorts);
  }

  /** The current document is gone. */
  close() {
    this.#link?.close();
    this.#link = undefined;
  }
}
