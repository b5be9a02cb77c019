import { chromium } from '../chromium-session';
import { openPage } from '../chromium/open-page';
import { AppInspection } from './inspection';

/** What `app.inspectPorts()` gives. */
export interface PortInspector {
  /** Where the page is. Who knows it sees what the app sends. */
  readonly url: string;
  /** Opens it in a window of Chromium, where there is a display. */
  open(): Promise<void>;
  /** Stops serving the page. */
  close(): void;
}

export async function startInspector(): Promise<PortInspector> {
  const inspection = await AppInspection.start(() => chromium().hub.origin);
  let isOpen = false;
  return {
    url: inspection.url,
    async open() {
      const { connection, headless } = chromium();
      if (headless || isOpen) return;
      isOpen = true;
      const { session } = await openPage(connection, { hidden: false, width: 1280, height: 800 });
      await session.send('Page.navigate', { url: inspection.url });
    },
    close: () => inspection.close()
  };
}
