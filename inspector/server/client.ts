import { nothingSeen } from './snapshot';

import type { Command } from '../model/state';
import type { Snapshot } from './snapshot';
import type { WebSocket } from 'ws';

/** How many bytes may wait for a page that is slow. */
const maximumWaiting = 1 << 22;

function commandOf(data: string): Command | undefined {
  try {
    const { type, on } = Object(JSON.parse(data)) as { type?: unknown; on?: unknown };
    if (type === 'log') return { type, on: on === true };
    return type === 'find-leaks' ? { type } : undefined;
  } catch {
    return undefined;
  }
}

/** A page that looks. It gets what changed, and is left out while it is slow: later it gets all of that at once. */
export class Client {
  #socket: WebSocket;
  #seen = nothingSeen;

  constructor(socket: WebSocket, onCommand: (command: Command) => void) {
    this.#socket = socket;
    socket.on('error', () => {});
    socket.on('message', (data) => {
      const command = commandOf(String(data));
      if (command) onCommand(command);
    });
  }

  update(snapshot: Snapshot) {
    if (this.#socket.bufferedAmount > maximumWaiting) return;
    const { update, seen } = snapshot.since(this.#seen);
    this.#seen = seen;
    this.#socket.send(JSON.stringify(update));
  }

  close() {
    this.#socket.close();
  }
}
