import * as lib from '@electron/internal/browser/streams/send-stream';
import { sidesOf } from '@electron/internal/browser/streams/stream-kind';
import type { Stream } from '@electron/internal/browser/streams/stream-kind';

import { Endpoint } from '../message-port/endpoint';
import { EndpointStreamPort } from './endpoint-stream-port';

import type { ReadableStream } from 'node:stream/web';

export function sendReadable(stream: ReadableStream, channel: Endpoint) {
  lib.sendReadable(stream, new EndpointStreamPort(channel));
}

/**
 * Locks a stream that is not locked and sends it on its way.
 * @returns the channels that travel, one for each of its sides
 */
export function sendStream(stream: Stream): Endpoint[] {
  const pairs = sidesOf(stream).map(() => Endpoint.createPair());
  lib.sendStream(
    stream,
    pairs.map(([near]) => new EndpointStreamPort(near))
  );
  return pairs.map(([, far]) => far);
}
