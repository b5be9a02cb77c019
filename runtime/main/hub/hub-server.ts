import { WebSocketServer } from 'ws';

import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

import { INSECURE_HOST } from '../chromium/flags';

import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WebSocket } from 'ws';

/** Where the bundles for Chromium are: dist/, seen from dist/runtime/main/. */
const bundle = (name: string) => readFileSync(join(__dirname, '..', name), 'utf8');

/**
 * The loopback server of the hub's few files, and of the one WebSocket. Its files hold no secret: any page may load
 * them. The WebSocket's path is one, which only the hub is told.
 */
export class HubServer {
  #http: Server;
  #socketPath = `/${randomBytes(16).toString('hex')}`;

  /** The hub's end of the WebSocket. */
  readonly connected: Promise<WebSocket>;

  private constructor(http: Server) {
    this.#http = http;
    // No limit to a message's size: what may be sent is decided where it is sent.
    const sockets = new WebSocketServer({ server: http, path: this.#socketPath, maxPayload: 0 });
    this.connected = new Promise((resolve) => sockets.once('connection', resolve));
  }

  static async start(): Promise<HubServer> {
    const http = createServer();
    await new Promise<void>((resolve, reject) => {
      http.once('error', reject);
      http.listen(0, '127.0.0.1', resolve);
    });
    const server = new HubServer(http);
    http.on('request', server.#serve());
    return server;
  }

  get #port() {
    return (this.#http.address() as AddressInfo).port;
  }

  get origin() {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** The same server by a name that Chromium maps to it, and does not take for loopback: no secure context, then. */
  get insecureOrigin() {
    return `http://${INSECURE_HOST}:${this.#port}`;
  }

  get socketUrl() {
    return `ws://127.0.0.1:${this.#port}${this.#socketPath}`;
  }

  close() {
    this.#http.close();
    this.#http.closeAllConnections();
  }

  #serve(): RequestListener {
    const page = (body: string) => `<!doctype html><title>Message ports</title><body>${body}</body>`;
    const files: Record<string, [type: string, text: string]> = {
      '/hub.html': ['text/html', page('')],
      '/link.html': ['text/html', page('<script src="link.js"></script>')],
      '/link.js': ['text/javascript', bundle('hub/link.js')],
      '/insecure.html': ['text/html', page(`<iframe src="${this.origin}/link.html"></iframe>`)],
      '/rendezvous.js': ['text/javascript', bundle('hub/rendezvous.js')]
    };
    const headers = {
      'cache-control': 'max-age=86400',
      // A page that asks to be isolated can hold link.html all the same.
      'cross-origin-embedder-policy': 'require-corp',
      'cross-origin-resource-policy': 'cross-origin'
    };
    return (request, response) => {
      const file = files[request.url ?? ''];
      if (file) response.writeHead(200, { ...headers, 'content-type': file[0] }).end(file[1]);
      else response.writeHead(404).end();
    };
  }
}
