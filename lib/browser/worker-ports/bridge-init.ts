// A thread of a process that joins Node's ports with Electron's, so that what is sent between a renderer and a worker
// thread does not pass the main thread. It runs no script of the app.

import { ClaimedFiles } from '@electron/internal/browser/files/claimed-files';
import type { ClaimedFile } from '@electron/internal/browser/files/claimed-files';
import { provideFileClaims } from '@electron/internal/browser/files/file-claims';
import { watchPorts } from '@electron/internal/browser/inspector/port-watch';
import { dispatchPortEvent } from '@electron/internal/browser/message-port-main';
import { createNodeObjects, sendTaken } from '@electron/internal/browser/node-objects';
import { portObserver } from '@electron/internal/browser/port-observer';
import {
  arrivingBlobs,
  arrivingStreams,
  claimArrived,
  listArrived,
  takeArrival
} from '@electron/internal/browser/worker-ports/arrivals';
import type {
  BridgeAnswer,
  BridgeInspection,
  BridgeJob,
  BridgeStart
} from '@electron/internal/browser/worker-ports/bridge-thread';
import { joinPorts } from '@electron/internal/browser/worker-ports/join-ports';
import { provideJoin } from '@electron/internal/browser/worker-ports/joiner';
import type { ReporterOptions } from '@electron/internal/common/port-report';

import { MessageChannel, parentPort, workerData } from 'worker_threads';

import type { MessagePort as NodePort } from 'worker_threads';

const binding = process._linkedBinding('electron_browser_message_port');

const inspect = (options: ReporterOptions) =>
  watchPorts((report) => parentPort!.postMessage({ report } satisfies BridgeAnswer)).control.set(options);

const { claimKey, inspect: options } = workerData as BridgeStart;
if (options) inspect(options);
const files = new ClaimedFiles(claimKey);
// The file of one worker thread that is sent to another.
provideFileClaims(claimKey, (handle, token) =>
  files.arrive({ token, file: structuredClone(handle, { transfer: [handle as never] }) })
);

provideJoin(joinPorts);
binding.setNodeObjects!({
  ...createNodeObjects(),
  // What comes from a worker thread is no one else's: nothing can go wrong with it.
  take: sendTaken,
  receiveFile: (standIn) => claimArrived(standIn as unknown as NodePort, files)
});
binding.setStreamTransfer!(arrivingStreams);
binding.setBlobTransfer!(arrivingBlobs);
binding.setForwarder!({
  arrive(ports, buffers) {
    portObserver?.arriving(ports);
    const nodePorts = ports.map((port) => {
      const { port1, port2 } = new MessageChannel();
      joinPorts(port, port1);
      return port2;
    });
    listArrived(...nodePorts, ...buffers);
    return nodePorts;
  }
});
binding.setEventDispatcher((...event) => {
  dispatchPortEvent(...event);
  // What no port has taken is of a chunk of a stream, which stays here. Its files have not been claimed, and never are.
  for (const each of takeArrival().missing) each.discard?.();
});

parentPort!.on('message', (message: BridgeJob | ClaimedFile | BridgeInspection) => {
  if ('inspect' in message) {
    inspect(message.inspect);
    return;
  }
  if ('file' in message) {
    files.arrive(message);
    return;
  }
  const { number, nodePort } = message;
  const port = binding.unparkPort!(number);
  if (port) portObserver?.unparked(port, number);
  if (port) joinPorts(port, nodePort);
  else nodePort.close();
  parentPort!.postMessage(number satisfies BridgeAnswer);
});
