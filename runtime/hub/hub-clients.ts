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

/** The processes and threads that the hub holds ports for. Each is a WebSocket server that the main process names. */
export class HubClients implements Clients {
  #clients = new Map<number, Promise<HubClient>>();

  /** @throws Error when the client cannot be reached */
  connect(client: number, url: string): Promise<HubClient> {
    // Forgotten with everything that was held for it.
    const onGone = () => {
      this.#clients.delete(client);
    };
    const connected = openSocket(url).then((socket) => new HubClient(socket, this, onGone));
    this.#clients.set(client, connected);
    return connected.catch((error) => {
      onGone();
      throw error;
    });
  }

  handOver(client: number, token: Uint8Array, port: MessagePort, ends: Ends) {
    const connected = this.#clients.get(client) ?? Promise.reject(new Error('This client is gone'));
    connected.then(
      (there) => there.accept(token, port, ends),
      () => port.close()
    );
  }
}
