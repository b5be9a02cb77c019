import { watchFrames } from '@electron/internal/browser/inspector/frames';
import { watchPorts } from '@electron/internal/browser/inspector/port-watch';
import { processWatch } from '@electron/internal/browser/inspector/process-watch';
import { eachUtility } from '@electron/internal/browser/inspector/utilities';
import { watchUtility } from '@electron/internal/browser/inspector/watch-utility';
import type { PortInspection } from '@electron/internal/common/port-inspection';

import { createRequire } from 'module';
import { join } from 'path';

/** What shows ports is not part of the binary: it is a tool of the developer's. */
const moduleName = 'electron-ports/inspector';

interface InspectorModule {
  Inspection: new (hasHub: boolean) => PortInspection;
}

/** @throws Error when the app has not got it */
function loadInspector(app: Electron.App): InspectorModule {
  const require = createRequire(join(app.getAppPath(), 'app.js'));
  try {
    require.resolve(moduleName);
  } catch (cause) {
    const advice =
      'install it in the app, from what `npm pack` makes of it: npm install --save-dev PATH/electron-ports-0.1.0.tgz';
    throw new Error(`The port inspector is part of the package electron-ports, which was not found; ${advice}`, {
      cause
    });
  }
  return require(moduleName) as InspectorModule;
}

/** Watches this process, its utility processes, and those to come. */
function watchAll(app: Electron.App, inspection: PortInspection) {
  const told = { kind: 'main', name: app.getName(), pid: process.pid } as const;
  const reports = inspection.watch(told, (options) => processWatch.set(options));
  processWatch.start(
    (send) => {
      const { watch, control } = watchPorts(send);
      watchFrames(watch);
      eachUtility((utility, modulePath) => watchUtility(inspection, watch, utility, modulePath));
      return control;
    },
    (message) => reports.report(message)
  );
}

/** What `app.inspectPorts()` gives. */
class PortInspector {
  #app: Electron.App;
  #inspection: PortInspection;
  #isOpen = false;

  constructor(app: Electron.App, inspection: PortInspection) {
    this.#app = app;
    this.#inspection = inspection;
  }

  get url() {
    return this.#inspection.url;
  }

  /** Serves the page, unless it does. */
  start() {
    return this.#inspection.start();
  }

  /** Opens the page in a window, unless it is open. */
  async open() {
    const { url } = this;
    const { BrowserWindow } = require('electron') as typeof Electron;
    // The program of shell/node/ has none.
    if (this.#isOpen || !BrowserWindow) return;
    this.#isOpen = true;
    const close = () => (this.#isOpen = false);
    let window: Electron.BrowserWindow;
    try {
      await this.#app.whenReady();
      window = new BrowserWindow({ width: 1280, height: 800 });
    } catch (error) {
      close();
      throw error;
    }
    window.once('closed', close);
    await window.loadURL(url);
  }

  close() {
    this.#inspection.close();
  }
}

let inspector: PortInspector | undefined;

function watch(app: Electron.App): PortInspector {
  const { Inspection } = loadInspector(app);
  const inspection = new Inspection(false);
  watchAll(app, inspection);
  return new PortInspector(app, inspection);
}

/** `app.inspectPorts()`: shows every port of the app on a page of this machine. Further calls give the same inspector. */
async function inspectPorts(this: Electron.App, { open = true } = {}): Promise<PortInspector> {
  inspector ??= watch(this);
  await inspector.start();
  if (open) await inspector.open();
  return inspector;
}

/** Gives `app` its method that shows ports. */
export function addInspectPorts(app: Electron.App) {
  Object.assign(app, { inspectPorts: inspectPorts.bind(app) });
}
