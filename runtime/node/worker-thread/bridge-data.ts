import type { PortReport, ReporterOptions } from '@electron/internal/common/port-report';

import type { MessagePort as NodePort } from 'node:worker_threads';

/** What the bridge thread is started with. */
export interface BridgeStart {
  /** By which it claims the files of its process. */
  claimKey: string;
  /** While ports are inspected. */
  inspect: ReporterOptions | undefined;
}

/** What the bridge thread says first: where the hub can reach it. */
export interface BridgeReady {
  url: string;
}

/** What the bridge thread is told: the token of a hub port, and the Node port to join it with. */
export interface BridgeJob {
  token: string;
  port: NodePort;
}

/** From then on it reports. */
export interface BridgeInspection {
  inspect: ReporterOptions;
}

/** What it reports of its ports. */
export interface BridgeReport {
  report: PortReport;
}
