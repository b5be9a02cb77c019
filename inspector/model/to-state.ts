import type { Channel, End, Port } from './channel';
import type { ChannelState, EndState, HolderState, PathState } from './state';

type HolderOf = (id: string | undefined) => HolderState | undefined;

const inPages = new Set(['frame', 'worker']);

function pathOf([one, other]: readonly [End, End], holderOf: HolderOf, hasHub: boolean): PathState {
  const [first, second] = [holderOf(one.port?.holder), holderOf(other.port?.holder)];
  if (!first || !second) return 'unknown';
  if (inPages.has(first.kind) && inPages.has(second.kind)) return 'direct';
  if (first.id === second.id && first.kind !== 'worker-threads') return 'process';
  return hasHub ? 'hub' : 'direct';
}

function endState(end: End): EndState {
  const { port, transfers } = end;
  const { state = 'open', isStarted = false, isCollected = true } = port?.whole ?? {};
  const isUnwatched = port?.unwatched !== undefined;
  const isOnItsWay = state === 'left' && !isUnwatched;
  return {
    holder: port?.holder,
    isOnItsWay,
    isStarted: isStarted && state !== 'left',
    state: isUnwatched ? 'unwatched' : state,
    sent: end.sent,
    sentBytes: end.bytes,
    received: end.received,
    queue: isUnwatched ? 0 : end.queue,
    oldestUnread: isUnwatched ? undefined : end.other.oldestUnread,
    messagesPerSecond: end.messagesPerSecond,
    bytesPerSecond: end.bytesPerSecond,
    transfers: transfers.map(({ time, from, to }) => ({ time, from, to })),
    isHeld: (state === 'closed' || state === 'lost') && !isCollected,
    isUnreachable: state === 'open' && (port?.isUnreachable ?? false)
  };
}

/** @param hasHub whether messages between processes pass a hub */
export function stateOf(channel: Channel, holderOf: HolderOf, hasHub: boolean): ChannelState {
  const { id, by, isLink, time, holder, stack, wasFound, closed, ends } = channel;
  const path = pathOf(ends, holderOf, hasHub);
  const hasThreads = ends.some(({ port }) => holderOf(port?.holder)?.kind === 'worker-threads');
  const relayed = channel.relayed ?? (hasThreads ? 'the bridge thread joins it with a port of Node.js' : undefined);
  return {
    id,
    by,
    isLink,
    time,
    holder,
    stack,
    wasFound,
    path,
    relayed,
    closed,
    ends: [endState(ends[0]), endState(ends[1])]
  };
}

const nothing: EndState = {
  isOnItsWay: false,
  isStarted: false,
  state: 'open',
  sent: 0,
  sentBytes: 0,
  received: 0,
  queue: 0,
  messagesPerSecond: 0,
  bytesPerSecond: 0,
  transfers: [],
  isHeld: false,
  isUnreachable: false
};

/** Of a port whose channel is not known: it was there before, or came from where nobody watches. */
export function stateOfLone(port: Port): ChannelState {
  const { sent, sentBytes, received, isStarted, state, realm, stack, time } = port;
  return {
    id: `${realm.id}/${port.id}`,
    by: stack ? 'app' : 'runtime',
    isLink: false,
    time,
    holder: realm.holder,
    stack,
    wasFound: true,
    path: 'unknown',
    ends: [{ ...nothing, holder: realm.holder, isStarted, state, sent, sentBytes, received }, nothing]
  };
}
