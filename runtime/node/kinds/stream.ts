import { receiveStream } from '@electron/internal/browser/streams/receive-stream';
import { sendStream } from '@electron/internal/browser/streams/send-stream';
import { isLocked, sidesOf, streamKindOf } from '@electron/internal/browser/streams/stream-kind';
import type { Stream } from '@electron/internal/browser/streams/stream-kind';

import { withArticle } from '../../common/clone';
import { wireKinds } from '../../common/kinds';
import { Endpoint } from '../message-port/endpoint';

import type { StreamFields } from '../../common/kinds/stream';
import type { Arrival, NodeKind } from './node-kind';

function openChannel(index: number, { extras, openPort }: Arrival) {
  const channel = extras[index];
  if (!(channel instanceof Endpoint)) throw new Error('The channel of a stream is missing from the message');
  return openPort(channel);
}

/** Node's web streams. What travels is a channel for each side, with lib/ at both ends of it. */
export const stream: NodeKind<Stream, StreamFields> = {
  wire: wireKinds.stream,
  is: (value): value is Stream => streamKindOf(value) !== undefined,
  transfer: {
    expected: 'a web stream',
    nameOf: streamKindOf,
    problemOf(object, { seen }) {
      if (isLocked(object)) return 'is locked.';
      // A TransformStream and one of its sides: the first of them would lock the other.
      for (const side of sidesOf(object)) {
        if (side !== object && seen.has(side)) return 'is a duplicate.';
        seen.add(side);
      }
      return undefined;
    },
    place: 'extras',
    extras: (object) => sidesOf(object).length,
    isNodes: () => false,
    take(object, _moved, openPort) {
      const pairs = sidesOf(object).map(() => Endpoint.createPair());
      sendStream(
        object,
        pairs.map(([near]) => openPort(near))
      );
      return pairs.map(([, far]) => far);
    }
  },
  write(object, enclosures, writer) {
    const kind = streamKindOf(object)!;
    const index = enclosures.indexOf(object);
    if (index === undefined) throw writer.refuse(`${withArticle(kind)} that is not in the transfer list`);
    wireKinds.stream.write({ kind, index }, writer);
  },
  open({ kind, index }, arrival) {
    const indices = kind === 'TransformStream' ? [index, index + 1] : [index];
    return receiveStream(
      kind,
      indices.map((each) => openChannel(each, arrival))
    );
  },
  worker: {
    open: (fields, arrival) => arrival.list(stream.open!(fields, arrival))
  }
};
