import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

import { defer } from './defer';

import type { MessagePort as NodePort } from 'node:worker_threads';

/** A worker thread that runs a function with a port. Its results are the messages of its `parentPort`. */
export function startWorker(port: NodePort, script: (port: NodePort) => void): Worker {
  const worker = new Worker(`require('node:worker_threads').parentPort.once('message', (port) => (${script})(port));`, {
    eval: true
  });
  defer(() => worker.terminate());
  worker.postMessage(port, [port]);
  return worker;
}

/** What a worker says next by its `parentPort`. */
export const said = async (worker: Worker) => (await once(worker, 'message'))[0];
