import { statfsSync } from 'node:fs';

import { HUB_HOST } from '../../common/hub-host';
import { mergeSwitches } from './merge-switches';

/** Below this a page with a few large shared buffers fills /dev/shm, and Chromium crashes. Docker gives 64 MiB. */
const SMALL_SHM = 512 * 2 ** 20;

export interface FlagOptions {
  headless: boolean;
  userDataDir: string;
  /** The app's, as `--name=value`. */
  switches?: readonly string[];
}

/** @returns Chromium's command line, all of it but the executable */
export function chromiumFlags({ headless, userDataDir, switches = [] }: FlagOptions): string[] {
  return mergeSwitches(ownFlags(headless, userDataDir), switches, [HUB_HOST, INSECURE_HOST]);
}

function ownFlags(headless: boolean, userDataDir: string): string[] {
  return [
    `--user-data-dir=${userDataDir}`,
    '--remote-debugging-pipe',
    // Windows come from the app alone. Without a first one Chromium also outlives its last one, as Electron does.
    '--no-startup-window',
    ...(headless ? ['--headless=new', '--disable-gpu'] : []),
    ...(isRoot() ? ['--no-sandbox'] : []),
    ...(process.platform === 'linux' && hasSmallShm() ? ['--disable-dev-shm-usage'] : []),
    ...PROCESSES,
    ...PORTS,
    ...SETTINGS,
    ...UNTHROTTLED,
    ...QUIET,
    `--disable-features=${DISABLED_FEATURES.join(',')}`
  ];
}

/** Each window in a renderer process of its own, however many there are and whatever they show. */
const PROCESSES = ['--site-per-process', '--renderer-process-limit=1000'];

/**
 * A name for this machine that is not known to be this machine, hence no secure context. Link-local, so that like loopback
 * no proxy is asked for it.
 */
export const INSECURE_HOST = '169.254.101.112';

const PORTS = [
  // DOM ports have `onclose`, as in Electron.
  '--enable-blink-features=MessagePortCloseEvent',
  `--host-resolver-rules=MAP ${HUB_HOST} 127.0.0.1,MAP ${INSECURE_HOST} 127.0.0.1`
];

/**
 * As in Electron, `window.close()` closes any window, and pages of `file:` may load modules, workers and data
 * from there, and see into their frames: `grantFileProtocolExtraPrivileges`, which is on by default.
 */
const SETTINGS = ['--blink-settings=allowScriptsToCloseWindows=true', '--allow-file-access-from-files'];

/** A hidden window of an app works as fast as a seen one; a worker in a window never shown is the proposal's own case. */
const UNTHROTTLED = [
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding'
];

/** No network traffic, dialog, prompt, bubble or file that the app didn't ask for. */
const QUIET = [
  '--no-first-run',
  '--no-default-browser-check',
  '--no-pings',
  '--disable-background-networking',
  '--disable-breakpad',
  '--disable-client-side-phishing-detection',
  '--disable-component-extensions-with-background-pages',
  '--disable-component-update',
  '--disable-crash-reporter',
  '--disable-default-apps',
  '--disable-domain-reliability',
  '--disable-extensions',
  '--disable-hang-monitor',
  '--disable-popup-blocking',
  '--disable-prompt-on-repost',
  '--disable-search-engine-choice-screen',
  '--disable-sync',
  '--metrics-recording-only',
  '--noerrdialogs',
  '--password-store=basic',
  '--use-mock-keychain'
];

const DISABLED_FEATURES = [
  // The hub's SharedWorker is one for all pages, whatever site frames it.
  'ThirdPartyStoragePartitioning',
  // A page from the internet may frame the hub, which is on loopback.
  'LocalNetworkAccessChecks',
  // It puts windows of one site into one process.
  'ProcessPerSiteUpToMainFrameThreshold',
  // Electron has neither. Both would show a document that was never told to the main process as the current one.
  'BackForwardCache',
  'Prerender2',
  'MediaRouter',
  'OptimizationHints',
  'Translate',
  // Each keeps a renderer process busy for an address bar that is never used.
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup'
];

/** What Chromium reads at its first start. Without it, third-party frames get no SharedWorker. */
export const PREFERENCES = { profile: { cookie_controls_mode: 0, block_third_party_cookies: false } };

/** Chromium refuses to run its sandbox as root. */
function isRoot(): boolean {
  return process.getuid?.() === 0;
}

function hasSmallShm(): boolean {
  try {
    const { bavail, bsize } = statfsSync('/dev/shm');
    return bavail * bsize < SMALL_SHM;
  } catch {
    return true;
  }
}
