import { chromium } from '../chromium-session';
import { openPage } from '../chromium/open-page';
import { AppInspection } from './inspection';

/** What `app.inspectPorts()` gives. */
export interface PortInspector {
  /** Where the page is. Who knows it sees what the app sends. */
  readonly url: string;
  /** Opens it in a window of Chromium, where there is a display. */
  open(): Promise<void>;
  /** Stops serving the page, until it is asked for again. */
  close(): void;
}

let inspection: AppInspection | undefined;
let inspector: PortInspector | undefined;

/** Serves the page, unless it is served. An app has one inspector. */
export async function startInspector(): Promise<PortInspector> {
  inspection ??= AppInspection.start(() => chromium().hub.origin);
  await inspection.serve();
  return (inspector ??= inspectorOf(inspection));
}

function inspectorOf(inspection: AppInspection): PortInspector {
  let isOpen = false;
  return {
    get url() {
      return inspection.url;
    },
    async open() {
      const { connection, headless } = chromium();
      if (headless || isOpen) return;
      isOpen = true;
      const { session } = await openPage(connection, { hidden: false, width: 1280, height: 800 });
      await session.send('Page.navigate', { url: inspection.url });
    },
    close() {
      inspection.close();
      isOpen = false;
    }
  };
}
