import { syncBuiltinESMExports } from 'node:module';

import type * as WorkerThreads from 'node:worker_threads';

// Not by import: it is to be replaced.
const workerThreads = require('node:worker_threads') as typeof WorkerThreads & {
  isMarkedAsUntransferable?: (object: object) => boolean;
};

/**
 * Node.js 20 does not expose what was marked, and copies such a buffer without a word. So there it is noted when an app does it;
 * what Node.js marks itself, such as the pool of small Buffers, is not known then.
 */
function noteMarks(): (object: object) => boolean {
  const marked = new WeakSet<object>();
  const mark = workerThreads.markAsUntransferable;
  workerThreads.markAsUntransferable = (object) => {
    mark(object);
    if ((typeof object === 'object' && object !== null) || typeof object === 'function') marked.add(object);
  };
  syncBuiltinESMExports();
  return (object) => marked.has(object);
}

const isMarked = workerThreads.isMarkedAsUntransferable ?? noteMarks();

/** Whether an app said that an object is never to be transferred. The pool's buffers have an error of their own. */
export const isMarkedAsUntransferable = (object: object): boolean =>
  isMarked(object) && (object as { byteLength?: number }).byteLength !== Buffer.poolSize;
