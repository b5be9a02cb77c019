import { IpcMain } from './ipc-main';
import { WebFrameMain } from './web-frame-main';

import type { FrameDocument } from '../page/frame-document';
import type { Page } from '../page/page';
import type { PageFrame } from '../page/page-frame';

const all = new Set<WebFrames>();

/** The frames of a page as the app sees them: a WebFrameMain for each document. */
export class WebFrames {
  readonly page: Page;
  #ipcs = new WeakMap<PageFrame, IpcMain>();
  #frames = new WeakMap<FrameDocument, WebFrameMain>();

  constructor(page: Page) {
    this.page = page;
    all.add(this);
    page.once('closed', () => all.delete(this));
  }

  get main(): WebFrameMain {
    return this.shownBy(this.page.frames.main);
  }

  /** What a frame shows. */
  shownBy(frame: PageFrame): WebFrameMain {
    return this.of(frame, frame.document);
  }

  of(frame: PageFrame, document: FrameDocument): WebFrameMain {
    let each = this.#frames.get(document);
    if (!each) this.#frames.set(document, (each = new WebFrameMain(this, frame, document)));
    return each;
  }

  ipcOf(frame: PageFrame): IpcMain {
    let ipc = this.#ipcs.get(frame);
    if (!ipc) this.#ipcs.set(frame, (ipc = new IpcMain()));
    return ipc;
  }

  /** Of the documents that are there, or that something is still to come from. */
  find(is: (frame: WebFrameMain) => boolean): WebFrameMain | undefined {
    for (const frame of this.page.frames.main.subtree()) {
      if (!frame.isAnnounced) continue;
      for (const document of frame.link.documents) {
        const each = this.of(frame, document);
        if (is(each)) return each;
      }
    }
    return undefined;
  }
}

function findInAll(is: (frame: WebFrameMain) => boolean): WebFrameMain | undefined {
  for (const each of all) {
    const found = each.find(is);
    if (found) return found;
  }
  return undefined;
}

/** The module of Electron's that finds frames. */
export const webFrameMain = {
  fromId: (processId: number, routingId: number) =>
    findInAll((frame) => frame.routingId === routingId && frame.processId === processId),
  fromFrameToken: (processId: number, frameToken: string) =>
    findInAll((frame) => frame.frameToken === frameToken && frame.processId === processId) ?? null
};
