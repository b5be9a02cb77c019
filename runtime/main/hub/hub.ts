import { randomBytes } from 'node:crypto';

import { INSECURE_HOST } from '../chromium/flags';
import { openPage } from '../chromium/open-page';
import { HubConnection } from './hub-connection';
import { hubScript, serveHubFiles } from './hub-files';
import { SocketServer } from './socket-server';

import type { Endpoint } from '../message-port/endpoint';
import type { Browser } from 'puppeteer-core';

/** The hub as the main process sees it: its own connection to it, and those it makes for others. */
export class Hub {
  /** Where documents find link.html. */
  readonly origin: string;
  readonly connection: HubConnection;
  #server: SocketServer;
  // The main process itself is client 0.
  #lastClient = 0;

  private constructor(server: SocketServer, origin: string, connection: HubConnection) {
    this.#server = server;
    this.origin = origin;
    this.connection = connection;
  }

  static async start(browser: Browser): Promise<Hub> {
    const server = await SocketServer.start();
    const origin = `http://127.0.0.1:${server.port}`;
    server.http.on('request', serveHubFiles(origin));
    const { session } = await openPage(browser);
    const loaded = new Promise((resolve) => session.once('Page.loadEventFired', resolve));
    await session.send('Page.enable');
    await session.send('Page.navigate', { url: `${origin}/hub.html` });
    await loaded;
    // A name that Chromium maps to this machine and does not take for loopback: its pages are no secure context.
    const config = { socketUrl: server.url, insecureOrigin: `http://${INSECURE_HOST}:${server.port}` };
    const [socket] = await Promise.all([
      server.connected,
      session.send('Runtime.evaluate', {
        expression: `((config) => { ${hubScript()} })(${JSON.stringify(config)}); hubStarted`,
        awaitPromise: true
      })
    ]);
    return new Hub(server, origin, new HubConnection(socket));
  }

  /** Has the hub connect to a thread's or process's own SocketServer. Returns the client's number. */
  addClient(url: string): number {
    const client = ++this.#lastClient;
    this.connection.connectClient(client, url);
    return client;
  }

  /** Moves an end of a channel to another client. Returns the token by which that client can expect it. */
  handOver(endpoint: Endpoint, client: number): string {
    const token = randomBytes(16).toString('hex');
    this.connection.handOver(endpoint.moveTo(this.connection), client, token);
    return token;
  }

  stop() {
    this.connection.disconnect();
    this.#server.close();
  }
}
