import { packet, ToClient, ToHub } from '../common/packet';
import { HeldObjects } from './held-objects';
import { HubPorts } from './hub-ports';

import type { Packet } from '../common/packet';
import type { PacketSocket } from '../common/packet-socket';
import type { Ends } from './channel-ends';

const tokenLength = 16;

/** The hub's other clients, by number. */
export interface Clients {
  connect(client: number, url: string): Promise<unknown>;
  handOver(client: number, token: Uint8Array, port: MessagePort, ends: Ends): void;
}

/** Does what one client says: positive numbers name ports, negative ones held objects. */
export class HubClient {
  #socket: PacketSocket;
  #clients: Clients;
  #objects = new HeldObjects();
  #ports: HubPorts;

  /** @param onGone called when the client is gone, and every end that it held */
  constructor(socket: PacketSocket, clients: Clients, onGone: () => void) {
    this.#socket = socket;
    this.#clients = clients;
    this.#ports = new HubPorts(socket, this.#objects);
    socket.onpacket = (each) => this.#receive(each);
    socket.onclose = () => {
      this.#ports.closeAll();
      onGone();
    };
  }

  /** Adds a document's link. Any page can embed link.html and post to it, so nothing that it says is believed. */
  addLink(token: unknown, port: unknown) {
    if (!(token instanceof Uint8Array) || token.length !== tokenLength || !(port instanceof MessagePort)) return;
    this.#announce(token, this.#ports.addLink(port));
  }

  /** Adds a port, and tells the client of it. */
  accept(token: Uint8Array, port: MessagePort, ends: Ends) {
    this.#announce(token, this.#ports.add(port, ends));
  }

  #announce(token: Uint8Array, number: number) {
    this.#socket.send(packet(ToClient.Link, number, { body: token }));
  }

  #receive(message: Packet) {
    const { type, port: number, count, body } = message;
    if (type === ToHub.Connect) this.#connect(count, new TextDecoder().decode(body));
    else if (type === ToHub.Channel) this.#ports.addChannel(number, message.ports[0]);
    else if (number < 0) this.#receiveForObject(message);
    else if (this.#ports.has(number)) this.#receiveForPort(message);
  }

  #connect(client: number, url: string) {
    // A client that ended before the hub reached it: what is handed over to it closes.
    this.#clients.connect(client, url).catch(() => {});
  }

  #receiveForPort(message: Packet) {
    const { type, port: number, count, body } = message;
    switch (type) {
      case ToHub.Post:
        this.#ports.post(message);
        break;
      case ToHub.Start:
        this.#ports.start(number);
        break;
      case ToHub.Consumed:
        this.#ports.consume(number, count);
        break;
      case ToHub.Return:
        this.#ports.return(number, count);
        break;
      case ToHub.Close:
        this.#ports.consume(number, count);
        this.#ports.close(number);
        break;
      case ToHub.HandOver:
        this.#ports.handOver(number, (port, ends) => this.#clients.handOver(count, body, port, ends));
        break;
    }
  }

  #receiveForObject({ type, port: number, ports, body }: Packet) {
    switch (type) {
      case ToHub.Blob:
        this.#objects.receiveBlob(number, this.#ports.take(ports[0]));
        break;
      case ToHub.Read:
        this.#objects.sendBlob(number, body, this.#ports.take(ports[0]));
        break;
      case ToHub.Release:
        this.#objects.release(number);
        break;
    }
  }
}
