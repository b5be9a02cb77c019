import type { ClaimedFile } from '@electron/internal/browser/files/claimed-files';
import { createClaimKey, provideFileClaims } from '@electron/internal/browser/files/file-claims';
import { processWatch } from '@electron/internal/browser/inspector/process-watch';

import { join } from 'node:path';
import { MessageChannel, Worker } from 'node:worker_threads';

import { createToken } from '../hub/hub-connection';
import { Endpoint, endpointObserver } from '../message-port/endpoint';

import type { HubConnection } from '../hub/hub-connection';
import type { WorkerPorts } from '../message-port/worker-ports';
import type { BridgeJob, BridgeReady, BridgeReport, BridgeStart } from './bridge-data';
import type { MessagePort as NodePort } from 'node:worker_threads';

// Seen from the bundles that this file is part of, dist/runtime/main/electron.cjs and dist/runtime/utility/utility.cjs.
const bridgeThread = join(__dirname, '..', 'node', 'worker-thread', 'bridge-thread.cjs');

/** The thread that joins ports, and its number as a client of the hub. */
interface BridgeThread {
  worker: Worker;
  client: number;
}

/**
 * Joins ports with those of Node's worker threads, in a thread of its own that starts with the first such port. The
 * main thread hands both ends over and is out of the path.
 */
export class WorkerPortBridge implements WorkerPorts {
  #connection: HubConnection;
  /** Undefined before the first port, and after the thread has ended: the next port starts another. */
  #thread: Promise<BridgeThread> | undefined;

  constructor(connection: HubConnection) {
    this.#connection = connection;
  }

  toWorkerPort(endpoint: Endpoint): NodePort {
    const { port1, port2 } = new MessageChannel();
    void this.#join(endpoint.moveTo(this.#connection), port1);
    return port2;
  }

  fromWorkerPort(port: NodePort): Endpoint {
    const [near, far] = this.#connection.createChannel();
    const endpoint = Endpoint.forCarrier(this.#connection, far);
    endpointObserver?.carried(endpoint, near);
    void this.#join(near, port);
    return endpoint;
  }

  /** Never rejects: what cannot be joined closes. */
  async #join(hubPort: number, port: NodePort) {
    let thread: BridgeThread;
    try {
      thread = await (this.#thread ??= this.#start());
    } catch (error) {
      console.error('The thread for ports of worker threads did not start, so these close:', error);
      this.#connection.close(hubPort, 0);
      port.close();
      return;
    }
    const token = createToken();
    try {
      thread.worker.postMessage({ token, port } satisfies BridgeJob, [port]);
    } catch {
      // Its other end was closed before the thread was there, or went with its own thread: so does this channel.
      this.#connection.close(hubPort, 0);
      return;
    }
    this.#connection.handOver(hubPort, thread.client, token);
  }

  #start(): Promise<BridgeThread> {
    const claimKey = createClaimKey();
    const worker = new Worker(bridgeThread, {
      // Modules that the app's command line or NODE_OPTIONS names are for the main thread alone.
      argv: [],
      execArgv: [],
      env: {},
      workerData: { claimKey, inspect: processWatch.options } satisfies BridgeStart
    });
    worker.unref();
    processWatch.bridgeStarted(worker);
    provideFileClaims(claimKey, (file, token) =>
      worker.postMessage({ token, file } satisfies ClaimedFile, [file as never])
    );
    const thread = new Promise<BridgeThread>((resolve, reject) => {
      let isUp = false;
      const forget = (error: unknown) => {
        if (this.#thread === thread) this.#thread = undefined;
        reject(error);
      };
      worker.once('message', ({ url }: BridgeReady) => {
        isUp = true;
        resolve({ worker, client: this.#connection.addClient(url) });
        worker.on('message', ({ report }: BridgeReport) => processWatch.bridgeReported(report));
      });
      worker.once('error', (error) => {
        if (isUp) console.error('The thread for ports of worker threads ended, and these close:', error);
        forget(error);
      });
      worker.once('exit', () => {
        processWatch.bridgeEnded();
        forget(new Error('It ended'));
      });
    });
    return thread;
  }
}
