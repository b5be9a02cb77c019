import type { FileHandle } from 'node:fs/promises';
import type { MessagePort as NodePort } from 'node:worker_threads';

/** What the bridge thread is started with. */
export interface BridgeStart {
  /** By which it claims the files of its process. */
  claimKey: string;
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

/** A file that it claimed. */
export interface ClaimedFile {
  token: string;
  file: FileHandle;
}
