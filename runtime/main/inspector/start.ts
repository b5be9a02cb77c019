import { chromium } from '../chromium-session';
import { AppInspection } from './inspection';
import { InspectorWindow } from './inspector-window';

/** What `app.inspectPorts()` gives. */
export interface PortInspector {
  /** Where the page is. Who knows it sees what the app sends. */
  readonly url: string;
  /** Opens it in a window of Chromium, where there is a display, unless it is open. */
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
  const window = new InspectorWindow();
  return {
    get url() {
      return inspection.url;
    },
    async open() {
      const { url } = inspection;
      const { connection, headless } = chromium();
      if (!headless) await window.open(connection, url);
    },
    close() {
      inspection.close();
      window.forget();
    }
  };
}
