import { MessagePort as NodePort } from 'node:worker_threads';

import { wireKinds } from '../../common/kinds';
import { PortHandle } from '../message-port/port-handle';
import { workerPorts } from '../message-port/worker-ports';

import type { NodeKind } from './node-kind';

/** A port of this process: Electron's, or one of Node's own worker threads. */
export type AnyPort = PortHandle | NodePort;

export const port: NodeKind<AnyPort, { index: number }> = {
  wire: wireKinds.port,
  is: (value): value is AnyPort => PortHandle.isPort(value) || value instanceof NodePort,
  transfer: {
    expected: 'a MessagePortMain, a worker_threads MessagePort',
    nameOf: () => 'Port',
    problemOf(object, { source }) {
      if (object instanceof NodePort) {
        workerPorts();
        return undefined;
      }
      const endpoint = PortHandle.endpointOf(object);
      if (!endpoint) return 'is already neutered.';
      // It would be queued at itself, out of anybody's reach.
      return source?.isPeerOf(endpoint) ? 'is the other end of the source port.' : undefined;
    },
    place: 'ports',
    extras: () => 0,
    isNodes: (object) => object instanceof NodePort,
    take: (object, moved) => [
      object instanceof NodePort ? workerPorts().fromWorkerPort(moved as NodePort) : PortHandle.disentangle(object)
    ]
  },
  write(object, { ports }, writer) {
    const index = ports.indexOf(object);
    if (index === -1) throw writer.refuse('a port that is not in the transfer list');
    wireKinds.port.write({ index }, writer);
  },
  open({ index }, { ports }) {
    const object = ports[index];
    if (!object) throw new Error('A port is missing from the message');
    return object;
  }
};
