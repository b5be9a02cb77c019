import { MainPort } from '@electron/internal/browser/main-port';
import { portObserver } from '@electron/internal/browser/port-observer';
import { receiveStream } from '@electron/internal/browser/streams/receive-stream';
import { sendStream } from '@electron/internal/browser/streams/send-stream';
import { isLocked, sidesOf, streamKindOf, streamPrototypes } from '@electron/internal/browser/streams/stream-kind';
import type { Stream } from '@electron/internal/browser/streams/stream-kind';

function toPorts(channels: Electron.MessagePortMain[]) {
  portObserver?.internal(channels);
  return channels.map((port) => new MainPort(port));
}

/** What a binding that has no web streams of its own needs to transfer those of Node. */
export const streamTransfer: ElectronInternal.StreamTransfer = {
  prototypes: streamPrototypes,
  classOf: streamKindOf,

  problemOf(stream, seen) {
    if (isLocked(stream as Stream)) return 'is locked.';
    // A TransformStream and one of its sides: the first of them would lock the other.
    const sides = sidesOf(stream as Stream);
    if (sides.some((side) => seen.has(side))) return 'is a duplicate.';
    for (const side of sides) seen.add(side);
    return undefined;
  },

  send(stream, channels) {
    sendStream(stream as Stream, toPorts(channels));
  },

  receive(kind, channels) {
    return receiveStream(kind, toPorts(channels));
  }
};
