import { wireKinds } from '../../common/kinds';
import { joinSides } from '../join-sides';
import { openReadable, openWritable } from '../streams';

import type { StreamFields, StreamKind } from '../../common/kinds/stream';
import type { HubKind, Incoming } from './hub-kind';

type Stream = ReadableStream | WritableStream | TransformStream;

function kindOf(object: object): StreamKind | undefined {
  if (object instanceof ReadableStream) return 'ReadableStream';
  if (object instanceof WritableStream) return 'WritableStream';
  return object instanceof TransformStream ? 'TransformStream' : undefined;
}

// A stream that no client has begun to use is still the one that came.
function readable(index: number, { extras, extra, opened }: Incoming): ReadableStream {
  const object = extras[index];
  return object instanceof ReadableStream ? object : opened(openReadable(extra(index, MessagePort)));
}

function writable(index: number, { extras, extra, opened }: Incoming): WritableStream {
  const object = extras[index];
  return object instanceof WritableStream ? object : opened(openWritable(extra(index, MessagePort)));
}

function open({ kind, index }: StreamFields, incoming: Incoming): Stream {
  switch (kind) {
    case 'ReadableStream':
      return readable(index, incoming);
    case 'WritableStream':
      return writable(index, incoming);
    case 'TransformStream':
      return joinSides(readable(index, incoming), writable(index + 1, incoming));
  }
}

export const stream: HubKind<Stream, StreamFields> = {
  wire: wireKinds.stream,
  is: (object): object is Stream => kindOf(object) !== undefined,
  write(object, outgoing, writer) {
    outgoing.list(object);
    const sides = object instanceof TransformStream ? [object.readable, object.writable] : [object];
    wireKinds.stream.write({ kind: kindOf(object)!, index: outgoing.hold(...sides) }, writer);
  },
  open: (fields, incoming) => incoming.list(open(fields, incoming))
};
