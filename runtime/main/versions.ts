import { spawnSync } from 'node:child_process';

import { announceElectron } from '../node/electron-version';
import { installedChromium } from './chromium/find';

let chrome: string | undefined;

/** @param product as DevTools has it: `Chrome/156.0.1.2` */
export function setChromeVersion(product: string) {
  chrome = product.replace(/^.*\//, '');
}

/** For who asks before Chromium runs. Undefined where none is installed yet. */
function askChromium(): string | undefined {
  const path = process.env.ELECTRON_PORTS_CHROMIUM || installedChromium(process.env);
  // On Windows it opens a window instead.
  if (!path || process.platform === 'win32') return undefined;
  const { stdout } = spawnSync(path, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  return /\d+(\.\d+){3}/.exec(stdout ?? '')?.[0];
}

/** What libraries tell Electron's main process by. */
export function announceVersions() {
  announceElectron();
  Object.defineProperty(process.versions, 'chrome', {
    get: () => (chrome ??= askChromium()),
    enumerable: true,
    configurable: true
  });
}
