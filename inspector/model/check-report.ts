import type { LoggedMessage, PortCounts, PortEvent, PortReport } from '@electron/internal/common/port-report';
import type { ValueTree } from '@electron/internal/common/value-tree';

// A renderer that was taken over can report anything: nothing of it is believed but what it says of its own ports.

const maximumItems = 20_000;
const maximumText = 4000;
const reasons = new Set(['close', 'collected', 'unread']);

class Refused extends Error {}

function number(value: unknown): number {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) throw new Refused();
  return value;
}

/** None that is yet to come, but for what two clocks may differ by. */
const time = (value: unknown) => Math.min(number(value), performance.timeOrigin + performance.now() + 1000);

function text(value: unknown): string {
  if (typeof value !== 'string') throw new Refused();
  return value.slice(0, maximumText);
}

function list<T>(value: unknown, each: (item: unknown) => T): T[] {
  if (!Array.isArray(value) || value.length > maximumItems) throw new Refused();
  return value.map(each);
}

function event(value: unknown, isProcess: boolean): PortEvent {
  const { what, time: its, port, ...rest } = Object(value) as Record<string, unknown>;
  const common = { time: time(its), port: number(port ?? 0) };
  switch (what) {
    case 'made': {
      const [one, other] = list(rest.ports, number);
      return {
        what,
        time: common.time,
        ports: [number(one), number(other)],
        by: rest.by === 'runtime' ? 'runtime' : 'app',
        stack: text(rest.stack)
      };
    }
    case 'unreachable':
      return { what, time: common.time, ports: list(rest.ports, number) };
    case 'found':
      return { what, ...common, stack: text(rest.stack) };
    case 'sent':
    case 'came': {
      const names = isProcess && rest.names !== undefined ? list(rest.names, text) : undefined;
      return { what, ...common, number: number(rest.number), ports: list(rest.ports, number), names };
    }
    case 'left': {
      const { id, name } = Object(rest.to) as Record<string, unknown>;
      const to = isProcess && rest.to !== undefined ? { id: text(id), name: text(name) } : undefined;
      return { what, ...common, key: text(rest.key), to };
    }
    case 'entered':
      return { what, ...common, key: text(rest.key) };
    case 'closed':
      if (!reasons.has(rest.why as string)) throw new Refused();
      return { what, ...common, why: rest.why as 'close', stack: text(rest.stack) };
    case 'started':
    case 'relayed':
    case 'lost':
    case 'collected':
      return { what, ...common };
    default:
      throw new Refused();
  }
}

function counts(value: unknown): PortCounts {
  const [port, sent, bytes, received] = list(value, number);
  return [number(port), number(sent), number(bytes), number(received)];
}

function tree(value: unknown, depth = 0): ValueTree {
  if (typeof value === 'string') return text(value);
  if (depth > 20) throw new Refused();
  const { type, entries, more } = Object(value) as Record<string, unknown>;
  return {
    type: text(type),
    ...(entries !== undefined && {
      entries: list(entries, (entry) => {
        const [key, each] = list(entry, (item) => item);
        return [text(key), tree(each, depth + 1)] as [string, ValueTree];
      })
    }),
    ...(more !== undefined && { more: number(more) })
  };
}

function logged(value: unknown): LoggedMessage {
  const { port, number: its, time: when, sent } = Object(value) as Record<string, unknown>;
  const common = { port: number(port), number: number(its), time: time(when) };
  if (sent === undefined) return common;
  const { bytes, value: content } = Object(sent) as Record<string, unknown>;
  return { ...common, sent: { bytes: number(bytes), value: tree(content) } };
}

/**
 * What a page says, if it is a report.
 * @param options whether a process of Node.js says it: such a one may know names of its ports, and whom they went to
 * @returns undefined for anything else
 */
export function checkReport(value: unknown, { isProcess = false } = {}): PortReport | undefined {
  try {
    const { events, counts: all, log, dropped } = Object(value) as Record<string, unknown>;
    return {
      events: list(events, (each) => event(each, isProcess)),
      counts: list(all, counts),
      log: list(log, logged),
      dropped: number(dropped)
    };
  } catch (error) {
    if (error instanceof Refused) return undefined;
    throw error;
  }
}
