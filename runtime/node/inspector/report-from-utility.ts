import type { PortReport } from '@electron/internal/common/port-report';

import type { ReportingThread } from './process-watch';

/** What a utility process writes to the main process, one line each. */
export interface ReportFromUtility {
  thread: ReportingThread;
  /** Undefined when the thread has ended. */
  report: PortReport | undefined;
}
