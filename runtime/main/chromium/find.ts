import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

import { AppError } from '../app-error';
import { chromiumCache, installChromium } from './install';

const NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  'google-chrome-beta',
  'google-chrome-unstable',
  'chrome',
  'microsoft-edge-stable',
  'microsoft-edge',
  'microsoft-edge-beta',
  'microsoft-edge-dev'
];

/**
 * Finds a Chromium to run: ELECTRON_PORTS_CHROMIUM, else an installed Chrome, Chromium or Edge, else one downloaded
 * before, else one that it installs now.
 *
 * @returns the absolute path of the executable, or a name that `ELECTRON_PORTS_CHROMIUM` gives and `PATH` resolves
 * @throws AppError of one line, which says what to do
 */
export async function findChromium(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const wanted = env.ELECTRON_PORTS_CHROMIUM;
  if (wanted) return named(wanted, env);
  return installedChromium(env) ?? (await knownToPuppeteer(env)) ?? (await installChromium(env, installedChromium));
}

function named(wanted: string, env: NodeJS.ProcessEnv): string {
  const path = /[\\/]/.test(wanted) ? wanted : onPath(wanted, env);
  if (path && isExecutable(path)) return path;
  throw new AppError(
    `ELECTRON_PORTS_CHROMIUM names nothing that can be run: ${JSON.stringify(wanted)}. ` +
      'Set it to the executable of a Chromium, Chrome or Edge, or unset it to use an installed one'
  );
}

/** The first that needs no look into Puppeteer's folder. */
export function installedChromium(env: NodeJS.ProcessEnv): string | undefined {
  for (const name of NAMES) {
    const path = onPath(name, env);
    if (path) return path;
  }
  return wellKnownPlaces(env).find(isExecutable);
}

/** What it looks for is slower to load than to find, hence last: Chrome's other channels, and what was downloaded before. */
async function knownToPuppeteer(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const { Browser, Cache, ChromeReleaseChannel, computeSystemExecutablePath } = await import('@puppeteer/browsers');
  for (const channel of Object.values(ChromeReleaseChannel)) {
    try {
      const path = computeSystemExecutablePath({ browser: Browser.CHROME, channel });
      if (isExecutable(path)) return path;
    } catch {
      // It throws where this channel isn't installed, or where Chrome has no build for this platform.
    }
  }
  const downloaded = new Cache(chromiumCache(env)).getInstalledBrowsers();
  return downloaded
    .filter(({ browser }) => browser === Browser.CHROME || browser === Browser.CHROMIUM)
    .map(({ executablePath }) => executablePath)
    .find(isExecutable);
}

/** Where installers put what PATH does not tell. */
function wellKnownPlaces(env: NodeJS.ProcessEnv): string[] {
  if (process.platform === 'darwin') {
    const apps = ['/Applications', ...(env.HOME ? [join(env.HOME, 'Applications')] : [])];
    return apps.flatMap((folder) =>
      ['Chromium', 'Google Chrome', 'Microsoft Edge'].map((app) => join(folder, `${app}.app/Contents/MacOS/${app}`))
    );
  }
  if (process.platform === 'win32') {
    const folders = [env.LOCALAPPDATA, env.PROGRAMFILES, env['PROGRAMFILES(X86)']];
    return folders
      .filter((folder) => folder !== undefined)
      .flatMap((folder) =>
        ['Chromium\\Application\\chrome.exe', 'Microsoft\\Edge\\Application\\msedge.exe'].map((app) =>
          join(folder, app)
        )
      );
  }
  return ['/snap/bin/chromium', '/usr/lib/chromium/chromium', '/usr/lib64/chromium-browser/chromium-browser'];
}

function onPath(name: string, env: NodeJS.ProcessEnv): string | undefined {
  const file = process.platform === 'win32' && !name.endsWith('.exe') ? `${name}.exe` : name;
  return (env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, file))
    .find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
