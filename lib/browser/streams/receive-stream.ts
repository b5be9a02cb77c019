import { ofSides } from '@electron/internal/browser/streams/stream-kind';
import type { StreamKind } from '@electron/internal/browser/streams/stream-kind';
import type { PortLike } from '@electron/internal/common/port-like';
import { crossRealmReadable } from '@electron/internal/common/streams/cross-realm-readable';
import { crossRealmWritable } from '@electron/internal/common/streams/cross-realm-writable';

/** "ReadableStream transfer-receiving steps". */
export const receiveReadable = (port: PortLike): ReadableStream => crossRealmReadable(port).stream;

/** "WritableStream transfer-receiving steps". */
export const receiveWritable = (port: PortLike): WritableStream => crossRealmWritable(port).stream;

/** "TransformStream transfer-receiving steps". */
export const receiveTransform = (readable: PortLike, writable: PortLike) =>
  ofSides(receiveReadable(readable), receiveWritable(writable));

/** @param ports the ends of its channels that came, one for each of its sides */
export function receiveStream(kind: StreamKind, [first, second]: readonly PortLike[]) {
  switch (kind) {
    case 'ReadableStream':
      return receiveReadable(first);
    case 'WritableStream':
      return receiveWritable(first);
    case 'TransformStream':
      return receiveTransform(first, second);
  }
}
