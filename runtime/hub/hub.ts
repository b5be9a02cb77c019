// The hub: a page of its own that holds a Blink port for everything the main process talks to, and carries messages
// between those ports and the main process's WebSocket. It is no part of the path between two renderers.

import { limits } from './backlog';
import { HubClients } from './hub-clients';
import { joinRendezvous } from './join-rendezvous';

/** Set by the main process, which starts this script with DevTools: no page can read it. */
declare const config: { socketUrl: string; insecureOrigin: string };

async function start() {
  const main = await new HubClients().connect(0, config.socketUrl);
  await joinRendezvous(config.insecureOrigin, (token, port) => main.addLink(token, port));
}

// The main process waits for the promise, and reaches the limits by DevTools.
Object.assign(globalThis, { hubStarted: start(), limits });
