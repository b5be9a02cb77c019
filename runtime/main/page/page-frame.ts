import { FrameLink } from './frame-link';

import type { FrameDocument } from './frame-document';
import type { FrameTarget } from './frame-target';

let lastNumber = 0;

/** A frame of a page, the main one or one inside it, whatever it shows and in whichever process. */
export class PageFrame {
  /** DevTools' name for it. */
  readonly id: string;
  /** No other frame has it. */
  readonly number = ++lastNumber;
  readonly parent: PageFrame | undefined;
  /** The document that it is in. Undefined for the main frame. */
  readonly embedder: FrameDocument | undefined;
  readonly link = new FrameLink();
  /** In the order in which they came. */
  readonly children = new Set<PageFrame>();
  name = '';
  /** Where it is now: the page's own target, or that of a frame in a process of its own. */
  target: FrameTarget | undefined;
  /** It has shown something, or begun to load it, and the app was told of it. */
  isAnnounced = false;

  constructor(id: string, parent?: PageFrame) {
    this.id = id;
    this.parent = parent;
    this.embedder = parent?.document;
    parent?.children.add(this);
  }

  get document(): FrameDocument {
    return this.link.document;
  }

  get top(): PageFrame {
    return this.parent ? this.parent.top : this;
  }

  /** This and all frames inside it. */
  *subtree(): Generator<PageFrame> {
    yield this;
    for (const child of this.children) yield* child.subtree();
  }
}
