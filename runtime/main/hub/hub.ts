import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { packet, ToHub, ToMain } from '../../common/packet';
import { PacketSocket } from '../../common/packet-socket';
import { openPage } from '../chromium/open-page';
import { Endpoint } from '../message-port/endpoint';
import { HubServer } from './hub-server';

import type { Packet } from '../../common/packet';
import type { Message, PortCarrier } from '../message-port/endpoint';
import type { Browser } from 'puppeteer-core';

// How many links may wait for their document to be announced: pages can post nonsense to link.html.
const maximumUnknownLinks = 64;

/**
 * The main process's side of the hub: knows which endpoint each Blink port there stands for, and which document each
 * link belongs to.
 */
export class Hub implements PortCarrier {
  readonly origin: string;
  #server: HubServer;
  #socket: PacketSocket;
  #lastNumber = 0;
  #endpoints = new Map<number, Endpoint>();
  /** Documents that were announced and whose link is not there yet, by token; and the other way round. */
  #expected = new Map<string, (link: Endpoint) => void>();
  #unknown = new Map<string, number>();

  private constructor(server: HubServer, socket: PacketSocket) {
    this.#server = server;
    this.origin = server.origin;
    this.#socket = socket;
    socket.onpacket = (each) => this.#receive(each);
    socket.onclose = () => {
      for (const endpoint of [...this.#endpoints.values()]) endpoint.lose();
    };
  }

  static async start(browser: Browser): Promise<Hub> {
    const server = await HubServer.start();
    const { session } = await openPage(browser);
    const loaded = new Promise((resolve) => session.once('Page.loadEventFired', resolve));
    await session.send('Page.enable');
    await session.send('Page.navigate', { url: `${server.origin}/hub.html` });
    await loaded;
    const config = { socketUrl: server.socketUrl, insecureOrigin: server.insecureOrigin };
    const script = readFileSync(join(__dirname, '..', 'hub', 'hub.js'), 'utf8');
    const [socket] = await Promise.all([
      server.connected,
      session.send('Runtime.evaluate', {
        expression: `((config) => { ${script} })(${JSON.stringify(config)}); hubStarted`,
        awaitPromise: true
      })
    ]);
    return new Hub(server, new PacketSocket(socket));
  }

  /**
   * Calls `onLink` with the endpoint of the link that comes with `token`, now or later.
   * @returns a function that stops waiting
   */
  expectLink(token: string, onLink: (link: Endpoint) => void): () => void {
    const number = this.#unknown.get(token);
    if (number === undefined) {
      this.#expected.set(token, onLink);
    } else {
      this.#unknown.delete(token);
      onLink(Endpoint.forCarrier(this, number));
    }
    return () => this.#expected.delete(token);
  }

  stop() {
    this.#socket.close();
    this.#server.close();
  }

  createChannel(): [number, number] {
    const near = (this.#lastNumber += 2);
    const far = (this.#lastNumber += 2);
    this.#socket.send(packet(ToHub.Channel, near, { ports: [far] }));
    return [near, far];
  }

  bind(port: number, endpoint: Endpoint) {
    this.#endpoints.set(port, endpoint);
  }

  unbind(port: number) {
    this.#endpoints.delete(port);
  }

  post(port: number, { body, buffers, endpoints }: Message) {
    const ports = endpoints.map((endpoint) => endpoint.moveTo(this));
    this.#socket.send(packet(ToHub.Post, port, { body, buffers, ports }));
  }

  start(port: number) {
    this.#socket.send(packet(ToHub.Start, port));
  }

  consumed(port: number, count: number) {
    this.#socket.send(packet(ToHub.Consumed, port, { count }));
  }

  return(port: number, count: number) {
    this.#socket.send(packet(ToHub.Return, port, { count }));
  }

  close(port: number) {
    this.#socket.send(packet(ToHub.Close, port));
  }

  #receive({ type, port, ports, body, buffers }: Packet) {
    if (type === ToMain.Link) {
      this.#addLink(port, Buffer.from(body).toString('hex'));
      return;
    }
    const endpoint = this.#endpoints.get(port);
    // For a port that was closed or given back here while this was on its way: the hub has it all.
    if (!endpoint) return;
    switch (type) {
      case ToMain.Message:
        endpoint.deliver({ body, buffers, endpoints: ports.map((each) => Endpoint.forCarrier(this, each)) });
        break;
      case ToMain.MessageError:
        for (const each of ports) this.close(each);
        endpoint.deliver(new Error(Buffer.from(body).toString()));
        break;
      case ToMain.Closed:
        endpoint.lose();
        break;
    }
  }

  #addLink(port: number, token: string) {
    const onLink = this.#expected.get(token);
    if (onLink) {
      // Good for once only: who replays a token gets nothing.
      this.#expected.delete(token);
      onLink(Endpoint.forCarrier(this, port));
      return;
    }
    this.#unknown.set(token, port);
    if (this.#unknown.size <= maximumUnknownLinks) return;
    const [[oldest, forgotten]] = this.#unknown;
    this.#unknown.delete(oldest);
    this.close(forgotten);
  }
}
