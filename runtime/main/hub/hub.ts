import { setTimeout as wait } from 'node:timers/promises';

import { HUB_HOST } from '../../common/hub-host';
import { HubConnection } from '../../node/hub/hub-connection';
import { SocketServer } from '../../node/hub/socket-server';
import { exitReason } from '../chromium/exit-reason';
import { INSECURE_HOST } from '../chromium/flags';
import { openPage } from '../chromium/open-page';
import { inTime } from '../health';
import { consoleText, exceptionText } from '../page/evaluation';
import { collectByTraffic } from './collect-by-traffic';
import { countObjects } from './count-objects';
import { hubScript, serveHubFiles } from './hub-files';

import type { Endpoint } from '../../node/message-port/endpoint';
import type { Health } from '../health';
import type { CDPSession, Connection, Protocol } from 'puppeteer-core';

// Milliseconds.
const patienceForReason = 1000;

/** Loads the hub's page and runs its script. @throws Error that says what went wrong */
async function startPage(session: CDPSession, server: SocketServer, origin: string, insecureOrigin: string) {
  const loaded = new Promise((resolve) => session.once('Page.loadEventFired', resolve));
  await Promise.all([session.send('Page.enable'), session.send('Runtime.enable')]);
  const { errorText } = await session.send('Page.navigate', { url: `${origin}/hub.html` });
  if (errorText) throw new Error(`The hub's page did not load: ${errorText}`);
  await loaded;
  const config = { socketUrl: server.url, insecureOrigin };
  const { exceptionDetails } = await session.send('Runtime.evaluate', {
    expression: `((config) => { ${hubScript()} })(${JSON.stringify(config)}); hubStarted`,
    awaitPromise: true
  });
  if (exceptionDetails) throw new Error(`The hub did not start: ${exceptionText(exceptionDetails)}`);
  return server.connected;
}

/** Says what the hub's page says, and what became of it. */
function watchPage(session: CDPSession, targetId: string, health: Health) {
  const lose = (how: string, reason: string) =>
    health.lose(`The hub's page ${how}, and with it every port and all IPC are gone.`, reason);
  session.on('Runtime.consoleAPICalled', ({ args }) => console.error(`The hub: ${args.map(consoleText).join(' ')}`));
  session.on('Runtime.exceptionThrown', ({ exceptionDetails }) =>
    console.error(`The hub: Uncaught ${exceptionText(exceptionDetails)}`)
  );
  const connection = session.connection();
  connection?.on('Target.targetCrashed', ({ targetId: crashed, status }: Protocol.Target.TargetCrashedEvent) => {
    if (crashed === targetId) lose(`crashed (${status})`, exitReason(status));
  });
  connection?.on('sessiondetached', (gone: CDPSession) => {
    if (gone === session) lose('was closed', 'clean-exit');
  });
}

/** The hub as the main process starts it, and the main process's connection to it. */
export class Hub {
  /** Where documents find link.html. */
  readonly origin: string;
  readonly connection: HubConnection;
  #server: SocketServer;
  #session: CDPSession;
  #health: Health;

  private constructor(
    server: SocketServer,
    session: CDPSession,
    origin: string,
    connection: HubConnection,
    health: Health
  ) {
    this.#server = server;
    this.#session = session;
    this.origin = origin;
    this.connection = connection;
    this.#health = health;
  }

  static async start(connection: Connection, health: Health): Promise<Hub> {
    const server = await SocketServer.start();
    const origin = `http://${HUB_HOST}:${server.port}`;
    // Its pages are no secure context.
    const insecureOrigin = `http://${INSECURE_HOST}:${server.port}`;
    server.http.on('request', serveHubFiles(origin, insecureOrigin));
    const { session, targetId } = await openPage(connection);
    watchPage(session, targetId, health);
    const socket = await inTime('The hub did not start', startPage(session, server, origin, insecureOrigin));
    collectByTraffic(session, socket);
    socket.addEventListener('close', () => {
      // When the hub's page or all of Chromium ended, that is told a little later, and is the better reason.
      void wait(patienceForReason, undefined, { ref: false }).then(() =>
        health.lose(
          'The connection to the hub is gone, and with it every port and all IPC: a process of Chromium ended.',
          'abnormal-exit'
        )
      );
    });
    return new Hub(server, session, origin, new HubConnection(socket), health);
  }

  /** As the connection's own, for a document's link: says so when it does not come. @param url the document's; undefined when it was left */
  expectLink(token: string, url: () => string | undefined, onLink: (link: Endpoint) => void): () => void {
    return this.#health.expectLink(this.connection, token, url, onLink);
  }

  /** How many objects of a class the hub's page holds after a full collection. */
  countObjectsForTesting(className: string): Promise<number> {
    return countObjects(this.#session, className);
  }

  /** @param bytes that may wait on one port */
  async setMaximumBacklogForTesting(bytes: number) {
    await this.#session.send('Runtime.evaluate', { expression: `limits.backlog = ${Number(bytes)}` });
  }

  stop() {
    this.connection.disconnect();
    this.#server.close();
  }
}
