import type { FrameTarget } from './frame-target';

/** A window as a page asks for it. */
export interface AskedWindow {
  url: string;
  name: string;
  features: string[];
  /** Of a click with a modifier, or with the middle button. */
  disposition?: 'background-tab' | 'new-window';
}

const maximumClicks = 100;
// Milliseconds.
const patience = 2000;
const nothing: AskedWindow = { url: '', name: '', features: [] };

/** What the frames of a page have asked for. They need not get it. */
export class AskedWindows {
  /** By script of each target. */
  #asked = new WeakMap<FrameTarget, AskedWindow>();
  #clicked: (AskedWindow & { target: FrameTarget; frameId: string; time: number })[] = [];

  watch(target: FrameTarget) {
    const { session } = target;
    session.on('Page.windowOpen', ({ url, windowName: name, windowFeatures: features }) => {
      this.#asked.set(target, { url, name, features });
    });
    session.on('Page.frameRequestedNavigation', ({ frameId, url, disposition }) => {
      if (disposition !== 'newTab' && disposition !== 'newWindow') return;
      const asked = disposition === 'newTab' ? 'background-tab' : 'new-window';
      if (this.#clicked.length === maximumClicks) this.#clicked.shift();
      const time = performance.now();
      this.#clicked.push({ target, frameId, url, name: '', features: [], disposition: asked, time });
    });
  }

  takeAsked(target: FrameTarget): AskedWindow {
    const asked = this.#asked.get(target) ?? nothing;
    this.#asked.delete(target);
    // A link with a target is both.
    this.#clicked = this.#clicked.filter(({ url }) => url !== asked.url);
    return asked;
  }

  /** The first of the clicks that Chromium may just have opened a page for. */
  takeClicked() {
    this.#clicked = this.#clicked.filter(({ time }) => performance.now() - time < patience);
    return this.#clicked.shift();
  }
}
