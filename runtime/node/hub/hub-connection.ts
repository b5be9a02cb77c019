import { randomBytes } from 'node:crypto';

import { writeValue } from '../../common/clone';
import { packet, ToClient, ToHub } from '../../common/packet';
import { PacketSocket } from '../../common/packet-socket';
import { whenLate } from '../late';
import { Endpoint, endpointObserver } from '../message-port/endpoint';
import { HubObject } from './hub-object';

import type { Packet } from '../../common/packet';
import type { SocketLike } from '../../common/packet-socket';
import type { Extra, Message, PortCarrier } from '../message-port/endpoint';
import type { ObjectHolder } from './hub-object';

// How many links may wait for their document to be announced: pages can post nonsense to link.html.
const maximumUnknownLinks = 1024;
// Milliseconds. A document is announced before its link comes; one whose window was closed meanwhile is not waited for.
const patienceForAnnouncement = 30_000;

/** @returns a secret by which a port is known where it is expected, in hexadecimal */
export const createToken = () => randomBytes(16).toString('hex');

/**
 * A thread's connection to the hub: knows which endpoint each Blink port there stands for. The main thread has one, and
 * so has every thread and process that holds ports of its own.
 */
export class HubConnection implements PortCarrier, ObjectHolder {
  #socket: PacketSocket;
  #lastNumber = 0;
  #endpoints = new Map<number, Endpoint>();
  /** Links that are waited for, by token, and links that are not waited for yet. */
  #expected = new Map<string, (link: Endpoint) => void>();
  #unknown = new Map<string, number>();

  /** Called with how many ports this side has, when that changes. */
  onports: (count: number) => void = () => {};

  constructor(socket: SocketLike) {
    this.#socket = new PacketSocket(socket);
    this.#socket.onpacket = (each) => this.#receive(each);
    this.#socket.onclose = () => {
      for (const endpoint of [...this.#endpoints.values()]) endpoint.lose();
    };
  }

  /**
   * Calls `onLink` with the endpoint of the link that comes with `token`, now or later.
   * @param token in hexadecimal
   * @returns a function that stops waiting
   */
  expectLink(token: string, onLink: (link: Endpoint) => void): () => void {
    const accept = (link: Endpoint) => {
      endpointObserver?.arrived(link, token);
      onLink(link);
    };
    const number = this.#unknown.get(token);
    if (number === undefined) {
      this.#expected.set(token, accept);
    } else {
      this.#unknown.delete(token);
      accept(Endpoint.forCarrier(this, number));
    }
    return () => this.#expected.delete(token);
  }

  /**
   * Has the hub connect to the SocketServer of another thread or process.
   * @returns the client's number, by which any connection can hand ports over to it
   */
  addClient(url: string): number {
    // A number that needs no request for it.
    const client = randomBytes(6).readUIntBE(0, 6);
    this.#socket.send(packet(ToHub.Connect, 0, { count: client, body: Buffer.from(url) }));
    return client;
  }

  /**
   * Gives a port to another client.
   * @param token by which that client expects it
   */
  handOver(port: number, client: number, token: string) {
    endpointObserver?.handedOver(port, token);
    this.#socket.send(packet(ToHub.HandOver, port, { count: client, body: Buffer.from(token, 'hex') }));
  }

  disconnect() {
    this.#socket.close();
  }

  createChannel(): [number, number] {
    const near = (this.#lastNumber += 2);
    const far = (this.#lastNumber += 2);
    this.#socket.send(packet(ToHub.Channel, near, { ports: [far] }));
    return [near, far];
  }

  bind(port: number, endpoint: Endpoint) {
    this.#endpoints.set(port, endpoint);
    this.onports(this.#endpoints.size);
  }

  unbind(port: number) {
    if (this.#endpoints.delete(port)) this.onports(this.#endpoints.size);
  }

  post(port: number, { body, buffers, endpoints, extras }: Message) {
    const numbers = endpoints.map((endpoint) => endpoint.moveTo(this));
    const extraNumbers = extras.map((extra) => extra.moveTo(this));
    const ports = [...numbers, ...extraNumbers];
    this.#socket.send(packet(ToHub.Post, port, { body, buffers, ports, count: numbers.length }));
    // The hub has seen them all by the time it learns that it need not keep them.
    extras.forEach((extra, index) => extra.posted?.(this, extraNumbers[index]));
  }

  addBlob(channel: number): number {
    const number = -(this.#lastNumber += 2);
    this.#socket.send(packet(ToHub.Blob, number, { ports: [channel] }));
    return number;
  }

  release(object: number) {
    this.#socket.send(packet(ToHub.Release, object));
  }

  readBlob(object: number, start: number, end: number): Endpoint {
    const [near, far] = this.createChannel();
    const endpoint = Endpoint.forCarrier(this, near);
    this.#socket.send(packet(ToHub.Read, object, { ports: [far], body: writeValue([start, end], { name: 'range' }) }));
    return endpoint;
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

  close(port: number, count: number) {
    this.#socket.send(packet(ToHub.Close, port, { count }));
  }

  #receive({ type, port, ports, body, buffers, count, failure }: Packet) {
    if (type === ToClient.Link) {
      this.#addLink(port, Buffer.from(body).toString('hex'));
      return;
    }
    if (type === ToClient.Relayed) {
      endpointObserver?.relayed(port);
      return;
    }
    const endpoint = this.#endpoints.get(port);
    // For a port that was closed or given back here while this was on its way: the hub has it all.
    if (!endpoint) return;
    switch (type) {
      case ToClient.Message:
      case ToClient.MessageError:
        endpoint.deliver({
          body,
          buffers,
          unreadable: type === ToClient.MessageError ? Buffer.from(body).toString() : failure,
          endpoints: ports.slice(0, count).map((each) => Endpoint.forCarrier(this, each)),
          extras: ports.slice(count).map((each) => this.#receiveExtra(each))
        });
        break;
      case ToClient.Closed:
        endpoint.lose();
        break;
      case ToClient.Overrun:
        console.error(`A port is closed: ${Buffer.from(body).toString()}.`);
        endpoint.close();
        break;
    }
  }

  #receiveExtra(number: number): Extra {
    return number < 0 ? new HubObject(this, number) : Endpoint.forCarrier(this, number);
  }

  #addLink(port: number, token: string) {
    const onLink = this.#expected.get(token);
    if (onLink) {
      // Good for once only: who replays a token gets nothing.
      this.#expected.delete(token);
      onLink(Endpoint.forCarrier(this, port));
      return;
    }
    // Whoever says one twice is no document of ours.
    if (this.#unknown.has(token)) {
      this.close(port, 0);
      return;
    }
    this.#unknown.set(token, port);
    whenLate(patienceForAnnouncement, () => this.#forget(token));
    const [oldest] = this.#unknown.keys();
    if (this.#unknown.size > maximumUnknownLinks) this.#forget(oldest);
  }

  #forget(token: string) {
    const port = this.#unknown.get(token);
    if (port === undefined) return;
    this.#unknown.delete(token);
    this.close(port, 0);
  }
}
