import { HubConnection } from '../../node/hub/hub-connection';
import { SocketServer } from '../../node/hub/socket-server';
import { HUB_HOST, INSECURE_HOST } from '../chromium/flags';
import { openPage } from '../chromium/open-page';
import { collectByTraffic } from './collect-by-traffic';
import { countObjects } from './count-objects';
import { hubScript, serveHubFiles } from './hub-files';

import type { Browser, CDPSession } from 'puppeteer-core';

/** The hub as the main process starts it, and the main process's connection to it. */
export class Hub {
  /** Where documents find link.html. */
  readonly origin: string;
  readonly connection: HubConnection;
  #server: SocketServer;
  #session: CDPSession;

  private constructor(server: SocketServer, session: CDPSession, origin: string, connection: HubConnection) {
    this.#server = server;
    this.#session = session;
    this.origin = origin;
    this.connection = connection;
  }

  static async start(browser: Browser): Promise<Hub> {
    const server = await SocketServer.start();
    const origin = `http://${HUB_HOST}:${server.port}`;
    // Its pages are no secure context.
    const insecureOrigin = `http://${INSECURE_HOST}:${server.port}`;
    server.http.on('request', serveHubFiles(origin, insecureOrigin));
    const { session } = await openPage(browser);
    const loaded = new Promise((resolve) => session.once('Page.loadEventFired', resolve));
    await session.send('Page.enable');
    await session.send('Page.navigate', { url: `${origin}/hub.html` });
    await loaded;
    const config = { socketUrl: server.url, insecureOrigin };
    const [socket] = await Promise.all([
      server.connected,
      session.send('Runtime.evaluate', {
        expression: `((config) => { ${hubScript()} })(${JSON.stringify(config)}); hubStarted`,
        awaitPromise: true
      })
    ]);
    collectByTraffic(session, socket);
    return new Hub(server, session, origin, new HubConnection(socket));
  }

  /** How many objects of a class the hub's page holds after a full collection. */
  countObjectsForTesting(className: string): Promise<number> {
    return countObjects(this.#session, className);
  }

  stop() {
    this.connection.disconnect();
    this.#server.close();
  }
}
