import { sidesOf } from '@electron/internal/browser/streams/stream-kind';
import type { Stream } from '@electron/internal/browser/streams/stream-kind';
import { otherEndGone } from '@electron/internal/common/streams/protocol';

import { MessageChannel, MessagePort as NodePort } from 'node:worker_threads';

import { MovedFile } from '../file/moved-file';
import { discard, Endpoint } from '../message-port/endpoint';
import { deserializeFrom, serialize } from '../message-port/serialize';
import { sendStream } from '../streams/send-stream';
import { Survey } from './survey';
import { Turns } from './turns';
import { postUnreadable } from './unreadable';
import { fetchFor, WorkerSource } from './worker-message';

import type { HubObject } from '../held/hub-object';
import type { EndpointOwner, Extra, Message } from '../message-port/endpoint';
import type { Enclosures } from '../message-port/serialize';
import type { ClaimedFiles } from './claimed-files';
import type { Fetched } from './worker-message';
import type { Blob } from 'node:buffer';
import type { FileHandle } from 'node:fs/promises';

// An endpoint refers to its owner weakly; a pair of joined ports lives until one of them closes.
const joined = new Set<EndpointOwner>();

const nothingFetched: Fetched = { blobs: new Map(), files: new Map() };

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

  indexOfFile(handle: FileHandle): number {
    return this.extras.push(new MovedFile(handle)) - 1;
  }

  hold(held: Blob | HubObject): number {
    return this.extras.push(held) - 1;
  }
}

/** Node.js's own typings leave its event handlers out. */
type ListenedPort = NodePort & { readonly onmessage?: ((event: { data: unknown }) => void) | null };

/** Bytes that are no value: whoever reads them gets `messageerror`. */
const unreadable: Message = { body: new Uint8Array(0), buffers: [], endpoints: [], extras: [] };

/** Fails a stream whose thread ends: Node.js leaves it open, and says so to nobody. One that has ended is past that. */
function failWithPort(port: NodePort, listen: (event: { data: unknown }) => void) {
  port.on('close', () => listen({ data: { type: 'error', value: otherEndGone() } }));
}

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

  const deliver = (message: Message, fetched: Fetched) => {
    const ports = message.endpoints.map((each, index) => (fetched.files.has(index) ? undefined : portFor(each)));
    const source = new WorkerSource(message, ports as NodePort[], fetched);
    try {
      const data = deserializeFrom(message, source);
      const listed = ports.filter((each) => each !== undefined);
      port.postMessage(data, [...listed, ...message.buffers, ...(source.transfer as [])]);
    } catch {
      refuse(message, fetched);
    }
  };
  const refuse = (message: Message, { files } = nothingFetched) => {
    discard(message);
    for (const file of files.values()) file.close().catch(() => {});
    postUnreadable(port);
  };

  const receive = (message: Message) => {
    let survey: Survey;
    try {
      survey = Survey.of(message);
    } catch {
      turns.take(() => refuse(message));
      return;
    }
    if (survey.isEmpty) {
      turns.take(() => deliver(message, nothingFetched));
      return;
    }
    const fetching = fetchFor(message, survey, files);
    const take = () =>
      fetching.then(
        (fetched) => deliver(message, fetched),
        () => refuse(message)
      );
    turns.take(take, fetching);
  };

  const owner: EndpointOwner = {
    receive,
    fail: () => turns.take(() => postUnreadable(port)),
    disconnect() {
      joined.delete(owner);
      turns.take(() => port.close());
    }
  };
  joined.add(owner);
  endpoint.adopt(owner);

  // As an EventTarget a Node port tells which ports came with a message; as an EventEmitter it does not.
  port.addEventListener('message', (event) => {
    const { data, ports: all } = event as unknown as { data: unknown; ports: readonly ListenedPort[] };
    // Those of the message's streams are among them, which listen on their ports already.
    const ports = all.filter(({ onmessage }) => !onmessage);
    for (const each of all) if (each.onmessage) failWithPort(each, each.onmessage);
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
