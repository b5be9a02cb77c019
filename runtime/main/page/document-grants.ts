import { TransferList } from '../../node/message-port/transfer-list';
import { serializeForDocument } from './link-message';

import type { Endpoint } from '../../node/message-port/endpoint';
import type { FrameDocument } from './frame-document';
import type { PageFrame } from './page-frame';

type Grant = ElectronInternal.InternalChannelGrant;
type Offer = (document: ElectronInternal.FrameDocument) => Grant | undefined;

const offers = new Map<string, Offer>();

/** The binding `electron_browser_internal_channel`. */
export const internalChannelBinding: ElectronInternal.InternalChannelBinding = {
  offer(name, grant) {
    if (offers.has(name)) throw new Error(`The internal channel '${name}' is offered already`);
    offers.set(name, grant);
    return () => offers.delete(name);
  }
};

/** Hands each document of a frame the ports that it may have, and tells their other ends what became of it. */
export class DocumentGrants {
  #frame: PageFrame;
  #sender: Electron.WebContents;
  #frameOf: (document: FrameDocument) => Electron.WebFrameMain;
  #granted = new Map<FrameDocument, Grant[]>();

  constructor(
    frame: PageFrame,
    sender: Electron.WebContents,
    frameOf: (document: FrameDocument) => Electron.WebFrameMain
  ) {
    this.#frame = frame;
    this.#sender = sender;
    this.#frameOf = frameOf;
  }

  listen() {
    const { link } = this.#frame;
    link.onopen = (...args) => this.#grant(...args);
    link.onclose = (document, reason) => this.#revoke(document, reason);
  }

  #revoke(document: FrameDocument, reason: string) {
    for (const { revoke } of this.#granted.get(document) ?? []) revoke(reason);
    this.#granted.delete(document);
  }

  #grant(to: FrameDocument, link: Endpoint) {
    // The link that it had before is closed, and with it nobody has those ports.
    this.#revoke(to, 'its document opened another link');
    const ports: Record<string, Electron.MessagePortMain> = {};
    const granted: Grant[] = [];
    this.#granted.set(to, granted);
    // It is the one that is shown: no other is granted anything.
    const url = to.isChromiums ? 'chrome-error://chromewebdata/' : to.url;
    const document = { url, frame: this.#frameOf(to), sender: this.#sender };
    for (const [name, offer] of offers) {
      const grant = offer(document);
      if (!grant) continue;
      ports[name] = grant.port;
      granted.push(grant);
    }
    const list = new TransferList(Object.values(ports));
    const body = serializeForDocument(['grant', ports], list);
    link.post({ body, ...list.detach() });
  }
}
