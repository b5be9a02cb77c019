import { WebSocketServer } from 'ws';

import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';

import { HUB_HOST } from '../../common/hub-host';

import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WebSocket } from 'ws';

/** A loopback server that the hub connects to once. The path is a secret, which only the hub is told. */
export class SocketServer {
  readonly http: Server = createServer();
  /** The hub's end of the WebSocket. */
  readonly connected: Promise<WebSocket>;
  #path = `/${randomBytes(16).toString('hex')}`;

  private constructor() {
    // No limit to a message's size: what may be sent is decided where it is sent.
    const sockets = new WebSocketServer({ server: this.http, path: this.#path, maxPayload: 0 });
    this.connected = new Promise((resolve) => sockets.once('connection', resolve));
    // Another client that finds the path gets nothing, and ends nothing when it leaves.
    void this.connected.then(() => sockets.on('connection', (socket) => socket.on('error', () => {}).terminate()));
    // Those of the server, which `start` rejects with.
    sockets.on('error', () => {});
  }

  static async start(): Promise<SocketServer> {
    const server = new SocketServer();
    await new Promise<void>((resolve, reject) => {
      server.http.once('error', reject);
      server.http.listen(0, '127.0.0.1', resolve);
    });
    return server;
  }

  get port() {
    return (this.http.address() as AddressInfo).port;
  }

  get url() {
    // By the one name that no switch of the app leads elsewhere.
    return `ws://${HUB_HOST}:${this.port}${this.#path}`;
  }

  close() {
    this.http.close();
    this.http.closeAllConnections();
  }
}
