import type {
  CloseReason,
  LoggedMessage,
  PortCounts,
  PortEvent,
  PortReport
} from '@electron/internal/common/port-report';
import type { ValueTree } from '@electron/internal/common/value-tree';

// Milliseconds between two reports.
const pause = 50;
// What one report holds at most. More is counted, and dropped.
const maximumEvents = 5000;
const maximumLog = 500;
/** How many ports of a realm are observed at a time. */
const maximumPorts = 10_000;

/** What the tags of records begin with, before the port's number. */
export const portTag = 'electron-ports port ';

/** A port as its realm reports it. An end that is sent on and comes again has a new one. */
export interface PortRecord {
  readonly id: number;
  /** By which it is found in a heap snapshot, where only strings can be read. */
  readonly tag: string;
  sent: number;
  sentBytes: number;
  received: number;
  isStarted: boolean;
  state: 'open' | 'left' | 'closed' | 'lost';
  /** Its counts are to be reported. */
  isChanged: boolean;
}

/** What a reporter needs of the realm that it is in. */
export interface ReporterRealm {
  send(report: PortReport): void;
  /** Calls back later, and keeps nothing alive for it. */
  later(callback: () => void, milliseconds: number): void;
  /** Milliseconds since 1970, with fractions. */
  now(): number;
  /** Whether what was sent is still waiting to be taken: then it reports later. */
  isBusy?(): boolean;
}

type What = PortEvent extends infer Each ? (Each extends { time: number } ? Omit<Each, 'time'> : never) : never;

/**
 * The observing part that every runtime and realm shares: counts what ports send and read, and reports that and what
 * happens to them in lots. Who observes calls it; it touches no port, and knows nothing of what they are.
 */
export class PortReporter {
  isLogging = false;
  #realm: ReporterRealm;
  #lastId = 0;
  #alive = 0;
  #changed: PortRecord[] = [];
  #events: PortEvent[] = [];
  #log: LoggedMessage[] = [];
  #dropped = 0;
  #isWaiting = false;

  constructor(realm: ReporterRealm) {
    this.#realm = realm;
  }

  /** @returns undefined when there are too many */
  #add(): PortRecord | undefined {
    if (this.#alive >= maximumPorts) {
      this.#drop();
      return undefined;
    }
    this.#alive++;
    const id = ++this.#lastId;
    return {
      id,
      // What is concatenated is shown as no more than that.
      tag: [portTag, id].join(''),
      sent: 0,
      sentBytes: 0,
      received: 0,
      isStarted: false,
      state: 'open',
      isChanged: false
    };
  }

  /** The two ends of a new channel. */
  made(by: 'app' | 'runtime', stack: string): [PortRecord, PortRecord] | undefined {
    const one = this.#add();
    const other = one && this.#add();
    if (!other) return undefined;
    this.#event({ what: 'made', ports: [one.id, other.id], by, stack });
    return [one, other];
  }

  found(stack: () => string): PortRecord | undefined {
    const port = this.#add();
    if (port) this.#event({ what: 'found', port: port.id, stack: stack() });
    return port;
  }

  /**
   * @param port undefined for what is no port
   * @param names of the ports, where they have any
   */
  sent(
    port: PortRecord | undefined,
    bytes: number,
    ports: readonly (PortRecord | undefined)[],
    value?: () => ValueTree,
    names?: string[]
  ) {
    if (port) {
      port.sent++;
      port.sentBytes += bytes;
      if (!port.isChanged) this.#change(port);
    }
    if (ports.length > 0) {
      for (let i = 0; i < ports.length; i++) if (ports[i]) ports[i]!.state = 'left';
      this.#event({ what: 'sent', port: port?.id ?? 0, number: port?.sent ?? 0, ports: idsOf(ports), names });
    }
    if (this.isLogging && port && value) {
      this.#note({ port: port.id, number: port.sent, sent: { bytes, value: value() } });
    }
  }

  /**
   * A message has been read.
   * @param count how many ports came with it
   * @returns the records of these
   */
  received(port: PortRecord | undefined, count: number, timeStamp = 0): readonly (PortRecord | undefined)[] {
    const ports = count === 0 ? none : this.coming(count);
    this.read(port, ports, timeStamp);
    return ports;
  }

  /** Makes records of ports that are about to come with a message. */
  coming(count: number): readonly (PortRecord | undefined)[] {
    const ports: (PortRecord | undefined)[] = [];
    for (let i = 0; i < count; i++) ports[i] = this.#add();
    return ports;
  }

  /** As `received`, where the ports have their records already. @param names of the ports, where they have any */
  read(port: PortRecord | undefined, ports: readonly (PortRecord | undefined)[], timeStamp = 0, names?: string[]) {
    if (port) {
      port.received++;
      if (!port.isChanged) this.#change(port);
      if (this.isLogging) this.#note({ port: port.id, number: port.received });
    }
    if (ports.length === 0) return;
    const number = port?.received ?? timeStamp;
    this.#event({ what: 'came', port: port?.id ?? 0, number, ports: idsOf(ports), names });
  }

  /**
   * It goes to whoever knows `key`.
   * @param to who has it then, where nobody watches
   */
  left(port: PortRecord, key: string, to?: { id: string; name: string }) {
    port.state = 'left';
    this.#event({ what: 'left', port: port.id, key, to });
  }

  entered(key: string): PortRecord | undefined {
    const port = this.#add();
    if (port) this.#event({ what: 'entered', port: port.id, key });
    return port;
  }

  started(port: PortRecord) {
    if (port.isStarted) return;
    port.isStarted = true;
    this.#event({ what: 'started', port: port.id });
  }

  relayed(port: PortRecord) {
    this.#event({ what: 'relayed', port: port.id });
  }

  closed(port: PortRecord, why: CloseReason, stack = '') {
    if (port.state === 'closed') return;
    port.state = 'closed';
    this.#event({ what: 'closed', port: port.id, why, stack });
  }

  lost(port: PortRecord) {
    if (port.state !== 'open') return;
    port.state = 'lost';
    this.#event({ what: 'lost', port: port.id });
  }

  /** What a search has found: those that script has no way to. */
  unreachable(ports: number[]) {
    this.#event({ what: 'unreachable', ports });
  }

  /** Its object was collected. */
  collected(port: PortRecord) {
    this.#alive--;
    this.#event({ what: 'collected', port: port.id });
  }

  /** Reports what there is to report, at once. */
  flush() {
    this.#isWaiting = false;
    const counts: PortCounts[] = [];
    for (let i = 0; i < this.#changed.length; i++) {
      const port = this.#changed[i];
      port.isChanged = false;
      counts[i] = [port.id, port.sent, port.sentBytes, port.received];
    }
    if (counts.length + this.#events.length + this.#log.length + this.#dropped === 0) return;
    const report = { events: this.#events, counts, log: this.#log, dropped: this.#dropped };
    this.#events = [];
    this.#log = [];
    this.#changed = [];
    this.#dropped = 0;
    this.#realm.send(report);
  }

  #change(port: PortRecord) {
    port.isChanged = true;
    this.#changed[this.#changed.length] = port;
    this.#wait();
  }

  #event(event: What) {
    if (this.#events.length >= maximumEvents) return this.#drop();
    this.#events[this.#events.length] = { time: this.#realm.now(), ...event };
    this.#wait();
  }

  #note(message: Omit<LoggedMessage, 'time'>) {
    if (this.#log.length >= maximumLog) return this.#drop();
    this.#log[this.#log.length] = { time: this.#realm.now(), ...message };
  }

  #drop() {
    this.#dropped++;
    this.#wait();
  }

  #wait() {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    this.#realm.later(() => this.#report(), pause);
  }

  #report() {
    this.#isWaiting = false;
    if (this.#realm.isBusy?.()) this.#wait();
    else this.flush();
  }
}

const none: readonly (PortRecord | undefined)[] = [];

/** Zero for a port that is not observed. */
function idsOf(ports: readonly (PortRecord | undefined)[]): number[] {
  const ids: number[] = [];
  for (let i = 0; i < ports.length; i++) ids[i] = ports[i]?.id ?? 0;
  return ids;
}
