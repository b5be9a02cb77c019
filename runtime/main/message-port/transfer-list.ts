import { MessageChannel, MessagePort as NodePort, receiveMessageOnPort } from 'node:worker_threads';

import { describe } from '../../common/describe';
import { readTransferArgument } from '../../common/transfer-argument';
import { MessagePortMain } from './message-port-main';
import { workerPorts } from './worker-ports';

import type { Endpoint, Message } from './endpoint';

function refuse(text: string): never {
  throw new DOMException(text, 'DataCloneError');
}

/** Zero-length buffers are detached in a way that leaves a mark, too. Node 20 has no `detached` property. */
function isDetached(buffer: ArrayBuffer): boolean {
  try {
    buffer.slice(0, 0);
    return false;
  } catch {
    return true;
  }
}

/** A port of this process: Electron's, or one of Node's own worker threads. */
export type AnyPort = MessagePortMain | NodePort;

export function isAnyPort(value: unknown): value is AnyPort {
  return MessagePortMain.isPort(value) || value instanceof NodePort;
}

/**
 * The transfer list of one call. Everything in it is checked before anything is detached, and once more after the
 * message was serialized: its getters may have run script.
 */
export class TransferList {
  readonly items: readonly (AnyPort | ArrayBuffer)[];
  readonly ports: readonly AnyPort[];
  readonly buffers: readonly ArrayBuffer[];
  readonly #source: MessagePortMain | undefined;

  /**
   * @param argument what script gave: an array, `{ transfer }`, or undefined
   * @param source the port that posts, when it is one: neither it nor its other end can be in the list
   * @throws TypeError `Invalid value for transfer`, or from a port `Port at index N is not a valid port`
   * @throws DataCloneError as `check` does
   */
  constructor(argument: unknown, source?: MessagePortMain) {
    this.#source = source;
    this.items = readTransferArgument(argument).map((item, index) => {
      if (isAnyPort(item) || item instanceof ArrayBuffer) return item;
      const reason = `expected a MessagePortMain, a worker_threads MessagePort or an ArrayBuffer, got ${describe(item)}`;
      throw new TypeError(
        source
          ? `Port at index ${index} is not a valid port: ${reason}.`
          : `Invalid value for transfer: at index ${index}, ${reason}.`
      );
    });
    this.ports = this.items.filter(isAnyPort);
    this.buffers = this.items.filter((item) => item instanceof ArrayBuffer);
    this.check();
  }

  /** @throws DataCloneError that names the item by its index */
  check() {
    const seen = new Set<object>();
    this.items.forEach((item, index) => {
      const what = `${isAnyPort(item) ? 'Port' : 'ArrayBuffer'} at index ${index}`;
      if (item === this.#source) refuse(`${what} contains the source port.`);
      if (seen.has(item)) refuse(`${what} is a duplicate.`);
      seen.add(item);
      if (item instanceof ArrayBuffer) {
        if (isDetached(item)) refuse(`${what} is already detached.`);
        return;
      }
      if (item instanceof NodePort) {
        workerPorts();
        return;
      }
      const endpoint = MessagePortMain.endpointOf(item);
      if (!endpoint) return refuse(`${what} is already neutered.`);
      // It would be queued at itself, out of anybody's reach.
      const source = this.#source && MessagePortMain.endpointOf(this.#source);
      if (source?.isPeerOf(endpoint)) refuse(`${what} is the other end of the source port.`);
    });
  }

  /**
   * Takes everything from its owner.
   * @throws DataCloneError when Node cannot detach a thing of its own; everything is as before, then
   */
  detach(): Omit<Message, 'body'> {
    const nodePorts = this.ports.filter((port) => port instanceof NodePort);
    const moved = move([...this.buffers], nodePorts);
    const endpoints = this.ports.map(
      (port): Endpoint =>
        port instanceof NodePort
          ? workerPorts().fromWorkerPort(moved.ports[nodePorts.indexOf(port)])
          : MessagePortMain.disentangle(port)
    );
    return { buffers: moved.buffers, endpoints };
  }
}

/**
 * Detaches what is Node's own, all or none, and returns what took its place. Node moves the memory and the port's queue;
 * only Node can tell whether it will.
 */
function move(buffers: ArrayBuffer[], ports: NodePort[]): { buffers: ArrayBuffer[]; ports: NodePort[] } {
  if (buffers.length === 0 && ports.length === 0) return { buffers, ports };
  const { port1, port2 } = new MessageChannel();
  try {
    port1.postMessage({ buffers, ports }, [...buffers, ...ports]);
    return receiveMessageOnPort(port2)!.message;
  } catch {
    return refuse(
      ports.length > 0
        ? 'A worker_threads port in the transfer list is already detached, or an ArrayBuffer cannot be.'
        : 'An ArrayBuffer in the transfer list cannot be detached: it belongs to a WebAssembly.Memory or to the pool of Buffer.from(). Transfer a copy.'
    );
  } finally {
    port1.close();
  }
}
