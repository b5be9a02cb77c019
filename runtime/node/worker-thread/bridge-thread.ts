// A thread of the main process that joins Node's ports with the hub's, so that what is sent between a renderer and a
// worker thread does not pass the main thread.

import { ClaimedFiles } from '@electron/internal/browser/files/claimed-files';
import type { ClaimedFile } from '@electron/internal/browser/files/claimed-files';
import { provideFileClaims } from '@electron/internal/browser/files/file-claims';
import type { PortReport, ReporterOptions } from '@electron/internal/common/port-report';

import { parentPort, workerData } from 'node:worker_threads';

import { HubConnection } from '../hub/hub-connection';
import { SocketServer } from '../hub/socket-server';
import { watchEndpoints } from '../inspector/endpoint-watch';
import { joinPorts } from './join-ports';

import type { BridgeInspection, BridgeJob, BridgeReady, BridgeReport, BridgeStart } from './bridge-data';

const send = (report: PortReport) => parentPort!.postMessage({ report } satisfies BridgeReport);
const inspect = (options: ReporterOptions) => watchEndpoints(send).set(options);

async function start() {
  const { claimKey, inspect: options } = workerData as BridgeStart;
  if (options) inspect(options);
  const files = new ClaimedFiles(claimKey);
  // The file of one worker thread that is sent to another.
  provideFileClaims(claimKey, (handle, token) =>
    files.arrive({ token, file: structuredClone(handle, { transfer: [handle as never] }) })
  );
  const server = await SocketServer.start();
  parentPort!.postMessage({ url: server.url } satisfies BridgeReady);
  const connection = new HubConnection(await server.connected);
  parentPort!.on('message', (message: BridgeJob | ClaimedFile | BridgeInspection) => {
    if ('inspect' in message) {
      inspect(message.inspect);
      return;
    }
    if ('file' in message) {
      files.arrive(message);
      return;
    }
    const { token, port } = message;
    // It may close before the hub's port is here, and tells so but once.
    let isClosed = false;
    port.once('close', () => (isClosed = true));
    connection.expectLink(token, (endpoint) => {
      if (isClosed) endpoint.close();
      else joinPorts(endpoint, port, files);
    });
  });
}

// A failure ends this thread; who started it is told.
void start();
