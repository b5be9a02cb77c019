import { WebSocketServer } from 'ws';

import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';

import { Client } from './client';
import { exportOf } from './export';
import { readSource } from './source';

import type { PortModel } from '../model/port-model';
import type { Command } from '../model/state';
import type { Snapshot } from './snapshot';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

/** What the page can have done. */
export interface InspectorActions {
  setLog(on: boolean): void;
  findLeaks(): void;
}

/** What the page consists of: its name in the URL, type and content. */
export type PageFiles = Record<string, { type: string; text: string }>;

const maximumClients = 8;
// A command is a few words.
const maximumPayload = 1 << 16;
// Milliseconds.
const pause = 200;
const host = '127.0.0.1';

const headers = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src data:; connect-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff'
};

/**
 * Serves the inspector on loopback, at a port and a path that are random. Who does not name the path gets nothing; nor does
 * a page of another origin that has found it out, or one that had a name of its own lead here.
 */
export class InspectorServer {
  #http: Server = createServer((request, response) => this.#serve(request, response));
  #sockets = new WebSocketServer({ noServer: true, maxPayload: maximumPayload });
  #token = randomBytes(16).toString('hex');
  #files: PageFiles;
  #snapshot: Snapshot;
  #model: PortModel;
  #actions: InspectorActions;
  #clients = new Set<Client>();
  #timer: NodeJS.Timeout | undefined;
  #listening: Promise<void> | undefined;

  constructor(model: PortModel, snapshot: Snapshot, files: PageFiles, actions: InspectorActions) {
    this.#model = model;
    this.#snapshot = snapshot;
    this.#files = files;
    this.#actions = actions;
    this.#http.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
  }

  /** Does nothing while it serves. */
  start(): Promise<void> {
    return (this.#listening ??= new Promise((resolve, reject) => {
      this.#http.once('error', reject);
      this.#http.listen(0, host, resolve);
      // An app that has nothing else to do ends.
      this.#http.unref();
    }));
  }

  /** @throws Error unless it serves */
  get url(): string {
    if (!this.#http.listening) {
      throw new Error('The port inspector is closed; call app.inspectPorts() to serve it again');
    }
    return `${this.#origin}/${this.#token}/`;
  }

  close() {
    this.#listening = undefined;
    clearInterval(this.#timer);
    this.#timer = undefined;
    for (const client of this.#clients) client.close();
    this.#http.close();
    this.#http.closeAllConnections();
  }

  get #origin(): string {
    return `http://${host}:${(this.#http.address() as AddressInfo).port}`;
  }

  /** @returns what follows the token, when the request may have an answer; otherwise the status that it gets */
  #admit(request: IncomingMessage, isUpgrade: boolean): string | number {
    const { host: asked, origin, 'sec-fetch-site': site } = request.headers;
    // A name that a page has led to loopback is not this one.
    if (`http://${asked}` !== this.#origin) return 403;
    const [, token = '', ...rest] = (request.url ?? '').split('/');
    if (!isEqual(token, this.#token)) return 404;
    // Browsers name the origin of who asks. Of a WebSocket they always do.
    if (origin === undefined ? isUpgrade : origin !== this.#origin) return 403;
    if (site !== undefined && site !== 'same-origin' && site !== 'none') return 403;
    return rest.join('/');
  }

  #serve(request: IncomingMessage, response: ServerResponse) {
    const path = this.#admit(request, false);
    if (typeof path === 'number' || request.method !== 'GET') {
      response.writeHead(typeof path === 'number' ? path : 405, headers).end();
      return;
    }
    const base = `${this.#origin}/`;
    if (!URL.canParse(path, base)) {
      response.writeHead(400, headers).end();
      return;
    }
    const { pathname, searchParams } = new URL(path, base);
    const name = pathname.slice(1);
    const file = this.#files[name || 'index.html'];
    if (file) {
      response.writeHead(200, { ...headers, 'content-type': `${file.type}; charset=utf-8` }).end(file.text);
      return;
    }
    const exported = exportOf(name, this.#snapshot);
    if (exported) {
      response
        .writeHead(200, {
          ...headers,
          'content-type': 'application/json; charset=utf-8',
          'content-disposition': `attachment; filename="${name}"`
        })
        .end(exported);
      return;
    }
    if (name === 'source') {
      void readSource(this.#snapshot, searchParams).then((source) =>
        response.writeHead(200, { ...headers, 'content-type': 'application/json' }).end(JSON.stringify(source ?? null))
      );
      return;
    }
    response.writeHead(404, headers).end();
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer) {
    socket.on('error', () => {});
    const path = this.#admit(request, true);
    if (path !== 'socket' || this.#clients.size >= maximumClients) {
      const status = typeof path === 'number' ? path : path === 'socket' ? 503 : 404;
      socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    this.#sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const client = new Client(webSocket, (command) => this.#do(command));
      this.#clients.add(client);
      webSocket.on('close', () => {
        this.#clients.delete(client);
        if (this.#clients.size > 0) return;
        clearInterval(this.#timer);
        this.#timer = undefined;
        // Nobody looks at it any more, and it costs the app.
        this.#actions.setLog(false);
      });
      client.update(this.#snapshot);
      this.#timer ??= setInterval(() => this.#update(), pause).unref();
    });
  }

  #update() {
    for (const client of this.#clients) client.update(this.#snapshot);
  }

  #do(command: Command) {
    if (command.type === 'log') this.#actions.setLog(command.on);
    else this.#actions.findLeaks();
    this.#model.version++;
  }
}

function isEqual(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
