import { packet, ToHub, ToClient } from '../common/packet';
import { endsFrom, endsOfChannel } from './channel-ends';
import { HeldObjects } from './held-objects';
import { decodeMessage, encodeMessage } from './message-codec';
import { relay } from './relay';
import { streamWatch } from './stream-watch';
import { pump } from './streams';
import { emptyModule, postUnreadable } from './unreadable';

import type { Packet } from '../common/packet';
import type { PacketSocket } from '../common/packet-socket';
import type { Ends } from './channel-ends';
import type { Held } from './held-objects';
import type { StreamSide } from './streams';

const tokenLength = 16;

/** A Blink port on behalf of a client. */
interface HubPort {
  port: MessagePort;
  /**
   * Messages that went to the client and have not reached the app there. A port can be sent on while there are some, and
   * then they have to come first. Undefined for a document's link, which is never sent on.
   */
  unread: UnreadMessage[] | undefined;
  /** How many messages have been dropped from the front of `unread`. */
  consumed: number;
  /** Set when the client gave the port up: what arrives from now on is for the next owner. */
  returned: boolean;
  /** Set when the other end went away, or this one was closed. */
  closed: boolean;
  /** Whether this client would learn of the other end's going away. */
  watched: boolean;
  /** What is known of where both ends are. */
  ends: Ends;
  /** Settles when everything has been posted that had to wait for the bytes of a Blob. Never rejects. */
  posting: Promise<void> | undefined;
}

interface UnreadMessage {
  data: unknown;
  ports: readonly number[];
  extras: readonly number[];
}

/** A side of a stream that came from a renderer and that the client has not begun to use. */
interface IdleSide {
  side: StreamSide;
  by: HubPort;
}

function closedPort(): MessagePort {
  const { port1, port2 } = new MessageChannel();
  port2.close();
  return port1;
}

/** The hub's other clients, by number. */
export interface Clients {
  connect(client: number, url: string): void;
  handOver(client: number, token: Uint8Array, port: MessagePort, ends: Ends): void;
}

/**
 * Every Blink port that stands for an end held by one client, by number. Deliberately knows nothing of windows, frames
 * or channels' names: a document's link is a port like any other.
 */
export class HubPorts {
  #socket: PacketSocket;
  #clients: Clients;
  #ports = new Map<number, HubPort>();
  #idleSides = new Map<number, IdleSide>();
  #objects = new HeldObjects();
  #lastNumber = -1;

  constructor(socket: PacketSocket, clients: Clients) {
    this.#socket = socket;
    this.#clients = clients;
    socket.onpacket = (each) => this.#receive(each);
    // The client is gone, and every end that it held.
    socket.onclose = () => {
      for (const number of [...this.#ports.keys(), ...this.#idleSides.keys()]) this.#close(number);
    };
  }

  /** Adds a document's link. Any page can embed link.html and post to it, so nothing that it says is believed. */
  addLink(token: unknown, port: unknown) {
    if (!(token instanceof Uint8Array) || token.length !== tokenLength || !(port instanceof MessagePort)) return;
    const number = this.accept(token, port);
    const link = this.#ports.get(number)!;
    link.unread = undefined;
    link.ends.far.document = link;
  }

  /** Adds a port, and tells the client of it. */
  accept(token: Uint8Array, port: MessagePort, ends = endsFrom(undefined)): number {
    const number = this.#add(port, ends);
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
      const [near, far] = endsOfChannel();
      this.#add(port1, near, number);
      this.#add(port2, far, message.ports[0]);
      return;
    }
    if (number < 0) {
      this.#receiveForObject(message);
      return;
    }
    const entry = this.#ports.get(number) ?? this.#use(number);
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
        this.#consume(entry, count);
        this.#close(number);
        break;
      case ToHub.HandOver: {
        const port = this.#take(number);
        this.#afterPosting(entry, () => this.#clients.handOver(count, body, port, entry.ends));
        break;
      }
    }
  }

  #receiveForObject({ type, port: number, ports, body }: Packet) {
    switch (type) {
      case ToHub.Blob:
        this.#objects.receiveBlob(number, this.#take(ports[0]));
        break;
      case ToHub.Read:
        this.#objects.sendBlob(number, body, this.#take(ports[0]));
        break;
      case ToHub.Release:
        this.#objects.release(number);
        break;
    }
  }

  #add(port: MessagePort, ends: Ends, number = (this.#lastNumber += 2)): number {
    this.#ports.set(number, {
      port,
      unread: [],
      consumed: 0,
      returned: false,
      closed: false,
      watched: false,
      ends,
      posting: undefined
    });
    return number;
  }

  /** The port of a stream that came from a renderer, once the client uses it. */
  #use(number: number): HubPort | undefined {
    const idle = this.#idleSides.get(number);
    if (!idle) return undefined;
    this.#idleSides.delete(number);
    const { port1, port2 } = new MessageChannel();
    this.#add(port1, endsFrom(undefined), number);
    streamWatch.add(pump(idle.side, port2), idle.by);
    return this.#ports.get(number);
  }

  /** Closes a port and what is in its unread messages. */
  #close(number: number) {
    const entry = this.#ports.get(number) ?? this.#use(number);
    if (!entry) return;
    this.#ports.delete(number);
    entry.closed = true;
    this.#afterPosting(entry, () => entry.port.close());
    for (const { ports, extras } of entry.unread?.splice(0) ?? []) {
      for (const each of [...ports, ...extras]) {
        if (each < 0) this.#objects.release(each);
        else this.#close(each);
      }
    }
    streamWatch.check();
  }

  #afterPosting({ posting }: HubPort, action: () => void) {
    if (posting) posting.then(action);
    else action();
  }

  #post(entry: HubPort, message: Packet) {
    const [numbers, extraNumbers] = [message.ports.slice(0, message.count), message.ports.slice(message.count)];
    const waits = [entry, ...numbers.map((each) => this.#ports.get(each))].map((each) => each?.posting);
    const { near, far } = entry.ends;
    const ends = numbers.map((each) => this.#ports.get(each)?.ends ?? endsFrom(undefined));
    // Taken at once: what the client says next may be that they can go.
    const ports = numbers.map((each) => this.#take(each));
    for (const { near } of ends) {
      near.document = far.document;
      near.isHere &&= far.isHere;
    }
    far.expect(++near.sent, ends);
    const extras = extraNumbers.map((each) => this.#takeExtra(each));
    if (!waits.some(Boolean) && !extras.some((each) => each instanceof Promise)) {
      this.#postNow(entry, message, ports, extras);
      return;
    }
    const posting: Promise<void> = Promise.all(waits).then(async () => {
      // A Blob that could not be read is missing, then.
      const settled = await Promise.allSettled(extras);
      const there = settled.map((each) => (each.status === 'fulfilled' ? each.value : undefined));
      this.#postNow(entry, message, ports, there);
      if (entry.posting === posting) entry.posting = undefined;
    });
    entry.posting = posting;
  }

  #postNow(entry: HubPort, message: Packet, ports: readonly MessagePort[], extras: readonly (object | undefined)[]) {
    try {
      const { data, transfer, streams } = decodeMessage(message, ports, extras);
      entry.port.postMessage(data, [...ports, ...transfer]);
      for (const each of streams) streamWatch.add(each, entry);
    } catch {
      // The client was told long ago that its message is on its way, so the receiver is told that it was not.
      for (const each of [...ports, ...extras]) if (each instanceof MessagePort) each.close();
      postUnreadable(entry.port);
    }
  }

  #takeExtra(number: number): Held | undefined {
    if (number < 0) return this.#objects.get(number);
    const idle = this.#idleSides.get(number);
    this.#idleSides.delete(number);
    return idle ? idle.side : this.#take(number);
  }

  /** The Blink port to send on for a number. */
  #take(number: number): MessagePort {
    const entry = this.#ports.get(number);
    // It was closed meanwhile, inside a message that could not be read: its next owner gets it closed.
    if (!entry) return closedPort();
    const { port, unread, closed } = entry;
    this.#ports.delete(number);
    entry.watched = false;
    if (!unread?.length) return port;
    // The relay posts them again.
    entry.ends.near.lose();
    const messages = unread.map(({ data, ports, extras }) => {
      // They are in the data, and go where it goes.
      for (const each of extras) {
        this.#idleSides.delete(each);
        this.#objects.release(each);
      }
      return { data, ports: ports.map((each) => this.#take(each)) };
    });
    return relay(port, messages, closed);
  }

  #start(number: number, entry: HubPort) {
    const { port } = entry;
    entry.watched = true;
    port.onclose = () => {
      entry.closed = true;
      streamWatch.check();
      if (!entry.returned) this.#socket.send(packet(ToClient.Closed, number));
    };
    port.onmessageerror = () => {
      entry.ends.near.receive();
      entry.unread?.push({ data: emptyModule, ports: [], extras: [] });
      if (!entry.returned) this.#socket.send(this.#messageError(number, 'it could not be deserialized', []));
    };
    port.onmessage = ({ data, ports }) => {
      const known = entry.ends.near.receive();
      const numbers = ports.map((each, index) => this.#add(each, known?.[index] ?? endsFrom(entry.ends.far.document)));
      const extras: number[] = [];
      entry.unread?.push({ data, ports: numbers, extras });
      if (!entry.returned) this.#socket.send(this.#message(number, entry, data, ports, numbers, extras));
    };
  }

  /** @param extras gets the numbers of what the message refers to beside ports */
  #message(
    number: number,
    by: HubPort,
    data: unknown,
    ports: readonly MessagePort[],
    numbers: readonly number[],
    extras: number[]
  ): Packet {
    try {
      const message = encodeMessage(data, ports);
      extras.push(...message.extras.map((each) => this.#addExtra(each, by)));
      const { body, buffers } = message;
      return packet(ToClient.Message, number, {
        body,
        buffers,
        count: numbers.length,
        ports: [...numbers, ...extras]
      });
    } catch (error) {
      // The ports go along, so that the client decides what becomes of them.
      const reason = error instanceof Error ? error.message : String(error);
      return this.#messageError(number, reason, numbers);
    }
  }

  #addExtra(object: object, by: HubPort): number {
    if (!(object instanceof ReadableStream || object instanceof WritableStream)) return this.#objects.add(object);
    const number = (this.#lastNumber += 2);
    this.#idleSides.set(number, { side: object, by });
    return number;
  }

  #messageError(number: number, reason: string, ports: readonly number[]): Packet {
    return packet(ToClient.MessageError, number, {
      body: new TextEncoder().encode(reason),
      count: ports.length,
      ports
    });
  }

  #consume(entry: HubPort, count: number) {
    entry.unread?.splice(0, count - entry.consumed);
    entry.consumed = count;
  }
}
