import { join } from 'node:path';
import { MessageChannel, Worker } from 'node:worker_threads';

import { Endpoint } from '../message-port/endpoint';
import { createClaimKey, provideFileClaims } from './file-claims';

import type { HubConnection } from '../hub/hub-connection';
import type { WorkerPorts } from '../message-port/worker-ports';
import type { BridgeJob, BridgeReady, BridgeStart, ClaimedFile } from './bridge-data';
import type { MessagePort as NodePort } from 'node:worker_threads';

// Seen from the bundles that this file is part of, dist/runtime/main/electron.cjs and dist/runtime/utility/utility.cjs.
const bridgeThread = join(__dirname, '..', 'node', 'worker-thread', 'bridge-thread.cjs');

/**
 * Joins ports with those of Node's worker threads, in a thread of its own that starts with the first such port. The
 * main thread hands both ends over and is out of the path.
 */
export class WorkerPortBridge implements WorkerPorts {
  #connection: HubConnection;
  #thread: Promise<{ worker: Worker; client: number }> | undefined;

  constructor(connection: HubConnection) {
    this.#connection = connection;
  }

  toWorkerPort(endpoint: Endpoint): NodePort {
    const { port1, port2 } = new MessageChannel();
    this.#join(endpoint.moveTo(this.#connection), port1);
    return port2;
  }

  fromWorkerPort(port: NodePort): Endpoint {
    const [near, far] = this.#connection.createChannel();
    this.#join(near, port);
    return Endpoint.forCarrier(this.#connection, far);
  }

  async #join(hubPort: number, port: NodePort) {
    const { worker, client } = await (this.#thread ??= this.#start());
    const token = this.#connection.handOver(hubPort, client);
    worker.postMessage({ token, port } satisfies BridgeJob, [port]);
  }

  async #start() {
    const claimKey = createClaimKey();
    const worker = new Worker(bridgeThread, { workerData: { claimKey } satisfies BridgeStart });
    worker.unref();
    provideFileClaims(claimKey, (file, token) =>
      worker.postMessage({ token, file } satisfies ClaimedFile, [file as never])
    );
    const { url } = await new Promise<BridgeReady>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
    return { worker, client: this.#connection.addClient(url) };
  }
}
