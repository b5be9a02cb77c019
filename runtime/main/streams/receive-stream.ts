import { crossRealmReadable } from '../../common/streams/cross-realm-readable';
import { crossRealmWritable } from '../../common/streams/cross-realm-writable';
import { EndpointStreamPort } from './endpoint-stream-port';

import type { Endpoint } from '../message-port/endpoint';

/** "ReadableStream transfer-receiving steps". */
export function receiveReadable(channel: Endpoint): ReadableStream {
  return crossRealmReadable(new EndpointStreamPort(channel)).stream;
}

/** "WritableStream transfer-receiving steps". */
export function receiveWritable(channel: Endpoint): WritableStream {
  return crossRealmWritable(new EndpointStreamPort(channel)).stream;
}

/**
 * "TransformStream transfer-receiving steps". Script cannot give a TransformStream other sides than those it was born
 * with, but all that anybody asks it for is its two properties.
 */
export function receiveTransform(readable: Endpoint, writable: Endpoint): TransformStream {
  return Object.defineProperties(new TransformStream(), {
    readable: { value: receiveReadable(readable), enumerable: true },
    writable: { value: receiveWritable(writable), enumerable: true }
  });
}
