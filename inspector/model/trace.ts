import type { ChannelState, HolderState, LogState } from './state';

interface TraceEvent {
  ph: string;
  name: string;
  cat?: string;
  ts?: number;
  dur?: number;
  pid: number;
  tid: number;
  id?: string;
  s?: string;
  bp?: string;
  args?: object;
}

// Microseconds. An arrow needs something at its ends.
const minimumDuration = 1;

/**
 * The log as Chrome's trace format, which chrome://tracing and Perfetto open: a track for each holder, and an arrow for
 * each message from when it was sent to when it was read.
 */
export function traceOf(
  holders: readonly HolderState[],
  channels: readonly ChannelState[],
  log: readonly LogState[]
): { displayTimeUnit: 'ms'; traceEvents: TraceEvent[] } {
  const traceEvents: TraceEvent[] = [];
  const tracks = new Map<string | undefined, { pid: number; tid: number }>();
  holders.forEach(({ id, name, pid, process }, index) => {
    const track = { pid, tid: index + 1 };
    tracks.set(id, track);
    traceEvents.push({ ph: 'M', name: 'process_name', ...track, args: { name: process } });
    traceEvents.push({ ph: 'M', name: 'thread_name', ...track, args: { name } });
  });
  const trackOf = (id: string | undefined) => tracks.get(id) ?? { pid: 0, tid: 0 };
  const microseconds = (time: number) => Math.round(time * 1000);

  for (const { number, channel, from, to, time, readTime, bytes, value } of log) {
    const common = { name: `channel ${channel}`, cat: 'message', id: String(number) };
    const args = { bytes, value };
    const sent = { ...common, ts: microseconds(time), ...trackOf(from) };
    traceEvents.push({ ...sent, ph: 'X', name: `${common.name}: sent`, dur: minimumDuration, args });
    if (readTime === undefined) continue;
    // Clocks of two processes may differ by a little, and an arrow must not go back.
    const read = { ...common, ts: Math.max(sent.ts + minimumDuration, microseconds(readTime)), ...trackOf(to) };
    traceEvents.push({ ...sent, ph: 's' });
    traceEvents.push({ ...read, ph: 'X', name: `${common.name}: read`, dur: minimumDuration, args });
    traceEvents.push({ ...read, ph: 'f', bp: 'e' });
  }
  for (const { id, time, holder, stack, closed, ends } of channels) {
    const instant = { ph: 'i', cat: 'channel', s: 't' };
    traceEvents.push({
      ...instant,
      name: `channel ${id}: made`,
      ts: microseconds(time),
      ...trackOf(holder),
      args: { stack }
    });
    for (const { time, from, to } of ends.flatMap(({ transfers }) => transfers)) {
      traceEvents.push({
        ...instant,
        name: `channel ${id}: sent on`,
        ts: microseconds(time),
        ...trackOf(from),
        args: { to }
      });
    }
    if (closed) {
      const { time, holder, why } = closed;
      traceEvents.push({
        ...instant,
        name: `channel ${id}: closed`,
        ts: microseconds(time),
        ...trackOf(holder),
        args: { why }
      });
    }
  }
  return { displayTimeUnit: 'ms', traceEvents };
}
