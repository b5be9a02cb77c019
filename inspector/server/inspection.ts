import type {
  InspectedProcess,
  PortInspection,
  ProcessReports,
  ThreadReport
} from '@electron/internal/common/port-inspection';
import type { ReporterOptions } from '@electron/internal/common/port-report';

import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';

import { checkReport } from '../model/check-report';
import { PortModel } from '../model/port-model';
import { InspectorServer } from './inspector-server';
import { pageFiles } from './page-files';
import { Snapshot } from './snapshot';

const now = () => performance.timeOrigin + performance.now();
const unique = (text: string) => `${text} ${randomBytes(8).toString('hex')}`;

// Milliseconds. What was collected is told of a little later. A process may be busy, and a large heap takes long.
const patienceForCollection = 500;
const patienceForSearch = 20_000;

interface WatchedProcess {
  tell(): void;
  /** Called when it has told what it has found, or has gone. */
  searched(): void;
}

/** What is watched, beside processes. */
export interface WatchedPart {
  setLog(on: boolean): void;
  collectGarbage(): Promise<void>;
}

/** The watching of a whole app: the model, and the page that shows it, for whatever watches ports. */
export class Inspection implements PortInspection {
  readonly model: PortModel;
  readonly #parts: () => Iterable<WatchedPart>;
  readonly #snapshot: Snapshot;
  readonly #server: InspectorServer;
  readonly #processes = new Set<WatchedProcess>();
  #options: ReporterOptions = { log: false, collections: 0 };

  /**
   * @param hasHub whether messages between processes pass one
   * @param parts what else is watched at a moment
   */
  constructor(hasHub: boolean, parts: () => Iterable<WatchedPart> = () => []) {
    this.model = new PortModel({ hasHub });
    this.#parts = parts;
    this.#snapshot = new Snapshot(this.model, now);
    this.#server = new InspectorServer(this.model, this.#snapshot, pageFiles(), {
      setLog: (on) => this.#setLog(on),
      findLeaks: () => void this.#findLeaks()
    });
    // Served or not: what is watched goes on.
    setInterval(() => this.model.reckon(now()), 1000).unref();
  }

  /** Serves the page, unless it does. What is watched may be reported of before. */
  async start(): Promise<void> {
    await this.#server.start();
  }

  get url(): string {
    return this.#server.url;
  }

  /** What all that is watched is to report. */
  get options(): ReporterOptions {
    return this.#options;
  }

  close() {
    this.#setLog(false);
    this.#server.close();
  }

  watch({ kind, name, pid }: InspectedProcess, set: (options: ReporterOptions) => void): ProcessReports {
    const { model } = this;
    const process = `${kind} ${pid}`;
    const id = kind === 'main' ? kind : unique(process);
    const bridge = `${id} bridge`;
    model.hold({ id, kind, name, process, pid });
    model.addRealm(id, id, '');
    const watched: WatchedProcess = { tell: () => set(this.#options), searched() {} };
    this.#processes.add(watched);
    watched.tell();
    return {
      report: (message: unknown) => {
        // Utility processes run what they like.
        const { thread, report } = Object(message) as ThreadReport;
        if (thread === 'bridge') this.#watchBridge(bridge, process, pid, report === undefined);
        const checked = report && checkReport(report, { isProcess: true });
        if (!checked) return;
        model.report(thread === 'main' ? id : bridge, checked, now());
        if (thread === 'main' && checked.events.some(({ what }) => what === 'unreachable')) watched.searched();
      },
      gone: (why) => {
        this.#processes.delete(watched);
        for (const each of [id, bridge]) model.holderGone(each, why, now());
        watched.searched();
      }
    };
  }

  #watchBridge(id: string, process: string, pid: number, isGone: boolean) {
    if (isGone) return this.model.holderGone(id, 'the thread that joins ports of worker threads ended', now());
    const known = this.model.kindOf(id);
    if (!known || known.gone) {
      this.model.hold({ id, kind: 'worker-threads', name: 'worker threads', process, pid });
      this.model.addRealm(id, id, '');
    }
  }

  #setLog(on: boolean) {
    this.model.log.isOn = on;
    this.#options = { ...this.#options, log: on };
    for (const process of this.#processes) process.tell();
    for (const part of this.#parts()) part.setLog(on);
  }

  /** Collects everywhere, so that what is still held is held by script. */
  async #findLeaks() {
    if (this.#snapshot.isSearching) return;
    this.#snapshot.isSearching = true;
    try {
      this.#options = { ...this.#options, collections: this.#options.collections + 1 };
      const searched = [...this.#processes].map(
        (process) =>
          new Promise<void>((resolve) => {
            process.searched = resolve;
            process.tell();
          })
      );
      const patience = wait(patienceForSearch, undefined, { ref: false });
      const collected = [...this.#parts()].map((part) => part.collectGarbage());
      await Promise.all([...collected, Promise.race([Promise.all(searched), patience])]);
      await wait(patienceForCollection);
    } finally {
      this.#snapshot.searched = now();
      this.#snapshot.isSearching = false;
      this.model.version++;
    }
  }
}
