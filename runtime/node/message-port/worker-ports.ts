import type { Endpoint } from './endpoint';
import type { MessagePort as NodePort } from 'node:worker_threads';

/** The way between endpoints and the ports of Node's worker threads. */
export interface WorkerPorts {
  /** A Node port in place of an endpoint that no longer has an owner. */
  toWorkerPort(endpoint: Endpoint): NodePort;
  /** An endpoint in place of a Node port, which must not be used elsewhere any more. */
  fromWorkerPort(port: NodePort): Endpoint;
}

let current: WorkerPorts | undefined;

export function provideWorkerPorts(workerPorts: WorkerPorts) {
  current = workerPorts;
}

/** @throws Error before the app is ready */
export function workerPorts(): WorkerPorts {
  if (!current) throw new Error('Ports of worker threads cannot be used before app is ready');
  return current;
}
