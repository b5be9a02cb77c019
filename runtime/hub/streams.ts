import { crossRealmReadable } from '@electron/internal/common/streams/cross-realm-readable';
import { crossRealmWritable } from '@electron/internal/common/streams/cross-realm-writable';
import type { CrossRealmStream } from '@electron/internal/common/streams/protocol';

import { pumpReadable } from './pump-readable';
import { StreamPort } from './stream-port';

export type StreamSide = ReadableStream | WritableStream;

// Both ends of a stream are told how it ends; no caller waits for the pipe between them.
const ignore = () => {};

/** Joins a stream of a renderer with the channel of a client. */
export function pump(side: StreamSide, channel: MessagePort): CrossRealmStream<StreamSide> {
  const port = new StreamPort(channel);
  if (side instanceof ReadableStream) return pumpReadable(side, port);
  const readable = crossRealmReadable(port);
  readable.stream.pipeTo(side).catch(ignore);
  return readable;
}

/** The stream of a client's channel, to be transferred to a renderer. */
export const openReadable = (channel: MessagePort) => crossRealmReadable(new StreamPort(channel));
export const openWritable = (channel: MessagePort) => crossRealmWritable(new StreamPort(channel));
