import { processWatch } from '@electron/internal/browser/inspector/process-watch';

import { randomBytes } from 'node:crypto';

import { checkReport } from '../../../inspector/model/check-report';
import { Inspection } from '../../../inspector/server/inspection';
import { watchEndpoints } from '../../node/inspector/endpoint-watch';
import { appInfo } from '../app-info';
import { onDetached } from '../chromium/on-detached';
import { withOriginalPlaces } from '../page/preload-places';
import { ownSource } from '../page/renderer-scripts';
import { openPages, openTargets, runningUtilities, setInspectorHooks } from './hooks';
import { holderId, TargetWatch } from './page-watch';
import { ReportBudget } from './report-budget';

import type { InspectedPage, InspectedTarget, InspectedUtility, InspectorHooks } from './hooks';
import type { PageWatchContext } from './page-watch';

const now = () => performance.timeOrigin + performance.now();
const secret = () => `_${randomBytes(16).toString('hex')}`;

/** The watching of a whole app, once it is asked for, until it ends. */
export class AppInspection implements InspectorHooks {
  readonly linkObserverName = secret();
  readonly #core = new Inspection(true, () => this.#parts());
  /** What is watched in each window, by its main frame. */
  readonly #windows = new Map<string, Set<TargetWatch>>();
  readonly #budget = new ReportBudget(now);
  readonly #hubOrigin: () => string;

  private constructor(hubOrigin: () => string) {
    this.#hubOrigin = hubOrigin;
  }

  static start(hubOrigin: () => string): AppInspection {
    const inspection = new AppInspection(hubOrigin);
    inspection.#watchThisProcess();
    setInspectorHooks(inspection);
    for (const page of openPages) inspection.pageOpened(page);
    for (const target of openTargets) inspection.targetOpened(target);
    for (const tell of runningUtilities) tell(inspection);
    return inspection;
  }

  /** Serves the page, unless it does. */
  serve(): Promise<void> {
    return this.#core.start();
  }

  get url(): string {
    return this.#core.url;
  }

  close() {
    this.#core.close();
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
    const { id, window, session, tells } = target;
    const parts = this.#windows.get(window);
    if (!parts) return;
    const process = `renderer of ${id.slice(0, 6)}`;
    const watched = { id, group: window, kind: 'frame', url: '', process, tells } as const;
    const watch = new TargetWatch(this.#pageContext(), session, watched, parts);
    // What is left of a page it tells itself.
    if (id !== window) onDetached(session, () => watch.leave());
    // It may go at any time.
    watch.startPage(target).catch(() => {});
  }

  frameRemoved(window: string, frameId: string, isWindowClosed: boolean) {
    const why = isWindowClosed ? 'its window was closed' : 'its frame was removed';
    this.#core.model.holderGone(holderId('frame', frameId, window), why, now());
    for (const part of this.#windows.get(window) ?? []) part.forget(frameId);
  }

  utilityForked(modulePath: string, pid: number): InspectedUtility {
    let write = (_line: string) => {};
    const reports = this.#core.watch({ kind: 'utility', name: modulePath, pid }, (options) =>
      write(JSON.stringify(options))
    );
    return {
      control: (its) => {
        write = its;
        write(JSON.stringify(this.#core.options));
      },
      line(text) {
        let report: unknown;
        try {
          report = JSON.parse(text);
        } catch {
          // It was cut off: the process has ended.
          return;
        }
        reports.report(report);
      },
      gone: (code) => reports.gone(`its process ended with ${code}`)
    };
  }

  #watchThisProcess() {
    // It is told what to report as soon as it is shown, and reports later.
    const reports = this.#core.watch({ kind: 'main', name: appInfo.name, pid: process.pid }, (options) =>
      processWatch.set(options)
    );
    processWatch.start(watchEndpoints, (message) => reports.report(message));
  }

  #pageContext(): PageWatchContext {
    const { model } = this.#core;
    return {
      model,
      hubOrigin: this.#hubOrigin(),
      config: {
        bindingName: this.#bindingName,
        controlName: this.#controlName,
        linkObserverName: this.linkObserverName,
        inSubframes: false,
        ownSource,
        log: this.#core.options.log
      },
      report: (realm, report) => model.report(realm, report, now()),
      check: (window, payload) => {
        if (!this.#budget.allows(window, payload.length)) {
          model.dropped++;
          return undefined;
        }
        try {
          const report = checkReport(JSON.parse(payload));
          for (const event of report?.events ?? []) {
            if ('stack' in event) event.stack = withOriginalPlaces(event.stack);
          }
          return report;
        } catch {
          return undefined;
        }
      },
      now
    };
  }

  readonly #bindingName = secret();
  readonly #controlName = secret();

  #parts(): TargetWatch[] {
    return [...this.#windows.values()].flatMap((parts) => [...parts]);
  }
}
