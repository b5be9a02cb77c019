// A thread of a process that joins Node's ports with Electron's, so that what is sent between a renderer and a worker
// thread does not pass the main thread. It runs no script of the app.

import { dispatchPortEvent } from '@electron/internal/browser/message-port-main';
import {
  arrivingBlobs,
  arrivingStreams,
  listArrived,
  takeArrival
} from '@electron/internal/browser/worker-ports/arrivals';
import type { BridgeAnswer, BridgeJob } from '@electron/internal/browser/worker-ports/bridge-thread';
import { joinPorts } from '@electron/internal/browser/worker-ports/join-ports';
import { provideJoiner } from '@electron/internal/browser/worker-ports/node-ports';

import { MessageChannel, parentPort } from 'worker_threads';

const binding = process._linkedBinding('electron_browser_message_port');

// What comes from a worker thread is no one else's: nothing can go wrong with it.
provideJoiner({ join: joinPorts, take: (ports) => ports });
binding.setStreamTransfer!(arrivingStreams);
binding.setBlobTransfer!(arrivingBlobs);
binding.setForwarder!({
  arrive(ports, buffers) {
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
  // What no port has taken is of a chunk of a stream, which stays here.
  takeArrival();
});

parentPort!.on('message', ({ number, nodePort }: BridgeJob) => {
  const port = binding.unparkPort!(number);
  if (port) joinPorts(port, nodePort);
  else nodePort.close();
  parentPort!.postMessage(number satisfies BridgeAnswer);
});
