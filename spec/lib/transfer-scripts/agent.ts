// What an owner of ends does as it is told: the same in the main process, a page, a worker thread and a utility process.

/** What differs from runtime to runtime: how a port is used. */
export interface Platform<Port> {
  /** Whether nothing may happen on a port that was sent on. Node's own ports emit `close` then. */
  strict: boolean;
  /** Whether a close without a listener cannot be told later. */
  watchesAll: boolean;
  watch(port: Port, onclose: () => void): void;
  start(port: Port, onmessage: (data: unknown) => void, onmessageerror: () => void): void;
  post(port: Port, message: unknown, transfer: Port[]): void;
  close(port: Port): void;
}

/** An end on its way. */
export interface Travelling<Port> {
  id: number;
  /** How often it was sent on. */
  hop: number;
  port: Port;
}

/** What travels over the channels. */
export interface ChannelMessage<Port> {
  number: number;
  ends: Travelling<Port>[];
}

/** Each waits until the owner has every end that it names, and until all commands before it are done. */
export type Command =
  | { do: 'post'; id: number; numbers: number[] }
  /** Posts `ends` over `id`. */
  | { do: 'send'; id: number; number: number; ends: number[]; after: number[] }
  /** Hands `ends` over without a channel of the script: to the main process, or from there to `to`. */
  | { do: 'give'; ends: number[]; to: string; after: number[] }
  | { do: 'start'; id: number }
  | { do: 'close'; id: number; after: number[] }
  /** Reports what has happened. */
  | { do: 'sync'; token: number; after: number[] }
  /** From now on every end is started, those still to come as well. */
  | { do: 'finish' }
  /** Forgets and closes everything. */
  | { do: 'reset' };

/** Something that happened at an end. */
export interface Happening {
  id: number;
  hop: number;
  what: 'message' | 'messageerror' | 'close' | 'stray';
  number: number;
}

export interface Report {
  token: number;
  happenings: Happening[];
  problems: string[];
}

export interface Agent<Port> {
  arrive(ends: Travelling<Port>[]): void;
  command(command: Command): void;
}

/** Runs in every owner, sent as text: refers to nothing outside itself. */
export function createAgent<Port>(
  platform: Platform<Port>,
  give: (to: string, ends: Travelling<Port>[]) => void,
  report: (report: Report) => void
): Agent<Port> {
  interface Entry {
    id: number;
    hop: number;
    port: Port;
    isWatched: boolean;
    isStarted: boolean;
    /** Closed here: what it tells of that is not of the script. */
    isClosed: boolean;
  }
  const held = new Map<number, Entry>();
  const commands: Command[] = [];
  let happenings: Happening[] = [];
  let problems: string[] = [];
  let isFinishing = false;

  const note = (entry: Entry, what: Happening['what'], number = -1) => {
    if (entry.isClosed) return;
    const isHeld = held.get(entry.id) === entry;
    if (isHeld) happenings.push({ id: entry.id, hop: entry.hop, what, number });
    else if (platform.strict) happenings.push({ id: entry.id, hop: entry.hop, what: 'stray', number });
  };
  const watch = (entry: Entry) => {
    if (entry.isWatched) return;
    entry.isWatched = true;
    platform.watch(entry.port, () => note(entry, 'close'));
  };
  const start = (entry: Entry) => {
    if (entry.isStarted) return;
    entry.isStarted = true;
    watch(entry);
    platform.start(
      entry.port,
      (data) => {
        const { number, ends } = data as ChannelMessage<Port>;
        note(entry, 'message', number);
        arrive(ends);
      },
      () => note(entry, 'messageerror')
    );
  };
  const arrive = (ends: Travelling<Port>[]) => {
    for (const { id, hop, port } of ends) {
      const entry = { id, hop, port, isWatched: false, isStarted: false, isClosed: false };
      held.set(id, entry);
      // Whether something waits for the close of a port that is not started makes a difference on its way.
      if (id % 4 > 1 || platform.watchesAll) watch(entry);
      if (isFinishing) start(entry);
    }
    advance();
  };
  /** Takes ends from their owner, to be sent on. */
  const take = (ids: number[]): Travelling<Port>[] =>
    ids.map((id) => {
      const { hop, port } = held.get(id)!;
      held.delete(id);
      return { id, hop: hop + 1, port };
    });
  const close = (entry: Entry) => {
    entry.isClosed = true;
    held.delete(entry.id);
    platform.close(entry.port);
  };
  const execute = (command: Command) => {
    switch (command.do) {
      case 'post':
        for (const number of command.numbers) {
          platform.post(held.get(command.id)!.port, { number, ends: [] }, []);
        }
        break;
      case 'send': {
        const { port } = held.get(command.id)!;
        const ends = take(command.ends);
        const ports = ends.map((each) => each.port);
        platform.post(port, { number: command.number, ends }, ports);
        break;
      }
      case 'give':
        give(command.to, take(command.ends));
        break;
      case 'start':
        start(held.get(command.id)!);
        break;
      case 'close':
        close(held.get(command.id)!);
        break;
      case 'sync':
        report({ token: command.token, happenings, problems });
        happenings = [];
        problems = [];
        break;
      case 'finish':
        isFinishing = true;
        for (const entry of [...held.values()]) start(entry);
        break;
      case 'reset':
        isFinishing = false;
        for (const entry of [...held.values()]) close(entry);
        happenings = [];
    }
  };
  const needs = (command: Command): number[] => [
    ...('id' in command ? [command.id] : []),
    ...('ends' in command ? command.ends : []),
    ...('after' in command ? command.after : [])
  ];
  const advance = () => {
    while (commands.length > 0 && needs(commands[0]).every((id) => held.has(id))) {
      const command = commands.shift()!;
      try {
        execute(command);
      } catch (error) {
        problems.push(`${JSON.stringify(command)}: ${error}`);
      }
    }
  };
  return {
    arrive,
    command(command) {
      commands.push(command);
      advance();
    }
  };
}
