import { provideWorkerPorts } from '../node/message-port/worker-ports';
import { WorkerPortBridge } from '../node/worker-thread/worker-port-bridge';
import { connectDevTools, launchChromium } from './chromium/launch';
import { Health } from './health';
import { Hub } from './hub/hub';
import { setChromeVersion } from './versions';

import type { Connection } from 'puppeteer-core';

/** The one Chromium of this process, and its hub. */
export interface ChromiumSession {
  connection: Connection;
  hub: Hub;
  health: Health;
  /** Whether its windows are not visible. */
  headless: boolean;
  close(): Promise<void>;
  /**
   * Has a child of this process end when this one is killed, if it does not by itself.
   * @returns to be called when it has ended, and its number may be another's
   */
  adopt(pid: number): () => void;
}

let current: ChromiumSession | undefined;

function hasDisplay(): boolean {
  if (process.platform !== 'linux') return process.env.CI === undefined;
  return Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

/** @param switches for Chromium's command line, as `--name=value` */
export async function startChromium(switches: readonly string[]): Promise<ChromiumSession> {
  const headless = !hasDisplay();
  const started = await launchChromium(connectDevTools, { headless, switches });
  const { client: connection } = started;
  const health = new Health();
  started.process.once('exit', () => health.lose('Chromium ended, and with it every window.'));
  try {
    const [hub, { product }] = await Promise.all([
      Hub.start(connection, health),
      connection.send('Browser.getVersion')
    ]);
    setChromeVersion(product);
    provideWorkerPorts(new WorkerPortBridge(hub.connection));
    current = {
      connection,
      hub,
      health,
      headless,
      adopt: started.adopt,
      close() {
        health.stop();
        hub.stop();
        return started.close();
      }
    };
    return current;
  } catch (error) {
    health.stop();
    await started.close();
    throw error;
  }
}

/** @throws Error before the app is ready, with the caller's words for it */
export function chromium(tooEarly = 'Cannot create BrowserWindow before app is ready'): ChromiumSession {
  if (!current) throw new Error(tooEarly);
  return current;
}
