import type { ChannelState, Command, HolderState, LeakState, LogState, Update } from '../model/state';

const maximumLog = 5000;
// Milliseconds.
const pause = 1000;

/** What the app's inspector has told, kept up to date, and the way back. */
export class Connection extends EventTarget {
  readonly holders = new Map<string, HolderState>();
  readonly channels = new Map<string, ChannelState>();
  log: LogState[] = [];
  leaks: LeakState[] = [];
  time = Date.now();
  isConnected = false;
  isLogging = false;
  isSearching = false;
  searched = 0;
  dropped = 0;
  #socket: WebSocket | undefined;

  connect() {
    const url = new URL('socket', location.href);
    url.protocol = 'ws:';
    const socket = (this.#socket = new WebSocket(url));
    socket.onmessage = ({ data }) => this.#update(JSON.parse(data));
    socket.onopen = () => {
      this.isConnected = true;
      this.holders.clear();
      this.channels.clear();
      this.log = [];
    };
    socket.onclose = () => {
      this.isConnected = false;
      this.dispatchEvent(new Event('change'));
      setTimeout(() => this.connect(), pause);
    };
  }

  send(command: Command) {
    if (this.isConnected) this.#socket!.send(JSON.stringify(command));
  }

  clearLog() {
    this.log = [];
    this.dispatchEvent(new Event('change'));
  }

  #update(update: Update) {
    for (const holder of update.holders) this.holders.set(holder.id, holder);
    // Those of which one end is all that is known are told each time, for as long as they are so.
    for (const id of this.channels.keys()) if (id.includes('/')) this.channels.delete(id);
    for (const channel of update.channels) this.channels.set(channel.id, channel);
    for (const id of update.forgotten) this.channels.delete(id);
    this.#addToLog(update.log);
    const { leaks, time, isLogging, isSearching, searched, dropped } = update;
    Object.assign(this, { leaks, time, isLogging, isSearching, searched, dropped });
    this.dispatchEvent(new Event('change'));
  }

  #addToLog(messages: readonly LogState[]) {
    if (messages.length === 0) return;
    const changed = new Map(messages.map((message) => [message.number, message]));
    this.log = this.log.map((message) => {
      const newer = changed.get(message.number);
      changed.delete(message.number);
      return newer ?? message;
    });
    this.log.push(...changed.values());
    if (this.log.length > maximumLog) this.log.splice(0, this.log.length - maximumLog);
  }
}
