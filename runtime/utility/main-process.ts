import { processWatch } from '@electron/internal/browser/inspector/process-watch';
import type { ReporterOptions } from '@electron/internal/common/port-report';

import { Socket } from 'node:net';

import { firstLine } from '../node/first-line';
import { HubConnection } from '../node/hub/hub-connection';
import { SocketServer } from '../node/hub/socket-server';
import { watchEndpoints } from '../node/inspector/endpoint-watch';

import type { Endpoint } from '../node/message-port/endpoint';

/** The pipe to the main process: used to get to know the hub, and to learn of the main process's end. */
const mainProcessPipe = 3;

/** How many bytes of reports may wait in this process. */
const maximumWaiting = 1 << 20;

export interface MainProcess {
  connection: HubConnection;
  /** The near end of the channel to the main process. */
  parent: Endpoint;
  /** Keeps this process alive, as what it does next depends on messages, or no longer does. */
  setAlive(isAlive: boolean): void;
}

/** Does what the port inspector of the main process wants. The reports go by the pipe: they are not to use ports. */
function inspect(pipe: Socket, options: ReporterOptions) {
  const isWatched = processWatch.options !== undefined;
  processWatch.set(options);
  if (isWatched) return;
  const isBusy = () => pipe.writableLength > maximumWaiting;
  processWatch.start(
    (send) => watchEndpoints(send, isBusy),
    (message) => pipe.write(`${JSON.stringify(message)}\n`)
  );
  process.on('exit', () => processWatch.flush());
}

/** Tells the main process where the hub can connect to, and waits for the parent port. */
export async function connectToMainProcess(): Promise<MainProcess> {
  const pipe = new Socket({ fd: mainProcessPipe });
  // The main process has ended, perhaps by a signal: so does its child.
  pipe.on('error', () => {}).once('close', () => process.exit());
  const server = await SocketServer.start();
  pipe.write(`${server.url}\n`);
  const socket = await server.connected;
  const connection = new HubConnection(socket);
  const token = await firstLine(pipe, (line) => inspect(pipe, JSON.parse(line)));
  if (token === undefined) process.exit();
  const parent = await new Promise<Endpoint>((resolve) => connection.expectLink(token, resolve));
  // A script that waits for nothing ends, as in Node.js.
  server.http.unref();
  (socket as unknown as { _socket: Socket })._socket.unref();
  pipe.unref();
  return { connection, parent, setAlive: (isAlive) => void (isAlive ? pipe.ref() : pipe.unref()) };
}
