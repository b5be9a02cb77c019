import { packet, ToClient } from '../common/packet';
import { overrunReason } from './backlog';
import { endsFrom, endsOfChannel } from './channel-ends';
import { afterPosting, closedPort, createHubPort, freeBuffers } from './hub-port';
import { HubStreams } from './hub-streams';
import { decodeMessage, encodeMessage } from './message-codec';
import { relay } from './relay';
import { streamWatch } from './stream-watch';
import { UnarrivedPorts } from './unarrived-ports';
import { emptyModule, postUnreadable } from './unreadable';

import type { Packet } from '../common/packet';
import type { PacketSocket } from '../common/packet-socket';
import type { Ends } from './channel-ends';
import type { Held, HeldObjects } from './held-objects';
import type { HubPort, UnreadMessage } from './hub-port';

// Milliseconds, for a document whose link is closed here to say what has arrived. One that is gone says nothing.
const patienceForArrivals = 500;

/**
 * Every Blink port that stands for an end held by one client, by number. Deliberately knows nothing of windows, frames
 * or channels' names: a document's link is a port like any other.
 */
export class HubPorts {
  #socket: PacketSocket;
  #objects: HeldObjects;
  #streams = new HubStreams();
  #ports = new Map<number, HubPort>();
  #lastNumber = -1;

  /** @param objects what messages refer to beside ports and streams */
  constructor(socket: PacketSocket, objects: HeldObjects) {
    this.#socket = socket;
    this.#objects = objects;
  }

  add(port: MessagePort, ends: Ends, number = this.#nextNumber()): number {
    this.#ports.set(number, createHubPort(port, ends));
    ends.near.onOtherLost = () => this.#loseOther(number);
    return number;
  }

  addLink(port: MessagePort): number {
    const number = this.add(port, endsFrom(undefined));
    const link = this.#ports.get(number)!;
    link.unarrived = new UnarrivedPorts();
    link.ends.far.document = link;
    return number;
  }

  addChannel(nearNumber: number, farNumber: number) {
    const { port1, port2 } = new MessageChannel();
    const [near, far] = endsOfChannel();
    this.add(port1, near, nearNumber);
    this.add(port2, far, farNumber);
  }

  /** Whether the client has such a port. A stream that came from a renderer becomes one with its first use. */
  has(number: number): boolean {
    if (this.#ports.has(number)) return true;
    const port = this.#streams.use(number);
    if (port) this.add(port, endsFrom(undefined), number);
    return port !== undefined;
  }

  post(message: Packet) {
    const entry = this.#ports.get(message.port)!;
    const [numbers, extraNumbers] = [message.ports.slice(0, message.count), message.ports.slice(message.count)];
    const waits = [entry, ...numbers.map((each) => this.#ports.get(each))].map((each) => each?.posting);
    const { near, far } = entry.ends;
    const ends = numbers.map((each) => this.#ports.get(each)?.ends ?? endsFrom(undefined));
    // Taken at once: what the client says next may be that they can go.
    const ports = numbers.map((each) => this.take(each));
    for (const { near } of ends) {
      near.document = far.document;
      near.isHere &&= far.isHere;
    }
    far.expect(++near.sent, ends);
    entry.unarrived?.post(near.sent, ends);
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

  /** Delivers what arrives, and tells when the other end goes away. */
  start(number: number) {
    const entry = this.#ports.get(number)!;
    const { port } = entry;
    entry.watched = true;
    port.onclose = () => {
      entry.closed = true;
      entry.unarrived?.lose();
      streamWatch.check();
      if (!entry.returned) this.#socket.send(packet(ToClient.Closed, number));
    };
    const fail = () => {
      entry.ends.near.receive();
      entry.unread.push({ data: emptyModule, ports: [], extras: [], buffers: [] });
      if (!entry.returned) this.#deliver(entry, messageError(number, 'it could not be deserialized', []));
    };
    port.onmessageerror = fail;
    port.onmessage = ({ data, ports }) => {
      // Of the hub's own: no other process's module gets here, and no client can send one.
      if (data instanceof WebAssembly.Module) {
        fail();
        return;
      }
      // A link brings lists, and between them the number of a message whose ports have arrived.
      if (entry.unarrived && typeof data === 'number') {
        entry.unarrived.arrive(data);
        return;
      }
      const known = entry.ends.near.receive();
      const numbers = ports.map((each, index) => this.add(each, known?.[index] ?? endsFrom(entry.ends.far.document)));
      const unread = { data, ports: numbers, extras: [] as number[], buffers: [] as ArrayBuffer[] };
      // A link is not sent on, so that its messages need not be posted again.
      entry.unread.push(entry.unarrived ? { ...unread, data: undefined } : unread);
      if (!entry.returned) this.#deliver(entry, this.#message(number, entry, unread, ports));
    };
  }

  /** Once more waits than may, nothing more is taken: the client closes the port, with what waits. */
  #deliver(entry: HubPort, message: Packet) {
    if (entry.closed) return;
    this.#socket.send(message);
    if (!entry.backlog.add(message)) return;
    entry.closed = true;
    entry.port.close();
    this.#socket.send(packet(ToClient.Overrun, message.port, { body: new TextEncoder().encode(overrunReason()) }));
  }

  /** The client's app has read the first `count` messages. */
  consume(number: number, count: number) {
    const entry = this.#ports.get(number)!;
    // The client cannot have read more than have come.
    for (let left = count - entry.consumed; left > 0 && entry.backlog.remove(); left--) {
      if (entry.unread.length > 0) freeBuffers(entry.unread.shift());
    }
    entry.consumed = count;
  }

  /** The client gives the port up and will send it on. */
  return(number: number, count: number) {
    this.consume(number, count);
    this.#ports.get(number)!.returned = true;
  }

  /** Closes a port and what is in its unread messages. */
  close(number: number) {
    if (!this.has(number)) return;
    const entry = this.#ports.get(number)!;
    this.#ports.delete(number);
    entry.closed = true;
    afterPosting(entry, () => closeHere(entry));
    for (const { ports, extras } of entry.unread.takeAll()) {
      for (const each of [...ports, ...extras]) {
        if (each < 0) this.#objects.release(each);
        else this.close(each);
      }
    }
    streamWatch.check();
  }

  closeAll() {
    for (const number of [...this.#ports.keys(), ...this.#streams.idle()]) this.close(number);
  }

  /** Gives a port to another client, after everything that this one posted from it. */
  handOver(number: number, accept: (port: MessagePort, ends: Ends) => void) {
    const entry = this.#ports.get(number)!;
    const port = this.take(number);
    afterPosting(entry, () => accept(port, entry.ends));
  }

  /** The Blink port to send on for a number. */
  take(number: number): MessagePort {
    const entry = this.#ports.get(number);
    // It was closed meanwhile, inside a message that could not be read: its next owner gets it closed.
    if (!entry) return closedPort();
    const { port, unread, closed, ends } = entry;
    this.#ports.delete(number);
    entry.watched = false;
    if (unread.length === 0) return port;
    this.#socket.send(packet(ToClient.Relayed, number));
    // The relay posts them again.
    ends.near.lose();
    const messages = unread.takeAll().map(({ data, ports, extras }) => {
      // They are in the data, and go where it goes.
      for (const each of extras) {
        this.#streams.take(each);
        this.#objects.release(each);
      }
      return { data, ports: ports.map((each) => this.take(each)) };
    });
    return relay(port, messages, closed);
  }

  /** What will be told of the port from now on is what is told of one that has no other end. */
  #loseOther(number: number) {
    const entry = this.#ports.get(number);
    if (!entry || entry.closed) return;
    entry.port.close();
    entry.port = closedPort();
    if (entry.watched) this.start(number);
  }

  #takeExtra(number: number): Held | undefined {
    if (number < 0) return this.#objects.get(number);
    return this.#streams.take(number) ?? this.take(number);
  }

  #postNow(entry: HubPort, message: Packet, ports: readonly MessagePort[], extras: readonly (object | undefined)[]) {
    try {
      if (message.failure) throw new Error(message.failure);
      const { data, transfer, streams } = decodeMessage(message, ports, extras);
      entry.port.postMessage(data, [...ports, ...transfer]);
      for (const each of streams) streamWatch.add(each, entry);
    } catch {
      // The client was told long ago that its message is on its way, so the receiver is told that it was not.
      for (const each of [...ports, ...extras]) if (each instanceof MessagePort) each.close();
      postUnreadable(entry.port);
    }
  }

  #nextNumber(): number {
    return (this.#lastNumber += 2);
  }

  /** @param unread gets the numbers of what the message refers to beside ports, and its large buffers */
  #message(
    number: number,
    by: HubPort,
    unread: UnreadMessage & { extras: number[]; buffers: ArrayBuffer[] },
    ports: readonly MessagePort[]
  ): Packet {
    // A document's link brings lists. What Blink cannot read it shows as null.
    const isLink = by.ends.far.document === by;
    if (isLink && unread.data === null) return messageError(number, 'it could not be deserialized', unread.ports);
    try {
      const { body, buffers, extras } = encodeMessage(unread.data, ports);
      for (const each of extras) unread.extras.push(this.#addExtra(each, by));
      for (const each of buffers) unread.buffers.push(each);
      return packet(ToClient.Message, number, {
        body,
        buffers,
        count: unread.ports.length,
        ports: [...unread.ports, ...unread.extras]
      });
    } catch (error) {
      // The ports go along, so that the client decides what becomes of them.
      const reason = error instanceof Error ? error.message : String(error);
      return messageError(number, reason, unread.ports);
    }
  }

  #addExtra(object: object, by: HubPort): number {
    if (!(object instanceof ReadableStream || object instanceof WritableStream)) return this.#objects.add(object);
    const number = this.#nextNumber();
    this.#streams.add(number, object, by);
    return number;
  }
}

/** A document may just be saying what has arrived, and may have sent that on: it is heard for as long as it may take. */
function closeHere({ port, unarrived }: HubPort) {
  if (!unarrived || unarrived.isEmpty) {
    port.close();
    return;
  }
  const end = () => {
    clearTimeout(late);
    port.close();
    unarrived.lose();
  };
  const late = setTimeout(end, patienceForArrivals);
  port.onclose = end;
  port.onmessageerror = null;
  port.onmessage = ({ data, ports }) => {
    for (const each of ports) each.close();
    unarrived.arrive(data);
    if (unarrived.isEmpty) end();
  };
}

function messageError(number: number, reason: string, ports: readonly number[]): Packet {
  return packet(ToClient.MessageError, number, {
    body: new TextEncoder().encode(reason),
    count: ports.length,
    ports
  });
}
