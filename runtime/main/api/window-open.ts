import { setTimeout as wait } from 'node:timers/promises';

import { emitToApp, throwUncaught } from '../../node/throw-uncaught';
import { closePage } from '../chromium/close-page';
import { onDetached } from '../chromium/on-detached';
import { onPageOpened } from '../chromium/targets';
import { BrowserWindow, pages } from './browser-window';
import { nameIgnoredOptions } from './ignored';
import { decide } from './window-open-response';

import type { OpenedPage } from '../chromium/targets';
import type { AskedWindow } from '../page/asked-windows';
import type { PageFrame } from '../page/page-frame';
import type { WebContents } from './web-contents';
import type { WindowOpenDecision, WindowOpenDetails } from './window-open-response';
import type { BrowserWindowOptions, WebPreferences } from './window-options';
import type { Connection } from 'puppeteer-core';

const ignore = () => {};

// Milliseconds from when a window was opened, and from one time to the next.
const pausesBeforeGoingOn = [100, 400, 1500];

// Milliseconds, each from the one before.
const pausesBeforeClick = [5, 20, 100, 500];

// Milliseconds. A window that is denied asks for its document soon, if at all.
const patienceForRequest = 1000;

/** Preferences that keep a page in bounds: what the opener has of them, a window that it opens has, too. */
const inherited: WebPreferences = {
  contextIsolation: true,
  nodeIntegration: false,
  nodeIntegrationInSubFrames: false,
  sandbox: true
};

/** Those that a window has without being told. */
const defaults: WebPreferences = { ...inherited };

/** Gives each window that a page opens to the app, or closes it: the page waits for that. */
export function openWindowsOfPages(connection: Connection) {
  onPageOpened(connection, (opened) => {
    const { openerFrameId } = opened;
    if (openerFrameId === undefined) void openClicked(connection, opened);
    else openFrom(connection, findOpener(openerFrameId), opened);
  });
}

function openFrom(connection: Connection, opener: Opener | undefined, opened: OpenedPage) {
  // Whoever opened it may be gone.
  const decision = opener && decideFor(opener);
  if (!decision) {
    deny(connection, opened, opener?.asked.url ?? '').catch(ignore);
    return;
  }
  const { frame } = decision.opener;
  const { url } = decision.details;
  const isMade = announce(decision, (options) => {
    return new BrowserWindow(options, { ...opened, goesOn: goesOn(url, frame, opened) });
  });
  if (!isMade) deny(connection, opened, url).catch(ignore);
  void goOn(frame);
}

/** Chromium's page has asked for its document already, so the app gets another in its place, as with Electron. */
async function openClicked(connection: Connection, opened: OpenedPage) {
  deny(connection, opened, 'http:').catch(ignore);
  const opener = await clickedSoon();
  const decision = opener && decideFor(opener);
  if (!decision) return;
  announce(decision, (options) => {
    const window = new BrowserWindow(options);
    window.loadURL(decision.details.url).catch(ignore);
    return window;
  });
}

/** What was clicked comes by another session than the page, and may come later. */
async function clickedSoon(): Promise<Opener | undefined> {
  for (const pause of pausesBeforeClick) {
    const opener = findClicked();
    if (opener) return opener;
    await wait(pause, undefined, { ref: false });
  }
  return findClicked();
}

interface Opener {
  webContents: WebContents;
  frame: PageFrame;
  asked: AskedWindow;
}

function findOpener(frameId: string): Opener | undefined {
  for (const window of BrowserWindow.getAllWindows()) {
    const { frames } = pages.get(window)!;
    const frame = frames.get(frameId);
    if (!frame) continue;
    return { webContents: window.webContents as unknown as WebContents, frame, asked: frames.takeAsked(frame) };
  }
  return undefined;
}

/** Chromium does not say on which page a click with a modifier was. */
function findClicked(): Opener | undefined {
  for (const window of BrowserWindow.getAllWindows()) {
    const clicked = pages.get(window)!.frames.takeClicked();
    if (!clicked || !mayLead(clicked.frame.document.url, clicked.asked.url)) continue;
    return { webContents: window.webContents as unknown as WebContents, ...clicked };
  }
  return undefined;
}

/** Whether a page may lead there by a link: what this process loads Chromium does not ask that of. */
function mayLead(from: string, to: string): boolean {
  if (!URL.canParse(from) || !URL.canParse(to)) return false;
  const { protocol } = new URL(to);
  return /^https?:$/.test(protocol) || (protocol === 'file:' && new URL(from).protocol === protocol);
}

function detailsOf({ frame, asked: { url, name, features, disposition } }: Opener): WindowOpenDetails {
  // A window without features of its own has them all.
  const isTab = features.length === 0 || features.includes('toolbar');
  const own = isTab ? features.filter((name) => /^no(opener|referrer)$/.test(name)) : features;
  return {
    url,
    frameName: name === '_blank' ? '' : name,
    features: own.filter((name) => name !== 'resizable').join(','),
    disposition: disposition ?? (isTab ? 'foreground-tab' : 'new-window'),
    referrer: { url: frame.document.url.replace(/#.*/, ''), policy: 'strict-origin-when-cross-origin' },
    postBody: undefined
  };
}

interface Decision extends WindowOpenDecision {
  opener: Opener;
  details: WindowOpenDetails;
}

/** @returns undefined when there is to be no window */
function decideFor(opener: Opener): Decision | undefined {
  const { webContents } = opener;
  const details = detailsOf(opener);
  let decision: WindowOpenDecision | undefined;
  try {
    decision = decide(webContents._windowOpenHandler().handler, details);
  } catch (error) {
    throwUncaught(error);
  }
  // Its handler may have closed the opener.
  return decision && !webContents.isDestroyed() ? { ...decision, opener, details } : undefined;
}

/** @returns whether there is a window. What the app's options throw is uncaught: the page is not to wait for one for ever */
function announce(
  { opener: { webContents }, details, options: override, outlivesOpener }: Decision,
  create: (options: BrowserWindowOptions) => BrowserWindow
): boolean {
  let options: BrowserWindowOptions;
  let window: BrowserWindow;
  try {
    nameIgnoredOptions(override);
    options = optionsFor(details, override, webContents._windowOpenHandler().preferences);
    window = create(options);
  } catch (error) {
    throwUncaught(error);
    return false;
  }
  if (!outlivesOpener) {
    const close = () => window.destroy();
    webContents.once('destroyed', close);
    window.once('closed', () => webContents.off('destroyed', close));
  }
  emitToApp(webContents, 'did-create-window', window, { ...details, options });
  return true;
}

function optionsFor(
  { features }: WindowOpenDetails,
  override: BrowserWindowOptions,
  preferences: WebPreferences
): BrowserWindowOptions {
  const size: Record<string, number> = {};
  for (const [, name, value] of features.matchAll(/\b(width|height|left|top)=(-?\d+)/g)) size[name] = Number(value);
  const { left: x, top: y, ...rest } = size;
  const place = { ...(x === undefined ? {} : { x }), ...(y === undefined ? {} : { y }) };
  const kept = Object.entries(inherited).filter(
    ([name, value]) => ({ ...defaults, ...preferences })[name as keyof WebPreferences] === value
  );
  const webPreferences = { ...Object.fromEntries(kept), ...override.webPreferences };
  return { show: true, width: 800, height: 600, ...rest, ...place, ...override, webPreferences };
}

/**
 * Whether a new window's first, empty document goes on to be the one that it was opened for, as far as script can tell: its
 * `window` and what is in it stays. So does the preload script, which does not run again.
 */
function goesOn(url: string, { document }: PageFrame, { hasOpener }: OpenedPage): boolean {
  if (url === '' || url.startsWith('about:')) return true;
  if (!hasOpener || !URL.canParse(url)) return false;
  const { protocol, origin } = new URL(url);
  return protocol === 'file:' ? document.origin.startsWith('file:') : origin === document.origin;
}

/**
 * While a window that was opened waits to be set up, Chromium pauses all pages of the process. A document that comes to one of
 * them just then stays so: its scripts have run, and then no task does. It goes on when its page is frozen and not any more,
 * which the page hears as `freeze` and `resume`.
 */
async function goOn({ top, document: { pid } }: PageFrame) {
  for (const pause of pausesBeforeGoingOn) {
    await wait(pause, undefined, { ref: false });
    for (const window of BrowserWindow.getAllWindows()) {
      const { main } = pages.get(window)!.frames;
      if (main !== top && main.document.pid !== pid) continue;
      for (const state of ['frozen', 'active'] as const) {
        main.target?.session.send('Page.setWebLifecycleState', { state }).catch(ignore);
      }
    }
  }
}

/**
 * As far as Chromium lets it: the page gets a window, which loads nothing and is closed. Only then, as the page would wait for
 * ever for one that was closed before it went on.
 */
async function deny(connection: Connection, { session, targetId }: OpenedPage, url: string) {
  const detached = new Promise<void>((resolve) => onDetached(session, resolve));
  // What is held when the page is closed goes out after all.
  const failed = new Promise<void>((resolve) => {
    session.on('Fetch.requestPaused', ({ requestId }) => {
      session.send('Fetch.failRequest', { requestId, errorReason: 'Aborted' }).then(() => resolve(), ignore);
    });
  });
  await Promise.all([
    session.send('Fetch.enable', { patterns: [{ urlPattern: '*' }] }),
    session.send('Runtime.runIfWaitingForDebugger')
  ]);
  if (/^(https?|file):/.test(url)) await Promise.race([failed, wait(patienceForRequest, undefined, { ref: false })]);
  await closePage(connection, targetId, detached);
}
