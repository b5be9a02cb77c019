import { sidesOf } from '@electron/internal/browser/streams/stream-kind';
import type { Stream } from '@electron/internal/browser/streams/stream-kind';

import { MessageChannel, MessagePort as NodePort } from 'node:worker_threads';

import { Endpoint } from '../message-port/endpoint';
import { deserialize, serialize } from '../message-port/serialize';
import { sendStream } from '../streams/send-stream';

import type { HubObject } from '../held/hub-object';
import type { EndpointOwner, Extra, Message } from '../message-port/endpoint';
import type { Enclosures } from '../message-port/serialize';
import type { Blob } from 'node:buffer';

// An endpoint refers to its owner weakly; a pair of joined ports lives until one of them closes.
const joined = new Set<EndpointOwner>();

/** What a message of Node's brought is transferred on as it is found. */
class NodeEnclosures implements Enclosures {
  readonly buffers: readonly ArrayBuffer[] = [];
  readonly extras: Extra[] = [];
  readonly ports: readonly NodePort[];

  constructor(ports: readonly NodePort[]) {
    this.ports = ports;
  }

  indexOfStream(stream: Stream): number {
    return this.extras.push(...sendStream(stream)) - sidesOf(stream).length;
  }

  /** Node knows no handles, so none can be there. */
  indexOfHandle(): undefined {}

  hold(held: Blob | HubObject): number {
    return this.extras.push(held) - 1;
  }
}

/** A Node port in place of an endpoint: what arrives at the one goes out at the other. */
function portFor(endpoint: Endpoint): NodePort {
  const { port1, port2 } = new MessageChannel();
  joinPorts(endpoint, port1);
  return port2;
}

function endpointFor(port: NodePort): Endpoint {
  const [near, far] = Endpoint.createPair();
  joinPorts(near, port);
  return far;
}

/** Carries messages between an endpoint and a Node port, both ways, until one of them closes. */
export function joinPorts(endpoint: Endpoint, port: NodePort) {
  const owner: EndpointOwner = {
    receive(message: Message) {
      const ports = message.endpoints.map(portFor);
      const streams: object[] = [];
      try {
        const data = deserialize(message, ports, (stream) => streams.push(stream));
        port.postMessage(data, [...ports, ...message.buffers, ...(streams as [])]);
      } catch {
        for (const each of ports) each.close();
      }
    },
    fail() {},
    disconnect() {
      joined.delete(owner);
      port.close();
    }
  };
  joined.add(owner);
  endpoint.adopt(owner);

  // As an EventTarget a Node port tells which ports came with a message; as an EventEmitter it does not.
  port.addEventListener('message', (event) => {
    const { data, ports } = event as unknown as { data: unknown; ports: readonly NodePort[] };
    const enclosures = new NodeEnclosures(ports);
    const body = serialize(data, enclosures, 'message');
    endpoint.post({ body, buffers: [], endpoints: ports.map(endpointFor), extras: enclosures.extras });
  });
  port.on('close', () => endpoint.close());
  endpoint.start();
  port.start();
}
