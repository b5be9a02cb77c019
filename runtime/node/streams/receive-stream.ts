import * as lib from '@electron/internal/browser/streams/receive-stream';

import { EndpointStreamPort } from './endpoint-stream-port';

import type { Endpoint } from '../message-port/endpoint';

export const receiveReadable = (channel: Endpoint) => lib.receiveReadable(new EndpointStreamPort(channel));

export const receiveWritable = (channel: Endpoint) => lib.receiveWritable(new EndpointStreamPort(channel));

export const receiveTransform = (readable: Endpoint, writable: Endpoint) =>
  lib.receiveTransform(new EndpointStreamPort(readable), new EndpointStreamPort(writable));
