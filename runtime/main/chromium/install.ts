import { spawnSync } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';

import { AppError } from '../app-error';

const ADVICE =
  'install Chromium, Google Chrome or Microsoft Edge, or set ELECTRON_PORTS_CHROMIUM to the executable of one';

/** @returns the folder where `@puppeteer/browsers` keeps what it downloads, the same as for Puppeteer itself. */
export function chromiumCache(env: NodeJS.ProcessEnv): string {
  return env.PUPPETEER_CACHE_DIR ?? join(homedir(), '.cache', 'puppeteer');
}

/**
 * Installs Debian's package where that is possible, else downloads Chrome for Testing into Puppeteer's cache.
 * What it does is told on stderr: stdout belongs to the app.
 *
 * @param find looks for an installed Chromium again, after the package came
 * @returns the path of the executable
 * @throws AppError of one line, which says why and what to do
 */
export async function installChromium(
  env: NodeJS.ProcessEnv,
  find: (env: NodeJS.ProcessEnv) => string | undefined
): Promise<string> {
  const failures: string[] = [];
  if (process.platform === 'linux' && process.getuid?.() === 0 && runs('apt-get', env)) {
    const failure = aptInstall(env);
    const path = find(env);
    if (path) return path;
    failures.push(failure ?? 'the package chromium brought no executable');
  }
  try {
    return await download(env);
  } catch (error) {
    failures.push(`no download (${error instanceof Error ? error.message.split('\n')[0] : String(error)})`);
  }
  throw new AppError(`No Chromium found, and none could be installed: ${failures.join('; ')}. Please ${ADVICE}`);
}

/** @returns what failed, or undefined */
function aptInstall(env: NodeJS.ProcessEnv): string | undefined {
  console.error('electron-ports: installing the package chromium with apt-get');
  const quiet = ['-qq', '-o', 'Dpkg::Use-Pty=0'];
  // A stale or empty package list is the rule in containers. Where only some list can't be renewed, install may do.
  apt([...quiet, 'update'], env);
  const installed = apt([...quiet, 'install', '-y', '--no-install-recommends', 'chromium'], env);
  return installed ? undefined : 'apt-get install chromium failed (see its output above)';
}

function apt(args: string[], env: NodeJS.ProcessEnv): boolean {
  const { status } = spawnSync('apt-get', args, {
    env: { ...env, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 2, 2]
  });
  return status === 0;
}

function runs(command: string, env: NodeJS.ProcessEnv): boolean {
  return spawnSync(command, ['--version'], { env, stdio: 'ignore' }).status === 0;
}

async function download(env: NodeJS.ProcessEnv): Promise<string> {
  const { Browser, BrowserTag, detectBrowserPlatform, install, resolveBuildId } = await import('@puppeteer/browsers');
  const platform = detectBrowserPlatform();
  if (!platform) throw new Error(`there is no Chrome for ${process.platform} ${process.arch}`);
  console.error('electron-ports: downloading Chrome for Testing');
  const buildId = await resolveBuildId(Browser.CHROME, platform, BrowserTag.STABLE);
  const { executablePath } = await install({
    browser: Browser.CHROME,
    buildId,
    platform,
    cacheDir: chromiumCache(env)
  });
  return executablePath;
}
