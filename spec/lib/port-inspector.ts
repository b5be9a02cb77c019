// A client of the port inspector, as its page is one.

import { WebSocket } from 'ws';

import { once } from 'node:events';

import { defer } from './defer';

import type {
  ChannelState,
  Command,
  EndState,
  HolderState,
  LeakState,
  LogState,
  Update
} from '../../inspector/model/state';

/** What an app's inspector knows, kept up to date. */
export class PortInspectorClient {
  readonly url: string;
  readonly holders = new Map<string, HolderState>();
  readonly channels = new Map<string, ChannelState>();
  readonly log = new Map<number, LogState>();
  /** The app's, in milliseconds. */
  time = 0;
  leaks: LeakState[] = [];
  searched = 0;
  dropped = 0;
  isLogging = false;
  #socket: WebSocket;
  #closed: Promise<unknown>;

  private constructor(url: string) {
    this.url = url;
    this.#socket = new WebSocket(`${url.replace('http:', 'ws:')}socket`, { origin: new URL(url).origin });
    this.#closed = new Promise((resolve) => this.#socket.once('close', resolve));
    this.#socket.on('message', (data) => this.#update(JSON.parse(String(data))));
    defer(() => this.#socket.terminate());
  }

  static async connect(url: string): Promise<PortInspectorClient> {
    const client = new PortInspectorClient(url);
    await once(client.#socket, 'open');
    return client;
  }

  #update(update: Update) {
    for (const holder of update.holders) this.holders.set(holder.id, holder);
    for (const channel of update.channels) this.channels.set(channel.id, channel);
    for (const id of update.forgotten) this.channels.delete(id);
    for (const message of update.log) this.log.set(message.number, message);
    this.time = update.time;
    this.leaks = update.leaks;
    this.searched = update.searched;
    this.isLogging = update.isLogging;
    this.dropped = update.dropped;
  }

  send(command: Command) {
    this.#socket.send(JSON.stringify(command));
  }

  /** Waits until what it knows has a `found`, and gives that. @throws Error when the app ends before */
  async until<T>(find: () => T | undefined | false): Promise<T> {
    for (;;) {
      const found = find();
      if (found !== undefined && found !== false) return found;
      await Promise.race([once(this.#socket, 'message'), this.#closed]);
      if (this.#socket.readyState > WebSocket.OPEN) throw new Error('The inspector was closed');
    }
  }

  /** The app's channels, which the runtime has no part in. */
  get own(): ChannelState[] {
    return [...this.channels.values()].filter(({ by }) => by === 'app');
  }

  /** What holds an end: `main`, or the kind of holder and its URL or path. */
  holderName({ holder }: EndState): string {
    const { kind, name } = this.holders.get(holder ?? '') ?? {};
    return kind === 'main' ? 'main' : `${kind} ${name}`;
  }
}
