import { sidesOf, streamKindOf } from '@electron/internal/browser/streams/stream-kind';
import type { Stream } from '@electron/internal/browser/streams/stream-kind';
import type { PortLike } from '@electron/internal/common/port-like';
import { crossRealmReadable } from '@electron/internal/common/streams/cross-realm-readable';
import { crossRealmWritable } from '@electron/internal/common/streams/cross-realm-writable';

import { ReadableStream } from 'stream/web';

import type { WritableStream } from 'stream/web';

// Taken before an app can change them.
const { pipeTo } = ReadableStream.prototype;
const { then } = Promise.prototype;

/** The caller does not learn how the transfer ends; both sides learn it from the stream itself. */
function pipe(from: ReadableStream, to: WritableStream) {
  const ignore = () => {};
  void then.call(pipeTo.call(from, to), ignore, ignore);
}

/** "ReadableStream transfer steps". */
export function sendReadable(stream: ReadableStream, port: PortLike) {
  const { stream: writable } = crossRealmWritable(port);
  pipe(stream, writable as WritableStream);
}

/** "WritableStream transfer steps". */
function sendWritable(stream: WritableStream, port: PortLike) {
  const { stream: readable } = crossRealmReadable(port);
  pipe(readable as ReadableStream, stream);
}

/**
 * Locks a stream that is not locked and sends it on its way.
 * @param ports the near ends of its channels, one for each of its sides
 */
export function sendStream(stream: Stream, ports: readonly PortLike[]) {
  sidesOf(stream).forEach((side, index) => {
    if (streamKindOf(side) === 'ReadableStream') sendReadable(side as ReadableStream, ports[index]);
    else sendWritable(side as WritableStream, ports[index]);
  });
}
