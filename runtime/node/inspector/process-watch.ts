import type { PortReport, ReporterOptions } from '@electron/internal/common/port-report';

import { watchEndpoints } from './endpoint-watch';

import type { WatchControl } from './endpoint-watch';

/** Which thread of a process reports. */
export type ReportingThread = 'main' | 'bridge';

/** The bridge thread, as it is told what to report. */
export interface WatchedThread {
  postMessage(message: { inspect: ReporterOptions }): void;
}

/** The watching of a process: its main thread, and the one that joins ports of worker threads. */
class ProcessWatch {
  #send: ((thread: ReportingThread, report: PortReport | undefined) => void) | undefined;
  #control: WatchControl | undefined;
  #options: ReporterOptions = { log: false, collections: 0 };
  #bridge: WatchedThread | undefined;

  /** Undefined unless it watches: what the bridge thread is to start with. */
  get options(): ReporterOptions | undefined {
    return this.#send && this.#options;
  }

  /** @param send gets undefined in place of a report when a thread has ended */
  start(send: (thread: ReportingThread, report: PortReport | undefined) => void) {
    this.#send = send;
    this.#control = watchEndpoints((report) => send('main', report));
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
    this.#send?.('bridge', report);
  }

  bridgeEnded() {
    this.#bridge = undefined;
    this.#send?.('bridge', undefined);
  }
}

export const processWatch = new ProcessWatch();
