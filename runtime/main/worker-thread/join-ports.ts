import { MessageChannel, MessagePort as NodePort } from 'node:worker_threads';

import { Endpoint } from '../message-port/endpoint';
import { deserialize, serialize } from '../message-port/serialize';

import type { EndpointOwner, Message } from '../message-port/endpoint';

// An endpoint refers to its owner weakly; a pair of joined ports lives until one of them closes.
const joined = new Set<EndpointOwner>();

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
      try {
        port.postMessage(deserialize(message, ports), [...ports, ...message.buffers]);
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
    const body = serialize(data, { ports, buffers: [] }, 'message');
    endpoint.post({ body, buffers: [], endpoints: ports.map(endpointFor) });
  });
  port.on('close', () => endpoint.close());
  endpoint.start();
  port.start();
}
