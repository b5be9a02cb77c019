import { provideWorkerPorts } from '../node/message-port/worker-ports';
import { WorkerPortBridge } from '../node/worker-thread/worker-port-bridge';
import { launchChromium } from './chromium/launch';
import { Hub } from './hub/hub';

import type { Chromium } from './chromium/launch';
import type { Browser } from 'puppeteer-core';

/** The one Chromium of this process, and its hub. */
export interface ChromiumSession {
  browser: Browser;
  hub: Hub;
  close(): Promise<void>;
}

let current: ChromiumSession | undefined;

function hasDisplay(): boolean {
  if (process.platform !== 'linux') return process.env.CI === undefined;
  return Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

/** @param switches for Chromium's command line, as `--name=value` */
export async function startChromium(switches: readonly string[]): Promise<ChromiumSession> {
  const started: Chromium = await launchChromium({ headless: !hasDisplay(), switches });
  const hub = await Hub.start(started.browser);
  provideWorkerPorts(new WorkerPortBridge(hub.connection));
  current = {
    browser: started.browser,
    hub,
    close() {
      hub.stop();
      return started.close();
    }
  };
  return current;
}

/** @throws Error before the app is ready, with the caller's words for it */
export function chromium(tooEarly = 'Cannot create BrowserWindow before app is ready'): ChromiumSession {
  if (!current) throw new Error(tooEarly);
  return current;
}
