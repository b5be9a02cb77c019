import type { ClaimedFiles } from '@electron/internal/browser/files/claimed-files';
import { listenForMessages } from '@electron/internal/browser/worker-ports/node-messages';
import { Turns } from '@electron/internal/browser/worker-ports/turns';
import { postUnreadable } from '@electron/internal/browser/worker-ports/unreadable';

import { MessageChannel } from 'node:worker_threads';

import { transferOf } from '../kinds';
import { discard, Endpoint } from '../message-port/endpoint';
import { openPort, serialize } from '../message-port/serialize';
import { Survey } from './survey';
import { readForWorker } from './worker-message';

import type { Enclosures, Fetcher } from '../kinds/node-kind';
import type { EndpointOwner, Extra, Message } from '../message-port/endpoint';
import type { Fetched } from './survey';
import type { MessagePort as NodePort } from 'node:worker_threads';

// An endpoint refers to its owner weakly; a pair of joined ports lives until one of them closes.
const joined = new Set<EndpointOwner>();

const nothingFetched: Fetched = { objects: [], discard() {} };
const noPorts: ReadonlySet<number> = new Set();

/** What a message of Node's brought is transferred on as it is found. */
class NodeEnclosures implements Enclosures {
  readonly buffers: readonly ArrayBuffer[] = [];
  readonly extras: Extra[] = [];
  readonly ports: readonly NodePort[];

  constructor(ports: readonly NodePort[]) {
    this.ports = ports;
  }

  indexOf(object: object): number {
    const taken = transferOf(object)!.take(object, object, openPort);
    return this.extras.push(...taken) - taken.length;
  }

  hold(extra: Extra): number {
    return this.extras.push(extra) - 1;
  }
}

/** Bytes that are no value: their reader gets `messageerror`. */
const unreadable: Message = { body: new Uint8Array(0), buffers: [], endpoints: [], extras: [] };

/** Carries messages between an endpoint and a Node port, both ways, until one of them closes. */
export function joinPorts(endpoint: Endpoint, port: NodePort, files: ClaimedFiles) {
  const turns = new Turns();

  /** A Node port in place of an endpoint: what arrives at the one goes out at the other. */
  const portFor = (endpoint: Endpoint): NodePort => {
    const { port1, port2 } = new MessageChannel();
    joinPorts(endpoint, port1, files);
    return port2;
  };
  const endpointFor = (port: NodePort): Endpoint => {
    const [near, far] = Endpoint.createPair();
    joinPorts(near, port, files);
    return far;
  };

  const fetcher: Fetcher = { openPort, claim: (channel) => files.claim(openPort(channel)) };

  const deliver = (message: Message, fetched: Fetched, usedPorts: ReadonlySet<number>) => {
    const ports = message.endpoints.map((each, index) => (usedPorts.has(index) ? undefined : portFor(each)));
    try {
      const { data, transfer } = readForWorker(message, ports, fetched.objects);
      const listed = ports.filter((each) => each !== undefined);
      port.postMessage(data, [...listed, ...message.buffers, ...(transfer as [])]);
    } catch {
      refuse(message, fetched);
    }
  };
  const refuse = (message: Message, fetched = nothingFetched) => {
    discard(message);
    fetched.discard();
    postUnreadable(port);
  };

  const receive = (message: Message) => {
    let survey: Survey;
    try {
      survey = new Survey(message);
    } catch {
      return turns.take(() => refuse(message));
    }
    if (survey.isEmpty) return turns.take(() => deliver(message, nothingFetched, noPorts));
    // In its turn, so that one message's bytes are held at a time.
    return turns.take(() =>
      survey.fetch(message, fetcher).then(
        (fetched) => deliver(message, fetched, survey.usedPorts),
        () => refuse(message)
      )
    );
  };

  const owner: EndpointOwner = {
    receive,
    fail: () => void turns.take(() => postUnreadable(port)),
    disconnect() {
      joined.delete(owner);
      void turns.take(() => port.close());
    }
  };
  joined.add(owner);
  endpoint.adopt(owner);

  listenForMessages(port, (data, ports) => {
    const enclosures = new NodeEnclosures(ports);
    const { extras } = enclosures;
    try {
      const body = serialize(data, enclosures, 'message');
      endpoint.post({ body, buffers: [], endpoints: ports.map(endpointFor), extras });
    } catch {
      // Node.js could send it, and Chromium cannot have it.
      discard({ ...unreadable, extras });
      for (const each of ports) each.close();
      endpoint.post(unreadable);
    }
  });
  port.addEventListener('messageerror', () => endpoint.post(unreadable));
  port.on('close', () => endpoint.close());
  endpoint.start();
  port.start();
}
