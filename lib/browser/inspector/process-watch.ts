import type { ThreadReport } from '@electron/internal/common/port-inspection';
import type { PortReport, ReporterOptions } from '@electron/internal/common/port-report';
import type { PortReporter } from '@electron/internal/common/port-reporter';

/** What the inspector can have a thread do that reports to it. */
export interface WatchControl {
  set(options: ReporterOptions): void;
  /** Reports at once what there is. */
  flush(): void;
}

/** Has a thread's reporter do so. @param search looks for leaks in the thread's heap, and reports what it finds */
export function controlReporter(reporter: PortReporter, search: () => Promise<void>): WatchControl {
  // What was looked for before this thread watched is not looked for in it.
  let collected: number | undefined;
  return {
    set({ log, collections }) {
      reporter.isLogging = log;
      if (collected !== undefined && collections > collected) void search();
      collected = collections;
    },
    flush: () => reporter.flush()
  };
}

/** The bridge thread, as it is told what to report. */
export interface WatchedThread {
  postMessage(message: { inspect: ReporterOptions }): void;
}

/** The watching of a process: its main thread, and the one that joins ports of worker threads. */
class ProcessWatch {
  #send: ((message: ThreadReport) => void) | undefined;
  #control: WatchControl | undefined;
  #options: ReporterOptions = { log: false, collections: 0 };
  #bridge: WatchedThread | undefined;

  /** Undefined unless it watches: what the bridge thread is to start with. */
  get options(): ReporterOptions | undefined {
    return this.#send && this.#options;
  }

  /** With what was set before. @param watch has the ports of this thread watched */
  start(watch: (send: (report: PortReport) => void) => WatchControl, send: (message: ThreadReport) => void) {
    this.#send = send;
    this.#control = watch((report) => send({ thread: 'main', report }));
    this.set(this.#options);
  }

  set(options: ReporterOptions) {
    this.#options = options;
    this.#control?.set(options);
    this.#bridge?.postMessage({ inspect: options });
  }

  flush() {
    this.#control?.flush();
  }

  bridgeStarted(thread: WatchedThread) {
    this.#bridge = thread;
  }

  bridgeReported(report: PortReport) {
    this.#send?.({ thread: 'bridge', report });
  }

  bridgeEnded() {
    this.#bridge = undefined;
    this.#send?.({ thread: 'bridge', report: undefined });
  }
}

export const processWatch = new ProcessWatch();
