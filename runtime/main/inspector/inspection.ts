import type { ReporterOptions } from '@electron/internal/common/port-report';

import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { checkReport } from '../../../inspector/model/check-report';
import { PortModel } from '../../../inspector/model/port-model';
import { InspectorServer } from '../../../inspector/server/inspector-server';
import { Snapshot } from '../../../inspector/server/snapshot';
import { processWatch } from '../../node/inspector/process-watch';
import { appInfo } from '../app-info';
import { openPages, openTargets, runningUtilities, setInspectorHooks } from './hooks';
import { TargetWatch } from './page-watch';
import { ReportBudget } from './report-budget';

import type { PageFiles } from '../../../inspector/server/inspector-server';
import type { ReportFromUtility } from '../../node/inspector/report-from-utility';
import type { InspectedPage, InspectedTarget, InspectedUtility, InspectorHooks } from './hooks';
import type { PageWatchContext } from './page-watch';

const now = () => performance.timeOrigin + performance.now();
const secret = () => `_${randomBytes(16).toString('hex')}`;

/** dist/inspector/page/, seen from dist/runtime/main/. */
function pageFiles(): PageFiles {
  const read = (name: string) => readFileSync(join(__dirname, '..', '..', 'inspector', 'page', name), 'utf8');
  return {
    'index.html': { type: 'text/html', text: read('index.html') },
    'page.js': { type: 'text/javascript', text: read('page.js') },
    'page.css': { type: 'text/css', text: read('page.css') }
  };
}

// Milliseconds: what was collected, and what was found in the heaps, is told of a little later.
const patienceForCollection = 500;

/** The watching of a whole app, once it is asked for, until it ends. */
export class Inspection implements InspectorHooks {
  readonly linkObserverName = secret();
  readonly #model = new PortModel();
  readonly #snapshot = new Snapshot(this.#model, now);
  readonly #server: InspectorServer;
  /** What is watched in each window, by its main frame. */
  readonly #windows = new Map<string, Set<TargetWatch>>();
  readonly #utilities = new Set<() => void>();
  readonly #budget = new ReportBudget(now);
  readonly #hubOrigin: () => string;
  #options: ReporterOptions = { log: false, collections: 0 };

  private constructor(hubOrigin: () => string) {
    this.#hubOrigin = hubOrigin;
    this.#server = new InspectorServer(this.#model, this.#snapshot, pageFiles(), {
      setLog: (on) => this.#setLog(on),
      findLeaks: () => void this.#findLeaks()
    });
  }

  static async start(hubOrigin: () => string): Promise<Inspection> {
    const inspection = new Inspection(hubOrigin);
    inspection.#watchThisProcess();
    setInspectorHooks(inspection);
    for (const page of openPages) inspection.pageOpened(page);
    for (const target of openTargets) inspection.targetOpened(target);
    for (const tell of runningUtilities) tell(inspection);
    setInterval(() => inspection.#model.reckon(now()), 1000).unref();
    await inspection.#server.start();
    return inspection;
  }

  get url(): string {
    return this.#server.url;
  }

  close() {
    this.#setLog(false);
    this.#server.close();
  }

  pageOpened(page: InspectedPage) {
    const parts = new Set<TargetWatch>();
    this.#windows.set(page.frameId, parts);
    const describe = () => {
      for (const part of parts) if (part.id === page.frameId) part.describe(page.document.pid, page.document.url);
    };
    page.on('finish-load', describe);
    page.on('crashed', () => {
      for (const part of parts) part.gone('its renderer crashed');
    });
    page.on('closed', () => {
      for (const part of parts) part.gone('its window was closed');
      this.#windows.delete(page.frameId);
    });
    if (page.document.url) setImmediate(describe);
  }

  targetOpened(target: InspectedTarget) {
    const { id, window, session } = target;
    const parts = this.#windows.get(window);
    if (!parts) return;
    const process = `renderer of ${id.slice(0, 6)}`;
    const watched = { id, group: window, kind: 'frame', url: '', process } as const;
    const watch = new TargetWatch(this.#pageContext(), session, watched, parts);
    // It may go at any time.
    watch.startPage(target).catch(() => {});
  }

  utilityForked(modulePath: string, pid: number): InspectedUtility {
    const id = `utility ${pid} ${secret()}`;
    const bridge = `${id} bridge`;
    this.#model.hold({ id, kind: 'utility', name: modulePath, process: `utility ${pid}`, pid });
    this.#model.addRealm(id, id, '');
    let tell = () => {};
    return {
      control: (write) => {
        this.#utilities.delete(tell);
        tell = () => write(JSON.stringify(this.#options));
        this.#utilities.add(tell);
        tell();
      },
      line: (text) => {
        const { thread, report } = JSON.parse(text) as ReportFromUtility;
        const realm = thread === 'main' ? id : bridge;
        if (thread === 'bridge') this.#watchBridge(bridge, `utility ${pid}`, pid, report === undefined);
        const checked = checkReport(report);
        if (checked) this.#model.report(realm, checked, now());
      },
      gone: (code) => {
        this.#utilities.delete(tell);
        for (const each of [id, bridge]) this.#model.holderGone(each, `its process ended with ${code}`, now());
      }
    };
  }

  #watchThisProcess() {
    const { pid } = process;
    this.#model.hold({ id: 'main', kind: 'main', name: appInfo.name, process: `main ${pid}`, pid });
    this.#model.addRealm('main', 'main', '');
    processWatch.start((thread, report) => {
      if (thread === 'bridge') this.#watchBridge('main bridge', `main ${pid}`, pid, report === undefined);
      if (report) this.#model.report(thread === 'main' ? 'main' : 'main bridge', report, now());
    });
  }

  #watchBridge(id: string, process: string, pid: number, isGone: boolean) {
    if (isGone) return this.#model.holderGone(id, 'the thread that joins ports of worker threads ended', now());
    const known = this.#model.kindOf(id);
    if (!known || known.gone) {
      this.#model.hold({ id, kind: 'worker-threads', name: 'worker threads', process, pid });
      this.#model.addRealm(id, id, '');
    }
  }

  #pageContext(): PageWatchContext {
    return {
      model: this.#model,
      hubOrigin: this.#hubOrigin(),
      config: {
        bindingName: this.#bindingName,
        controlName: this.#controlName,
        linkObserverName: this.linkObserverName,
        inSubframes: false,
        ownSource: 'electron-ports-inspector',
        log: this.#options.log
      },
      report: (realm, report) => this.#model.report(realm, report, now()),
      check: (realm, payload) => {
        if (!this.#budget.allows(realm, payload.length)) {
          this.#model.dropped++;
          return undefined;
        }
        try {
          return checkReport(JSON.parse(payload));
        } catch {
          return undefined;
        }
      },
      now
    };
  }

  readonly #bindingName = secret();
  readonly #controlName = secret();

  #setLog(on: boolean) {
    this.#model.log.isOn = on;
    this.#options = { ...this.#options, log: on };
    this.#tellAll();
    for (const part of this.#parts()) part.setLog(on);
  }

  #parts(): TargetWatch[] {
    return [...this.#windows.values()].flatMap((parts) => [...parts]);
  }

  #tellAll() {
    processWatch.set(this.#options);
    for (const tell of this.#utilities) tell();
  }

  /** Collects everywhere, so that what is still held is held by script. */
  async #findLeaks() {
    if (this.#snapshot.isSearching) return;
    this.#snapshot.isSearching = true;
    try {
      this.#options = { ...this.#options, collections: this.#options.collections + 1 };
      this.#tellAll();
      await Promise.all(this.#parts().map((part) => part.collectGarbage()));
      await wait(patienceForCollection);
    } finally {
      this.#snapshot.searched = now();
      this.#snapshot.isSearching = false;
      this.#model.version++;
    }
  }
}
