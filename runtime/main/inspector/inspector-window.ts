import { onDetached } from '../chromium/on-detached';
import { openPage } from '../chromium/open-page';

import type { Connection } from 'puppeteer-core';

/** The window of Chromium that shows the inspector's page. There is one at a time. */
export class InspectorWindow {
  /** Stands for the one that is open, or opens. */
  #shown: object | undefined;

  /** Opens it, unless it is open. The person may have closed it. */
  async open(connection: Connection, url: string): Promise<void> {
    if (this.#shown) return;
    const shown = (this.#shown = {});
    const forget = () => {
      if (this.#shown === shown) this.#shown = undefined;
    };
    try {
      const { session } = await openPage(connection, { hidden: false, width: 1280, height: 800 });
      onDetached(session, forget);
      await session.send('Page.navigate', { url });
    } catch (error) {
      forget();
      throw error;
    }
  }

  /** What it shows is not served any more: the next one is another window. */
  forget() {
    this.#shown = undefined;
  }
}
