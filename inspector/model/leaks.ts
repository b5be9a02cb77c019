import type { End } from './channel';
import type { LeakKind, LeakState } from './state';

// Milliseconds. A page that loads takes its time.
const patience = 1000;

/** @param searched when script was last searched for what it still has; 0 for never */
function leakOf(end: End, now: number, searched: number): [kind: LeakKind, text: string, since: number] | undefined {
  const { port, queue } = end;
  // What a page does with it that is not watched is not known.
  if (!port || port.unwatched !== undefined) return undefined;
  const oldest = end.other.oldestUnread ?? now;
  const { state, isStarted, isCollected } = port.whole;
  const isOld = queue > 0 && now - oldest > patience;
  if (state === 'open') {
    if (port.isUnreachable) return ['unreachable', 'script has no way to it any more, and it is open', searched];
    if (isOld && !isStarted) return ['never-started', `it was never started, and ${queue} messages wait`, oldest];
    return undefined;
  }
  if (state === 'left') {
    if (end.channel.closed || !isOld) return undefined;
    return ['never-read', `it is in a message that nobody reads, and ${queue} messages wait`, oldest];
  }
  const closed = end.channel.closed?.time ?? now;
  if (isCollected || searched <= closed) return undefined;
  return ['closed-held', 'it is closed, and script still has it', closed];
}

/** What is likely forgotten, with what it takes to find the place. */
export function findLeaks(ends: Iterable<End>, now: number, searched: number): LeakState[] {
  const leaks: LeakState[] = [];
  for (const end of ends) {
    if (end.channel.by === 'runtime') continue;
    const leak = leakOf(end, now, searched);
    if (!leak) continue;
    const [kind, text, since] = leak;
    leaks.push({ kind, channel: end.channel.id, end: end.index, text, since });
    if (leaks.length === maximumLeaks) break;
  }
  return leaks;
}

const maximumLeaks = 1000;
