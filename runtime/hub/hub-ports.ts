import { packet, ToHub, ToClient } from '../common/packet';
import { decodeMessage, encodeMessage } from './message-codec';
import { relay } from './relay';

import type { Packet } from '../common/packet';
import type { PacketSocket } from '../common/packet-socket';

const tokenLength = 16;

/** A Blink port on behalf of a client. */
interface HubPort {
  port: MessagePort;
  /**
   * Messages that went to the client and have not reached the app there. A port can be sent on while there are some, and
   * then they have to come first. Undefined for a document's link, which is never sent on.
   */
  unread: { data: unknown; ports: readonly number[] }[] | undefined;
  /** How many messages have been dropped from the front of `unread`. */
  consumed: number;
  /** Set when the client gave the port up: what arrives from now on is for the next owner. */
  returned: boolean;
  /** Set when the other end went away. */
  closed: boolean;
}

/** The hub's other clients, by number. */
export interface Clients {
  connect(client: number, url: string): void;
  handOver(client: number, token: Uint8Array, port: MessagePort): void;
}

/**
 * Every Blink port that stands for an end held by one client, by number. Deliberately knows nothing of windows, frames
 * or channels' names: a document's link is a port like any other.
 */
export class HubPorts {
  #socket: PacketSocket;
  #clients: Clients;
  #ports = new Map<number, HubPort>();
  #lastNumber = -1;

  constructor(socket: PacketSocket, clients: Clients) {
    this.#socket = socket;
    this.#clients = clients;
    socket.onpacket = (each) => this.#receive(each);
    // The client is gone, and every end that it held.
    socket.onclose = () => {
      for (const { port } of this.#ports.values()) port.close();
      this.#ports.clear();
    };
  }

  /** Adds a document's link. Any page can embed link.html and post to it, so nothing that it says is believed. */
  addLink(token: unknown, port: unknown) {
    if (!(token instanceof Uint8Array) || token.length !== tokenLength || !(port instanceof MessagePort)) return;
    const number = this.accept(token, port);
    this.#ports.get(number)!.unread = undefined;
  }

  /** Adds a port, and tells the client of it. */
  accept(token: Uint8Array, port: MessagePort): number {
    const number = this.#add(port);
    this.#socket.send(packet(ToClient.Link, number, { body: token }));
    return number;
  }

  #receive(message: Packet) {
    const { type, port: number, count, body } = message;
    if (type === ToHub.Connect) {
      this.#clients.connect(count, new TextDecoder().decode(body));
      return;
    }
    if (type === ToHub.Channel) {
      const { port1, port2 } = new MessageChannel();
      this.#add(port1, number);
      this.#add(port2, message.ports[0]);
      return;
    }
    const entry = this.#ports.get(number);
    if (!entry) return;
    switch (type) {
      case ToHub.Post:
        this.#post(entry, message);
        break;
      case ToHub.Start:
        this.#start(number, entry);
        break;
      case ToHub.Consumed:
        this.#consume(entry, count);
        break;
      case ToHub.Return:
        this.#consume(entry, count);
        entry.returned = true;
        break;
      case ToHub.Close:
        entry.port.close();
        this.#ports.delete(number);
        break;
      case ToHub.HandOver:
        this.#clients.handOver(count, body, this.#take(number));
        break;
    }
  }

  #add(port: MessagePort, number = (this.#lastNumber += 2)): number {
    this.#ports.set(number, { port, unread: [], consumed: 0, returned: false, closed: false });
    return number;
  }

  #post(entry: HubPort, message: Packet) {
    const ports = message.ports.map((number) => this.#take(number));
    entry.port.postMessage(decodeMessage(message, ports), [...ports, ...message.buffers]);
  }

  /** The Blink port to send on for a number. */
  #take(number: number): MessagePort {
    const { port, unread, closed } = this.#ports.get(number)!;
    this.#ports.delete(number);
    if (!unread?.length) return port;
    const messages = unread.map(({ data, ports }) => ({ data, ports: ports.map((each) => this.#take(each)) }));
    return relay(port, messages, closed);
  }

  #start(number: number, entry: HubPort) {
    const { port } = entry;
    port.onclose = () => {
      entry.closed = true;
      if (!entry.returned) this.#socket.send(packet(ToClient.Closed, number));
    };
    port.onmessageerror = () => this.#socket.send(this.#messageError(number, 'it could not be deserialized'));
    port.onmessage = ({ data, ports }) => {
      const numbers = ports.map((each) => this.#add(each));
      entry.unread?.push({ data, ports: numbers });
      if (!entry.returned) this.#socket.send(this.#message(number, data, ports, numbers));
    };
  }

  #message(number: number, data: unknown, ports: readonly MessagePort[], numbers: readonly number[]): Packet {
    try {
      return packet(ToClient.Message, number, { ...encodeMessage(data, ports), ports: numbers });
    } catch (error) {
      // The ports go along, so that the client decides what becomes of them.
      const reason = error instanceof Error ? error.message : String(error);
      return { ...this.#messageError(number, reason), ports: numbers };
    }
  }

  #messageError(number: number, reason: string): Packet {
    return packet(ToClient.MessageError, number, { body: new TextEncoder().encode(reason) });
  }

  #consume(entry: HubPort, count: number) {
    entry.unread?.splice(0, count - entry.consumed);
    entry.consumed = count;
  }
}
