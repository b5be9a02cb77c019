// A thread of the main process that joins Node's ports with the hub's, so that what is sent between a renderer and a
// worker thread does not pass the main thread.

import { parentPort } from 'node:worker_threads';

import { HubConnection } from '../hub/hub-connection';
import { SocketServer } from '../hub/socket-server';
import { joinPorts } from './join-ports';

import type { BridgeJob, BridgeReady } from './bridge-data';

async function start() {
  const server = await SocketServer.start();
  parentPort!.postMessage({ url: server.url } satisfies BridgeReady);
  const connection = new HubConnection(await server.connected);
  parentPort!.on('message', ({ token, port }: BridgeJob) =>
    connection.expectLink(token, (endpoint) => joinPorts(endpoint, port))
  );
}

start();
