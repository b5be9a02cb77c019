import type { PortReport, ReporterOptions } from '@electron/internal/common/port-report';

/** Which thread of a process of Node.js reports: its main one, or the one that joins ports of worker threads. */
export type ReportingThread = 'main' | 'bridge';

/** What one thread says. Without a report it has ended. */
export interface ThreadReport {
  thread: ReportingThread;
  report: PortReport | undefined;
}

export interface InspectedProcess {
  kind: 'main' | 'utility';
  /** The app's name, or the script. */
  name: string;
  pid: number;
}

export interface ProcessReports {
  /** @param message a ThreadReport, or whatever a process that was taken over sends */
  report(message: unknown): void;
  /** @param why as in "closed because ..." */
  gone(why: string): void;
}

/** What an app's ports are shown by: what watches them gives it what they report. */
export interface PortInspection {
  /** Of the page. */
  readonly url: string;
  /**
   * Has a process shown.
   * @param set called with what it is to report, now and whenever that changes
   */
  watch(process: InspectedProcess, set: (options: ReporterOptions) => void): ProcessReports;
  /** Serves the page, unless it does. */
  start(): Promise<void>;
  /** Stops serving the page. */
  close(): void;
}
