// The worker thread: it answers at every port it is given, and at its own.

import { MessagePort, parentPort } from 'node:worker_threads';

const answerAt = (port: MessagePort) => port.on('message', (message) => port.postMessage(message));

parentPort!.on('message', (message) => {
  if (message instanceof MessagePort) answerAt(message);
  else parentPort!.postMessage(message);
});
