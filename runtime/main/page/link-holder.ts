import type { FrameDocument } from './frame-document';

/**
 * Has a page's main document hold a frame of the hub's origin, through which documents of frames inside the page open their
 * links, for as long as any of them is about to.
 */
export class LinkHolder {
  #call: (call: string) => Promise<void>;
  #users = new Set<FrameDocument>();

  /** @param call calls the function of the runtime's script in the main document */
  constructor(call: (call: string) => Promise<void>) {
    this.#call = call;
  }

  /** Resolves when the frame is there. */
  hold(user: FrameDocument): Promise<void> {
    if (!this.#users.has(user)) user.whenLeft(() => this.release(user));
    this.#users.add(user);
    // Asked each time: the page may have removed it.
    return this.#call('("hold")');
  }

  release(user: FrameDocument) {
    if (!this.#users.delete(user) || this.#users.size > 0) return;
    this.#call('("release")').catch(() => {});
  }
}
