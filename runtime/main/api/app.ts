import { EventEmitter } from 'node:events';
import { mkdirSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';

import { conversionFailure } from '../../common/describe';
import { electronVersion } from '../../node/electron-version';
import { emitToApp } from '../../node/throw-uncaught';
import { appInfo } from '../app-info';
import { startChromium } from '../chromium-session';
import { preventable } from '../page/preventable';
import { endProcess, exitByApp } from '../process-exit';
import { warnOfUnhandledRejections } from '../unhandled-rejections';
import { BrowserWindow, windows } from './browser-window';
import { ignoredEvents, nameIgnoredEvents } from './ignored';
import { openWindowsOfPages } from './window-open';

import type { ChromiumSession } from '../chromium-session';
import type { PortInspector } from '../inspector/start';

function configHome(): string {
  if (process.platform === 'win32') return process.env.APPDATA ?? join(homedir(), 'AppData', 'Roaming');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support');
  return process.env.XDG_CONFIG_HOME ?? join(homedir(), '.config');
}

/** The app's life: Chromium starts with it and ends with it. */
class App extends EventEmitter {
  readonly commandLine = {
    appendSwitch: (name: string, value?: string) => {
      if (typeof name !== 'string') throw conversionFailure(name);
      this.#switches.push(value === undefined ? `--${name}` : `--${name}=${value}`);
    },
    hasSwitch: (name: string) => this.#switchesOf(name).length > 0,
    /** Of the last that has the name; empty without. */
    getSwitchValue: (name: string) => this.#switchesOf(name).at(-1)?.slice(`--${name}=`.length) ?? '',
    removeSwitch: (name: string) => {
      const removed = this.#switchesOf(name);
      this.#switches = this.#switches.filter((each) => !removed.includes(each));
    }
  };

  /** The app's name; `userData` is called after it. */
  get name() {
    return appInfo.name;
  }

  set name(name: string) {
    if (typeof name !== 'string') throw conversionFailure(name);
    appInfo.name = name;
  }

  /** Nothing packs an app with this runtime. */
  readonly isPackaged = false;
  #paths = new Map<string, string>();
  #switches: string[] = [];
  /** Resolves once the app's script waits for it to be ready. */
  #isAwaited = new Promise<void>((resolve) => {
    this.on('newListener', (name) => {
      if (name === 'ready') setImmediate(resolve);
    });
  });
  #session: ChromiumSession | undefined;
  #setStarted = () => {};
  #hasStarted = new Promise<void>((resolve) => {
    this.#setStarted = resolve;
  });
  #isReady = false;
  #whenReady: Promise<void> | undefined;
  #isQuitting = false;
  #isExiting = false;
  /** That of the last call of `exit()`, as in Electron. */
  #exitCode = 0;

  constructor() {
    super();
    nameIgnoredEvents(this, 'app', ignoredEvents.app);
    windows.on('created', (window) => {
      emitToApp(this, 'web-contents-created', {}, window.webContents);
      emitToApp(this, 'browser-window-created', {}, window);
    });
    windows.on('stay', () => {
      this.#isQuitting = false;
    });
    windows.on('all-closed', () => {
      if (this.#isQuitting) this.#endUnlessPrevented();
      else if (!emitToApp(this, 'window-all-closed')) this.quit();
    });
  }

  /** Runs the main script and starts Chromium. Called once. */
  static async run(app: App, main: () => Promise<void>): Promise<void> {
    // As in Electron: asks once, and the second signal ends the process.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => app.quit());
    warnOfUnhandledRejections();
    const done = main();
    // It is waited for below, too, and a script that fails does not wait for Chromium.
    const failed = done.then(() => new Promise<never>(() => {}));
    failed.catch(() => {});
    // Until then the script may add switches; it may also wait for the app before it is done.
    await Promise.race([done, app.#isAwaited]);
    const session = await Promise.race([startChromium(app.#switches), failed]);
    app.#session = session;
    openWindowsOfPages(session.connection);
    session.health.onlost = (reason) => app.#onLost(reason);
    app.#isReady = true;
    app.#setStarted();
    emitToApp(app, 'ready', {}, {});
    await done;
  }

  /** Starts Chromium once something waits for the app to be ready. What runs here decides when the process ends. */
  static async attach(app: App): Promise<void> {
    // A test that closes its last window is not the last test.
    app.on('window-all-closed', () => {});
    await app.#isAwaited;
    await App.run(app, async () => {});
  }

  /** Shows every port of the app on a page of this machine. Further calls give the same inspector. */
  inspectPorts(options?: { open?: boolean }): Promise<PortInspector> {
    const inspector = import('../inspector/start').then(({ startInspector }) => startInspector());
    if (options?.open === false) return inspector;
    return inspector.then(async (started) => {
      // Not by whenReady(), for which the app would be made ready before its script is done.
      await this.#hasStarted;
      await started.open();
      return started;
    });
  }

  isReady() {
    return this.#isReady;
  }

  whenReady(): Promise<void> {
    return (this.#whenReady ??= this.#isReady
      ? Promise.resolve()
      : new Promise((resolve) => this.once('ready', () => resolve())));
  }

  getAppPath() {
    return appInfo.path;
  }

  getName() {
    return this.name;
  }

  setName(name: string) {
    this.name = name;
  }

  /** Of the app's package.json, or else Electron's, as there. */
  getVersion() {
    return appInfo.version ?? electronVersion;
  }

  /** @param path absolute. Chromium keeps nothing in it. */
  setPath(name: string, path: string) {
    if (!isAbsolute(path)) throw new Error('Path must be absolute');
    // Knows which there are.
    this.#pathOf(name, 'setPath');
    this.#paths.set(name, path);
  }

  getPath(name: string): string {
    const path = this.#paths.get(name) ?? this.#pathOf(name, 'getPath');
    if (name === 'userData') mkdirSync(path, { recursive: true });
    return path;
  }

  #switchesOf(name: string) {
    return this.#switches.filter((each) => each === `--${name}` || each.startsWith(`--${name}=`));
  }

  /** @param asked the method, for the error text */
  #pathOf(name: string, asked: string): string {
    switch (name) {
      case 'userData':
        return join(configHome(), this.name);
      case 'appData':
        return configHome();
      case 'home':
        return homedir();
      case 'temp':
        return tmpdir();
      default:
        throw new Error(
          `app.${asked}('${name}'): the stock runtime does not offer it; it has userData, appData, home, temp.`
        );
    }
  }

  /** Asks the app, then every window, and the app once more when they are gone; ends the process when none objects. */
  quit() {
    if (this.#isQuitting) return;
    const event = preventable();
    emitToApp(this, 'before-quit', event);
    if (event.defaultPrevented) return;
    this.#isQuitting = true;
    if (windows.open === 0) {
      this.#endUnlessPrevented();
      return;
    }
    // The last one to go ends the app. One that stays has objected, and may have destroyed another.
    for (const window of BrowserWindow.getAllWindows()) if (!window.isDestroyed()) window.close();
  }

  /** Without the hub, windows are all there is. An app that listens for such ends may have a use for them. */
  #onLost(reason: string | undefined) {
    const details = { type: 'Utility', reason, exitCode: 1, name: 'electron-ports hub' };
    if (reason === undefined || !emitToApp(this, 'child-process-gone', {}, details)) this.exit(1);
  }

  #endUnlessPrevented() {
    if (this.#isExiting) return;
    const event = preventable();
    emitToApp(this, 'will-quit', event);
    if (event.defaultPrevented) this.#isQuitting = false;
    else this.exit(Number(process.exitCode ?? 0));
  }

  /** Ends the process without asking, as soon as Chromium is gone. */
  exit(code = 0) {
    const session = this.#session;
    this.#session = undefined;
    this.#exitCode = code;
    if (this.#isExiting) return;
    this.#isExiting = this.#isQuitting = true;
    session?.health.stop();
    for (const window of BrowserWindow.getAllWindows()) window.destroy();
    const end = () => {
      emitToApp(this, 'quit', {}, this.#exitCode);
      // What a listener threw is uncaught first.
      process.nextTick(() => endProcess(this.#exitCode));
    };
    // What the pages of the windows wrote to their consoles still comes.
    const saidAll = Promise.all(windows.saidAll);
    if (session) saidAll.then(() => session.close()).then(end, end);
    else end();
  }
}

export const app = new App();

/** Runs the app's main script, and makes the app ready. */
export function runApp(main: () => Promise<void>): Promise<void> {
  exitByApp(app);
  return App.run(app, main);
}

/** Makes the app ready when that is waited for, in a process that runs something else. */
export const attachApp = () => App.attach(app);
