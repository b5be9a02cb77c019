import type { PortEvent, PortReport } from '@electron/internal/common/port-report';

import { Channel } from './channel';
import { Crossings } from './crossings';
import { MessageLog } from './message-log';
import { Realm } from './realm';
import { stateOf, stateOfLone } from './to-state';

import type { End, Port } from './channel';
import type { ChannelState, HolderState } from './state';

// What is kept. A page can make channels without end.
const maximumOpen = 20_000;
const maximumClosed = 500;
const maximumHolders = 500;
// As many as can be forgotten at once: each page is to be told of all.
const maximumForgotten = maximumOpen + maximumClosed;

// Milliseconds until a port that nobody is known to have sent is shown by itself.
const patienceForSender = 500;

const reasons = {
  close: 'close() was called',
  collected: 'it was never started, and the garbage collector found that nothing refers to it',
  unread: 'it was in a message that will not be read'
};

/**
 * Every channel that is known of, put together from what the realms report. Each tells of its own ports, and at its own
 * time. Which end a port is that has come with a message follows from the message's number: a channel delivers in order
 * and exactly once, wherever its ends go meanwhile.
 */
export class PortModel {
  readonly log: MessageLog;
  dropped = 0;
  /** Grows with every change. */
  version = 0;
  #realms = new Map<string, Realm>();
  #holders = new Map<string, HolderState & { version: number }>();
  #channels = new Map<string, Channel>();
  #lone = new Set<Port>();
  #crossings = new Crossings(
    (from, to) => this.#pass(from, to),
    (first, twin) => this.#twin(first, twin)
  );
  #forgotten: { id: string; version: number }[] = [];
  #lastChannel = 0;

  readonly #hasHub: boolean;

  /** @param options whether messages between processes pass a hub */
  constructor({ hasHub }: { hasHub: boolean }) {
    this.#hasHub = hasHub;
    this.log = new MessageLog();
  }

  hold(holder: HolderState) {
    this.#holders.set(holder.id, { ...holder, version: ++this.version });
    if (this.#holders.size <= maximumHolders) return;
    for (const [id, { gone }] of this.#holders) {
      if (!gone) continue;
      this.#holders.delete(id);
      break;
    }
  }

  /** Changes what is known of a holder. */
  describe(id: string, facts: Partial<HolderState>) {
    const holder = this.#holders.get(id);
    if (holder) Object.assign(holder, facts, { version: ++this.version });
  }

  /** @param why as in "closed because ..." */
  holderGone(id: string, why: string, time: number) {
    const holder = this.#holders.get(id);
    if (!holder || holder.gone) return;
    Object.assign(holder, { gone: why, version: ++this.version });
    for (const realm of [...this.#realms.values()]) if (realm.holder === id) this.realmGone(realm.id, why, time);
  }

  /** @param group the window, for realms of pages */
  addRealm(id: string, holder: string, group: string) {
    if (!this.#realms.has(id)) this.#realms.set(id, new Realm(id, holder, group));
  }

  realmGone(id: string, why: string, time: number) {
    const realm = this.#realms.get(id);
    if (!realm) return;
    this.#realms.delete(id);
    for (const port of realm.ports) {
      if (port.state === 'open') this.#close(port, why, '', time);
      port.isCollected = true;
      this.#lone.delete(port);
    }
  }

  /** @param now when it came */
  report(realmId: string, { events, counts, log, dropped }: PortReport, now: number) {
    const realm = this.#realms.get(realmId);
    if (!realm) return;
    this.dropped += dropped;
    // First: when a port was sent on, what it had sent and read by then is final.
    for (const [id, sent, sentBytes, received] of counts) {
      const port = realm.port(id);
      if (!port) continue;
      Object.assign(port, { sent, sentBytes, received });
      if (!port.end && port.time === 0) this.#add(port, now);
    }
    for (const event of events) this.#happen(realm, event);
    for (const [id] of counts) {
      const port = realm.port(id);
      port?.end?.sample(now);
      if (port) this.#touch(port);
    }
    for (const { port: id, number, time, sent } of log) {
      const port = realm.port(id);
      const end = port?.end;
      if (!port || !end) continue;
      if (sent) this.log.sent(end, port.before.sent + number, time, sent);
      else this.log.read(end, port.before.received + number, time);
    }
  }

  /** To be called once a second: reckons what was sent in it. */
  reckon(now: number) {
    for (const channel of this.#channels.values()) {
      for (const end of channel.ends) {
        const { sent, bytes, last } = end;
        const seconds = (now - last.time) / 1000;
        const rates = [(sent - last.sent) / seconds, (bytes - last.bytes) / seconds];
        end.last = { sent, bytes, time: now };
        if (last.time === 0 || (rates[0] === 0 && end.messagesPerSecond === 0)) continue;
        [end.messagesPerSecond, end.bytesPerSecond] = rates;
        channel.version = ++this.version;
      }
    }
    this.#crossings.expire(now);
    this.#trim();
  }

  get channels(): Iterable<Channel> {
    return this.#channels.values();
  }

  get holders(): Iterable<HolderState> {
    return this.#holders.values();
  }

  kindOf(holder: string | undefined) {
    return holder === undefined ? undefined : this.#holders.get(holder);
  }

  channelStates(since: number, now: number): ChannelState[] {
    const states = [...this.#channels.values()]
      .filter(({ version }) => version > since)
      .map((channel) => stateOf(channel, (id) => this.kindOf(id), this.#hasHub));
    for (const port of this.#lone) {
      if (port.state === 'open' && now - port.time > patienceForSender) states.push(stateOfLone(port));
    }
    return states;
  }

  holderStates(since: number): HolderState[] {
    return [...this.#holders.values()]
      .filter(({ version }) => version > since)
      .map(({ version: _, ...holder }) => holder);
  }

  forgotten(since: number): string[] {
    return this.#forgotten.filter(({ version }) => version > since).map(({ id }) => id);
  }

  #happen(realm: Realm, event: PortEvent) {
    const { time } = event;
    switch (event.what) {
      case 'made': {
        const [one, other] = event.ports.map((id) => realm.port(id));
        if (!one || !other) return;
        if (this.#channels.size >= maximumOpen + maximumClosed) {
          this.dropped++;
          return;
        }
        const channel = new Channel(String(++this.#lastChannel), realm, event);
        channel.isLink = event.by === 'runtime' && this.kindOf(realm.holder)?.kind === 'frame';
        this.#channels.set(channel.id, channel);
        this.#become(one, channel.ends[0]);
        this.#become(other, channel.ends[1]);
        return;
      }
      case 'sent':
        this.#sent(realm, event.port, event.number, this.#portsOf(realm, event.ports), time, event.names);
        return;
      case 'unreachable': {
        const found = new Set(event.ports);
        for (const port of realm.ports) {
          port.isUnreachable = found.has(port.id);
          this.#touch(port);
        }
        return;
      }
      case 'came':
        this.#came(realm, event.port, event.number, this.#portsOf(realm, event.ports), time, event.names);
        return;
    }
    const port = realm.port(event.port);
    if (!port) return;
    switch (event.what) {
      case 'found':
        port.stack = event.stack;
        port.wasFound = true;
        this.#add(port, time);
        break;
      case 'left':
        this.#leave(port, event.to, time);
        this.#crossings.left(event.key, port);
        break;
      case 'entered':
        this.#add(port, time);
        this.#crossings.entered(event.key, port);
        break;
      case 'started':
        port.isStarted = true;
        break;
      case 'relayed':
        if (port.end) port.end.channel.relayed = 'it was sent on after it had been started';
        break;
      case 'closed':
        this.#close(port, reasons[event.why], event.stack, time);
        break;
      case 'lost':
        if (port.state === 'open') port.state = 'lost';
        this.#lose(port, time);
        break;
      case 'collected':
        port.isCollected = true;
        this.#noteUnused(port, time);
        if (!port.end || port.next) {
          this.#lone.delete(port);
          realm.forget(port);
        }
        break;
    }
    this.#touch(port);
  }

  #portsOf(realm: Realm, ids: readonly number[]): Port[] {
    return ids.map((id) => realm.port(id)).filter((port) => port !== undefined);
  }

  /** @param to who has it from now on, and does not report */
  #leave(port: Port, to: { id: string; name: string } | undefined, time: number) {
    port.state = 'left';
    port.unwatched = to?.id;
    if (to && !this.#holders.has(to.id)) {
      this.hold({ ...to, kind: 'frame', process: 'pages, which are not watched', pid: 0 });
    }
    if (to && port.end) port.end.channel.hasGap = true;
    port.end?.noteTransfer({ time, from: port.realm.holder, to: to?.id });
  }

  #sent(realm: Realm, id: number, number: number, ports: readonly Port[], time: number, names?: readonly string[]) {
    const carrier = id === 0 ? undefined : realm.port(id);
    const unwatched = carrier?.end?.other.port?.unwatched;
    const to = unwatched === undefined ? undefined : this.#holders.get(unwatched);
    for (const port of ports) {
      this.#leave(port, to, time);
      if (carrier?.wasFound && !carrier.end) port.unwatched = 'unknown';
      this.#touch(port);
    }
    if (id === 0) {
      this.#crossings.sent(realm.group, ports, time);
      return;
    }
    if (!carrier) return;
    // Where the other end is not watched, or not known yet.
    if (!carrier.end || carrier.end.channel.hasGap) {
      ports.forEach((port, index) => names && this.#crossings.left(names[index], port));
    }
    if (carrier.end?.channel.hasGap) return;
    if (!carrier.end) {
      carrier.waiting.push({ isSent: true, number, ports });
      return;
    }
    const come = carrier.end.notedSent(carrier.before.sent + number, ports);
    if (come) this.#passAll(ports, come, carrier.realm.holder);
  }

  #came(realm: Realm, id: number, number: number, ports: readonly Port[], time: number, names?: readonly string[]) {
    for (const port of ports) this.#add(port, time);
    if (id === 0) {
      this.#crossings.came(realm, number, ports, time);
      return;
    }
    const carrier = realm.port(id);
    if (!carrier) return;
    if (!carrier.end || carrier.end.channel.hasGap) {
      ports.forEach((port, index) => names && this.#crossings.entered(names[index], port));
    }
    if (carrier.end?.channel.hasGap) return;
    if (!carrier.end) {
      carrier.waiting.push({ isSent: false, number, ports });
      return;
    }
    const { other } = carrier.end;
    const sent = other.notedRead(carrier.before.received + number, ports);
    if (sent) this.#passAll(sent, ports, other.port?.realm.holder);
  }

  #passAll(from: readonly Port[], to: readonly Port[], sender: string | undefined) {
    to.forEach((port, index) => {
      if (from[index]) this.#pass(from[index], port);
      // It is the channel of a stream, a Blob or a file, which the sender has as such.
      else if (!port.end) this.#inside(port, sender);
    });
  }

  /** An end that was sent is what has come. */
  #pass(from: Port, to: Port) {
    if (from.next || to.end) return;
    // As a forged report would have it: it comes back to itself.
    for (let each: Port | undefined = to; each; each = each.next) if (each === from) return;
    from.next = to;
    if (from.end) this.#become(to, from.end);
  }

  /** Learns which end a port is, and with it those that it was sent on as: as many as a report that is made up names. */
  #become(first: Port, end: End) {
    for (let port: Port | undefined = first; port; port = port.next) this.#place(port, end);
  }

  #place(port: Port, end: End) {
    const before = end.port;
    port.end = end;
    end.port = port;
    this.#lone.delete(port);
    if (before) {
      port.before = before.all;
      if (before.unwatched !== undefined) {
        // What it did there shows at the other end only.
        const { other } = end;
        port.before.sent = Math.max(port.before.sent, other.received);
        port.before.received = Math.max(port.before.received, other.sent);
      }
      const last = end.transfers.at(-1);
      if (last && last.to === undefined) last.to = port.realm.holder;
      else end.noteTransfer({ time: port.time, from: before.holder, to: port.realm.holder });
      if (before.isCollected) this.#realms.get(before.realm.id)?.forget(before);
    }
    if (port.closed) this.#noteClosed(port, port.closed);
    for (const twin of port.twins) this.#share(port, twin);
    this.#catchUp(port, end);
    this.#touch(port);
  }

  /** What was told of a port before it was known which end it is. */
  #catchUp(port: Port, end: End) {
    for (const { isSent, number, ports } of port.waiting.splice(0)) {
      if (isSent) {
        const come = end.notedSent(port.before.sent + number, ports);
        if (come) this.#passAll(ports, come, port.realm.holder);
      } else {
        const sent = end.other.notedRead(port.before.received + number, ports);
        if (sent) this.#passAll(sent, ports, end.other.port?.realm.holder);
      }
    }
  }

  #twin(first: Port, twin: Port) {
    first.twins.push(twin);
    if (first.end) this.#share(first, twin);
    else this.#lone.delete(twin);
  }

  #share(first: Port, twin: Port) {
    twin.end = first.end;
    twin.before = first.before;
    this.#lone.delete(twin);
    this.#catchUp(twin, first.end!);
    if (twin.next && !twin.next.end) this.#become(twin.next, first.end!);
  }

  /** Makes a channel of which one end is inside something. */
  #inside(port: Port, holder: string | undefined) {
    const channel = new Channel(
      String(++this.#lastChannel),
      { ...port.realm, holder: holder ?? port.realm.holder },
      {
        time: port.time,
        by: 'runtime',
        stack: ''
      }
    );
    this.#channels.set(channel.id, channel);
    this.#become(port, channel.ends[1]);
  }

  #add(port: Port, time: number) {
    port.time = time;
    if (!port.end) this.#lone.add(port);
  }

  #close(port: Port, why: string, stack: string, time: number) {
    if (port.state !== 'left') port.state = 'closed';
    port.closed ??= { why, stack, time };
    const current = port.end?.port;
    if (current && (current === port || current.twins.includes(port))) this.#noteClosed(port, port.closed);
    this.#touch(port);
  }

  #noteClosed(port: Port, { why, stack, time }: { why: string; stack: string; time: number }) {
    const { channel, index } = port.end!;
    // What it learns of first is often that the other end is gone; the reason comes from there.
    if (channel.closed?.holder === undefined) {
      channel.closed = { holder: port.realm.holder, end: index, why, stack, time: channel.closed?.time ?? time };
    }
  }

  /** Two ends that refer to each other, and nothing to them, go without anybody being told. */
  #noteUnused({ end }: Port, time: number) {
    if (!end || end.channel.closed) return;
    const isGone = ({ port }: End) => port?.state === 'open' && port.isCollected;
    if (!end.channel.ends.every(isGone)) return;
    const why = 'nothing refers to either end, as the garbage collector found';
    for (const { port } of end.channel.ends) port!.state = 'closed';
    end.channel.closed = { why, stack: '', time };
  }

  #lose(port: Port, time: number) {
    const channel = port.end?.channel;
    const other = port.end?.other.port;
    const isOnItsWay = other?.whole.state === 'left' && other.unwatched === undefined;
    const why = isOnItsWay ? 'the other end was in a message that was not read' : 'the other end is gone';
    if (channel) channel.closed ??= { why, stack: '', time };
  }

  #touch({ end }: Port) {
    if (end) end.channel.version = ++this.version;
  }

  /** Forgets the closed channels that are the longest so, and nobody has any more. */
  #trim() {
    const closed = [...this.#channels.values()].filter((channel) => channel.closed);
    closed.sort((one, other) => one.closed!.time - other.closed!.time);
    for (const channel of closed.slice(0, Math.max(0, closed.length - maximumClosed))) {
      this.#channels.delete(channel.id);
      for (const { port } of channel.ends) if (port) this.#realms.get(port.realm.id)?.forget(port);
      this.#forgotten.push({ id: channel.id, version: ++this.version });
    }
    this.#forgotten.splice(0, this.#forgotten.length - maximumForgotten);
  }
}
