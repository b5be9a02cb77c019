import { PacketSocket } from '../common/packet-socket';
import { HubClient } from './hub-client';

import type { Ends } from './channel-ends';
import type { Clients } from './hub-client';

async function openSocket(url: string): Promise<PacketSocket> {
  const socket = new WebSocket(url);
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = () => reject(new Error(`The hub could not reach ${new URL(url).host}`));
  });
  return new PacketSocket(socket);
}

/** Everybody that the hub holds ports for. Each is a WebSocket server that the main process tells the hub of. */
export class HubClients implements Clients {
  #clients = new Map<number, Promise<HubClient>>();

  connect(client: number, url: string): Promise<HubClient> {
    // Forgotten with everything that was held for it.
    const onGone = () => this.#clients.delete(client);
    const connected = openSocket(url).then((socket) => new HubClient(socket, this, onGone));
    this.#clients.set(client, connected);
    return connected;
  }

  async handOver(client: number, token: Uint8Array, port: MessagePort, ends: Ends) {
    try {
      (await this.#clients.get(client)!).accept(token, port, ends);
    } catch {
      // The client ended before the hub had reached it: so has this end.
      port.close();
    }
  }
}
