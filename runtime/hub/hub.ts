// The hub: a page of its own that holds a Blink port for everything the main process talks to, and carries messages
// between those ports and the main process's WebSocket. It is no part of the path between two renderers.

import { PacketSocket } from '../common/packet-socket';
import { HubPorts } from './hub-ports';
import { joinRendezvous } from './join-rendezvous';

/** Set by the main process, which starts this script with DevTools: no page can read it. */
declare const config: { socketUrl: string; insecureOrigin: string };

async function start() {
  const webSocket = new WebSocket(config.socketUrl);
  await new Promise((resolve, reject) => {
    webSocket.onopen = resolve;
    webSocket.onerror = () => reject(new Error('The hub could not reach the main process'));
  });
  const socket = new PacketSocket(webSocket);
  const ports = new HubPorts(socket);
  socket.onpacket = (packet) => ports.receive(packet);
  await joinRendezvous(config.insecureOrigin, (token, port) => ports.addLink(token, port));
}

// The main process waits for this promise.
Object.assign(globalThis, { hubStarted: start() });
