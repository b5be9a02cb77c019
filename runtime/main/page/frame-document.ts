import { whenLate } from '../../node/late';
import { RendererProcess } from './renderer-process';

import type { Endpoint } from '../../node/message-port/endpoint';
import type { NavigationResponse } from './navigation-responses';

let lastRoutingId = 0;

// Milliseconds.
const patienceForLateLink = 10_000;

/**
 * One document that a frame shows or showed: who it is, for whatever comes from it and for as long as anything may. It
 * deliberately knows neither its frame nor what it says.
 */
export class FrameDocument {
  /** No other document has this number, in whatever process. */
  readonly routingId = ++lastRoutingId;
  /** Chromium's name for the document. Empty for the one that a frame begins with. */
  token = '';
  /** It is Chromium's page about an error, which has the URL that was asked for. */
  isChromiums = false;
  /** Why it is, as in `net::ERR_FILE_NOT_FOUND`. */
  error = '';
  response: NavigationResponse = { code: -1, text: '' };
  /** Changes with its history and fragment, and with nothing else. */
  url = '';
  /** Serialized; `null` for an opaque one. */
  origin = '';
  /** That which renders it. Documents of one process that are inside each other share this. */
  process = new RendererProcess();
  /** The document's end of its link, once there is one. */
  link: Endpoint | undefined;
  /** Its renderer crashed. */
  isCrashed = false;
  #isLeft = false;
  #onLeft = new Set<() => void>();
  #isClosed = false;
  #stopExpecting: (() => void) | undefined;
  #stopWaiting = () => {};

  /** The operating system's id of its process; 0 while it is not known. */
  get pid() {
    return this.process.pid;
  }

  get processId() {
    return this.process.id;
  }

  /** Its frame shows it. */
  get isCurrent() {
    return !this.#isLeft;
  }

  /** All that it sent has come, as its link is closed, or it has none. */
  get isSilent() {
    return this.#isClosed || (this.link === undefined && this.#stopExpecting === undefined);
  }

  /** Its link has been there, and is closed: nothing reaches it any more. */
  get isUnreachable() {
    return this.link !== undefined && this.#isClosed;
  }

  /** It was left, and all that it sent has come. */
  get isGone() {
    return this.#isLeft && this.isSilent;
  }

  /** Whether what is posted to its link can reach it. */
  get isReachable() {
    return this.link !== undefined && !this.#isClosed && !this.#isLeft && !this.isCrashed;
  }

  /** Its link was announced. @param stop ends the waiting for it */
  expectLink(stop: () => void) {
    // A document that came into the window of an empty one announces another.
    this.#stopExpecting?.();
    this.#stopExpecting = stop;
  }

  open(link: Endpoint) {
    this.link = link;
    this.#stopExpecting = undefined;
    this.#stopWaiting();
  }

  /** Nothing more comes from it. */
  close() {
    this.#isClosed = true;
    this.#stopExpecting?.();
    this.#stopExpecting = undefined;
    this.#stopWaiting();
  }

  /**
   * Its frame shows another one, or is gone. What it sent before is still to come.
   * @param giveUp called when its link has not come for long: a page may lead on and on and never let it
   */
  leave(giveUp: () => void) {
    this.#isLeft = true;
    if (!this.isSilent && !this.link) this.#stopWaiting = whenLate(patienceForLateLink, giveUp);
    for (const listener of this.#onLeft) listener();
    this.#onLeft.clear();
  }

  /** @returns a function that stops listening */
  whenLeft(listener: () => void): () => void {
    this.#onLeft.add(listener);
    return () => this.#onLeft.delete(listener);
  }
}
