import { randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { isAbsolute } from 'node:path';

import { conversionFailure } from '../../common/describe';
import { emitToApp } from '../../node/throw-uncaught';
import { appInfo } from '../app-info';
import { chromium } from '../chromium-session';
import { inspectorHooks } from '../inspector/hooks';
import { Page } from '../page/page';
import { preventable } from '../page/preventable';
import { WindowScripts } from '../page/window-scripts';
import { ignoredEvents, nameIgnoredEvents, nameIgnoredOptions } from './ignored';
import { WebContents } from './web-contents';

import type { PageOptions } from '../page/page';
import type { BrowserWindowOptions, WebPreferences } from './window-options';

const all = new Map<number, BrowserWindow>();
let lastId = 0;

/** Told when the last window is gone, and when one that was asked to close stays. */
class Windows extends EventEmitter<{ created: [window: BrowserWindow]; 'all-closed': []; stay: [] }> {
  /** How many pages are not closed, those of destroyed windows included. */
  open = 0;
  /** For each page that is closed and may still say something: when nothing more comes from it. */
  readonly saidAll = new Set<Promise<void>>();
}

export const windows = new Windows();

/** The page of each window. */
export const pages = new WeakMap<BrowserWindow, Page>();

const secret = () => randomBytes(16).toString('hex');

/** As in Electron, what is no integer is not taken. */
const lengthOf = (given: unknown, otherwise: number) =>
  Number.isInteger(given) && Math.abs(given as number) < 2 ** 31 ? (given as number) : otherwise;

function checkedPreload({ preload }: WebPreferences): string | undefined {
  // As in Electron, what is no string is not taken.
  if (typeof preload !== 'string') return undefined;
  if (isAbsolute(preload)) return preload;
  console.error(`preload script must have absolute path: ${preload}`);
  return undefined;
}

/** As in Electron: all are taken, or none when one is no string; empty ones are left out. */
function argumentsOf({ additionalArguments: given }: { additionalArguments?: unknown }): string[] {
  const isList = Array.isArray(given) && [...given].every((each) => typeof each === 'string');
  return isList ? given.filter((each) => each !== '') : [];
}

/** Nothing is injected where no script could use it: then no document of the window is linked to the main process. */
function scriptsFor(preferences: WebPreferences, bindingName: string, isOpened: boolean): WindowScripts {
  const { nodeIntegration = false, contextIsolation = true } = preferences;
  const preload = checkedPreload(preferences);
  if (preload === undefined && (!nodeIntegration || contextIsolation)) return new WindowScripts();
  return new WindowScripts({
    bindingName,
    linkOrigin: chromium().hub.origin,
    bridgeSecret: secret(),
    holderName: `_${secret()}`,
    inSubframes: preferences.nodeIntegrationInSubFrames ?? false,
    isOpened,
    linkObserverName: inspectorHooks?.linkObserverName,
    contextIsolation,
    nodeIntegration,
    sandbox: preferences.sandbox ?? !nodeIntegration,
    preloadName: `_${secret()}`,
    preloadPath: preload,
    additionalArguments: argumentsOf(preferences),
    versions: { ...process.versions }
  });
}

/** A window with one page. Each has a renderer process of its own. */
export class BrowserWindow extends EventEmitter {
  readonly id = ++lastId;
  readonly webContents: Electron.WebContents;
  #page: Page;
  #visible: boolean;
  /** The page's, unless the app would have another. */
  #title: string;

  /** @param opened the page to show, if a page opened it */
  constructor(given?: BrowserWindowOptions | null, opened?: PageOptions['opened']) {
    super();
    const options = { ...given, webPreferences: given?.webPreferences ?? {} };
    nameIgnoredEvents(this, 'win', ignoredEvents.win);
    // What a page gives is not the app's.
    if (!opened) nameIgnoredOptions(options);
    const { show = true, webPreferences = {} } = options;
    const [width, height] = [lengthOf(options.width, 800), lengthOf(options.height, 600)];
    const { connection, hub, headless } = chromium();
    this.#visible = show;
    this.#title = typeof options.title === 'string' ? options.title : appInfo.name;
    const bindingName = `_${secret()}`;
    const scripts = scriptsFor(webPreferences, bindingName, opened !== undefined);
    this.#page = new Page(connection, hub, {
      bindingName,
      scripts,
      inSubframes: webPreferences.nodeIntegrationInSubFrames ?? false,
      hidden: !show,
      isUnseen: () => headless || !this.#visible,
      opened,
      width,
      height
    });
    pages.set(this, this.#page);
    if (opened && !show) this.#setHidden(true);
    this.webContents = new WebContents(this.#page, webPreferences) as unknown as Electron.WebContents;
    all.set(this.id, this);
    windows.open++;
    // There is no telling when a window that nobody sees was first painted.
    this.#page.once('finish-load', () => this.#tell('ready-to-show', { sender: this }));
    // As in Electron, before its webContents.
    this.#page.prependListener('title', (title, isExplicit) => this.#onTitle(title, isExplicit));
    this.#page.on('stay', () => windows.emit('stay'));
    this.#page.on('closed', () => this.#onClosed());
    windows.emit('created', this);
  }

  static getAllWindows(): BrowserWindow[] {
    return [...all.values()];
  }

  static fromId(id: number): BrowserWindow | null {
    return all.get(id) ?? null;
  }

  static fromWebContents(webContents: Electron.WebContents): BrowserWindow | null {
    return [...all.values()].find((window) => window.webContents === webContents) ?? null;
  }

  loadURL(url: string, options?: Electron.LoadURLOptions): Promise<void> {
    this.#checkAlive();
    return this.webContents.loadURL(url, options);
  }

  loadFile(path: string, options?: Electron.LoadFileOptions): Promise<void> {
    this.#checkAlive();
    return this.webContents.loadFile(path, options);
  }

  getTitle() {
    this.#checkAlive();
    return this.#title;
  }

  setTitle(title: string) {
    this.#checkAlive();
    if (typeof title !== 'string') throw conversionFailure(title);
    this.#title = title;
  }

  get title() {
    return this.getTitle();
  }

  set title(title: string) {
    this.setTitle(title);
  }

  reload() {
    this.#checkAlive();
    this.webContents.reload();
  }

  /** Asks first: a listener of `close` can prevent it, and so can the page. */
  close() {
    this.#checkAlive();
    const event = preventable({ sender: this });
    emitToApp(this, 'close', event);
    if (event.defaultPrevented) windows.emit('stay');
    else this.#page.close();
  }

  destroy() {
    if (this.isDestroyed()) return;
    all.delete(this.id);
    this.#page.destroy();
  }

  isDestroyed() {
    return !all.has(this.id);
  }

  isVisible() {
    this.#checkAlive();
    return this.#visible;
  }

  show() {
    this.#checkAlive();
    this.#setVisible(true);
  }

  /** No window is given the focus here. */
  showInactive() {
    this.show();
  }

  hide() {
    this.#checkAlive();
    this.#setVisible(false);
  }

  #setVisible(visible: boolean) {
    if (this.#visible === visible) return;
    this.#visible = visible;
    this.#setHidden(!visible);
    emitToApp(this, visible ? 'show' : 'hide', { sender: this });
  }

  #setHidden(hidden: boolean) {
    // A window that is gone by then is not seen.
    this.#page.setHidden(hidden).catch(() => {});
  }

  #onTitle(title: string, isExplicit: boolean) {
    const event = preventable({ sender: this });
    this.#tell('page-title-updated', event, title, isExplicit);
    if (!event.defaultPrevented) this.#title = title;
  }

  /** A listener of its webContents that was told before may have destroyed it. */
  #tell(event: string, ...args: unknown[]) {
    if (!this.isDestroyed()) emitToApp(this, event, ...args);
  }

  #checkAlive() {
    if (this.isDestroyed()) throw new TypeError('Object has been destroyed');
  }

  #onClosed() {
    all.delete(this.id);
    windows.open--;
    const { saidAll } = this.#page;
    windows.saidAll.add(saidAll);
    void saidAll.then(() => windows.saidAll.delete(saidAll));
    emitToApp(this, 'closed');
    if (windows.open === 0) windows.emit('all-closed');
  }
}
