import { MessagePortStreamPort } from '@electron/internal/browser/streams/message-port-stream-port';
import { receiveStream } from '@electron/internal/browser/streams/receive-stream';
import { sendStream } from '@electron/internal/browser/streams/send-stream';
import { isLocked, sidesOf, streamKindOf } from '@electron/internal/browser/streams/stream-kind';
import type { Stream } from '@electron/internal/browser/streams/stream-kind';

const toStreamPorts = (channels: Electron.MessagePortMain[]) => channels.map((port) => new MessagePortStreamPort(port));

/** What a binding that has no web streams of its own needs to transfer those of Node. */
export const streamTransfer: ElectronInternal.StreamTransfer = {
  classOf: streamKindOf,

  problemOf(stream, earlier) {
    if (isLocked(stream as Stream)) return 'is locked.';
    // A TransformStream and one of its sides: the first of them would lock the other.
    const seen = new Set<object>(earlier);
    for (const each of earlier) {
      if (streamKindOf(each)) for (const side of sidesOf(each as Stream)) seen.add(side);
    }
    return sidesOf(stream as Stream).some((side) => seen.has(side)) ? 'is a duplicate.' : undefined;
  },

  send(stream, channels) {
    sendStream(stream as Stream, toStreamPorts(channels));
  },

  receive(kind, channels) {
    return receiveStream(kind, toStreamPorts(channels));
  }
};
