import { isLocked, sidesOf, streamKindOf } from '@electron/internal/browser/streams/stream-kind';
import type { Stream } from '@electron/internal/browser/streams/stream-kind';

import { types } from 'node:util';
import { MessageChannel, MessagePort as NodePort, receiveMessageOnPort } from 'node:worker_threads';

import { withArticle } from '../../common/clone';
import { describe } from '../../common/describe';
import { readTransferArgument } from '../../common/transfer-argument';
import { isFileHandle, isInUse, MovedFile } from '../file/moved-file';
import { OpaqueHandle } from '../held/opaque-handle';
import { sendStream } from '../streams/send-stream';
import { MessagePortMain } from './message-port-main';
import { workerPorts } from './worker-ports';

import type { HubObject } from '../held/hub-object';
import type { Endpoint, Message } from './endpoint';
import type { Blob } from 'node:buffer';
import type { FileHandle } from 'node:fs/promises';

function refuse(text: string): never {
  throw new DOMException(text, 'DataCloneError');
}

/** Of any realm, and nothing that only has the prototype of one. */
function isArrayBuffer(value: unknown): value is ArrayBuffer {
  return types.isArrayBuffer(value);
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

type Item = AnyPort | ArrayBuffer | Stream | OpaqueHandle | FileHandle;

/** What error texts call an item; undefined for what cannot be transferred. */
function kindOf(item: unknown): string | undefined {
  if (isAnyPort(item)) return 'Port';
  if (isArrayBuffer(item)) return 'ArrayBuffer';
  if (OpaqueHandle.isHandle(item)) return OpaqueHandle.isTransferable(item) ? item.type : undefined;
  return isFileHandle(item) ? 'FileHandle' : streamKindOf(item);
}

const expected =
  'a MessagePortMain, a worker_threads MessagePort, an ArrayBuffer, a web stream, a FileHandle or the OpaqueHandle of a transferable object';

/**
 * The transfer list of one call. Everything in it is checked before anything is detached, and once more after the
 * message was serialized: its getters may have run script. It also gathers what goes along without being listed.
 */
export class TransferList {
  readonly items: readonly Item[];
  readonly ports: readonly AnyPort[];
  readonly buffers: readonly ArrayBuffer[];
  readonly #streams: readonly Stream[];
  readonly #handles: readonly OpaqueHandle[];
  readonly #files: readonly FileHandle[];
  readonly #filesInMessage: FileHandle[] = [];
  readonly #held: (Blob | HubObject)[] = [];
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
      if (kindOf(item)) return item as Item;
      const given = OpaqueHandle.isHandle(item) ? `that of ${withArticle(item.type)}` : describe(item);
      const reason = `expected ${expected}, got ${given}`;
      throw new TypeError(
        source
          ? `Port at index ${index} is not a valid port: ${reason}.`
          : `Invalid value for transfer: at index ${index}, ${reason}.`
      );
    });
    this.ports = this.items.filter(isAnyPort);
    this.buffers = this.items.filter(isArrayBuffer);
    this.#handles = this.items.filter((item) => OpaqueHandle.isHandle(item));
    this.#files = this.items.filter(isFileHandle);
    this.#streams = this.items.filter((item): item is Stream => streamKindOf(item) !== undefined);
    this.check();
  }

  /** @throws DataCloneError that names the item by its index */
  check() {
    const seen = new Set<object>();
    this.items.forEach((item, index) => {
      const what = `${kindOf(item)} at index ${index}`;
      if (item === this.#source) refuse(`${what} contains the source port.`);
      if (seen.has(item)) refuse(`${what} is a duplicate.`);
      seen.add(item);
      if (isArrayBuffer(item)) {
        if (isDetached(item)) refuse(`${what} is already detached.`);
      } else if (isAnyPort(item)) {
        this.#checkPort(item, what);
      } else if (OpaqueHandle.isHandle(item)) {
        if (item.closed) refuse(`${what} is already neutered.`);
      } else if (isFileHandle(item)) {
        if (item.fd === -1) refuse(`${what} is closed or was transferred.`);
        if (isInUse(item)) refuse(`${what} is in use.`);
      } else {
        if (isLocked(item)) refuse(`${what} is locked.`);
        // A TransformStream and one of its sides: the first of them would lock the other.
        for (const side of sidesOf(item)) {
          if (side !== item && seen.has(side)) refuse(`${what} is a duplicate.`);
          seen.add(side);
        }
      }
    });
  }

  #checkPort(port: AnyPort, what: string) {
    if (port instanceof NodePort) {
      workerPorts();
      return;
    }
    const endpoint = MessagePortMain.endpointOf(port);
    if (!endpoint) return refuse(`${what} is already neutered.`);
    // It would be queued at itself, out of anybody's reach.
    const source = this.#source && MessagePortMain.endpointOf(this.#source);
    if (source?.isPeerOf(endpoint)) refuse(`${what} is the other end of the source port.`);
  }

  /** Where a listed stream's channels begin among the message's extras. */
  indexOfStream(stream: Stream): number | undefined {
    const index = this.#streams.indexOf(stream);
    return index === -1 ? undefined : countSides(this.#streams.slice(0, index));
  }

  /** Where a listed handle's object is among the message's extras. */
  indexOfHandle(handle: OpaqueHandle): number | undefined {
    const index = this.#handles.indexOf(handle);
    return index === -1 ? undefined : countSides(this.#streams) + index;
  }

  /** Where a listed file is among the message's extras. */
  indexOfFile(handle: FileHandle): number | undefined {
    const index = this.#files.indexOf(handle);
    if (index === -1) return undefined;
    this.#filesInMessage.push(handle);
    return countSides(this.#streams) + this.#handles.length + index;
  }

  /** The listed files that have been found in the message so far. */
  get filesInMessage(): readonly FileHandle[] {
    return this.#filesInMessage;
  }

  /** Adds what goes along without being listed. @returns its place among the message's extras */
  hold(held: Blob | HubObject): number {
    return countSides(this.#streams) + this.#handles.length + this.#files.length + this.#held.push(held) - 1;
  }

  /**
   * Takes everything from its owner.
   * @throws DataCloneError when Node cannot detach a thing of its own, and for a file that is not in the message: nobody
   *   could close it. Everything is as before, then
   */
  detach(): Omit<Message, 'body'> {
    const lost = this.#files.find((file) => !this.#filesInMessage.includes(file));
    if (lost) refuse(`FileHandle at index ${this.items.indexOf(lost)} is not in the message.`);
    const nodePorts = this.ports.filter((port) => port instanceof NodePort);
    const moved = move([...this.buffers], nodePorts, [...this.#files]);
    const endpoints = this.ports.map(
      (port): Endpoint =>
        port instanceof NodePort
          ? workerPorts().fromWorkerPort(moved.ports[nodePorts.indexOf(port)])
          : MessagePortMain.disentangle(port)
    );
    const extras = [
      ...this.#streams.flatMap((stream) => sendStream(stream)),
      ...this.#handles.map((handle) => OpaqueHandle.take(handle)),
      ...moved.files.map((file) => new MovedFile(file)),
      ...this.#held.map((held) => ('retain' in held ? held.retain() : held))
    ];
    return { buffers: moved.buffers, endpoints, extras };
  }
}

function countSides(streams: readonly Stream[]): number {
  return streams.reduce((sum, stream) => sum + sidesOf(stream).length, 0);
}

interface NodeObjects {
  buffers: ArrayBuffer[];
  ports: NodePort[];
  files: FileHandle[];
}

/**
 * Detaches what is Node's own, all or none, and returns what took its place. Node moves the memory and the port's queue;
 * only Node can tell whether it will.
 */
function move(buffers: ArrayBuffer[], ports: NodePort[], files: FileHandle[]): NodeObjects {
  if (buffers.length === 0 && ports.length === 0 && files.length === 0) return { buffers, ports, files };
  const moved = moveSuspects(buffers);
  const others = buffers.filter((buffer) => !moved.has(buffer));
  const { port1, port2 } = new MessageChannel();
  try {
    port1.postMessage({ others, ports, files }, [...others, ...ports, ...files]);
    const arrived = receiveMessageOnPort(port2)!.message;
    others.forEach((buffer, index) => moved.set(buffer, arrived.others[index]));
    return { buffers: buffers.map((buffer) => moved.get(buffer)!), ports: arrived.ports, files: arrived.files };
  } catch {
    return ports.length > 0
      ? refuse('A worker_threads port in the transfer list is already detached, or an ArrayBuffer cannot be.')
      : refuseFixed();
  } finally {
    port1.close();
  }
}

/**
 * Node 20 copies a buffer that it cannot detach, and says nothing; that shows only afterwards. So those that may be such
 * go first: when one is, nothing has been detached yet.
 */
function moveSuspects(buffers: ArrayBuffer[]): Map<ArrayBuffer, ArrayBuffer> {
  // A WebAssembly.Memory has whole pages.
  const suspects = buffers.filter(({ byteLength }) => byteLength % 65_536 === 0 || byteLength === Buffer.poolSize);
  return new Map(
    suspects.map((buffer) => {
      let moved: ArrayBuffer | undefined;
      try {
        moved = structuredClone(buffer, { transfer: [buffer] });
      } catch {}
      return moved && isDetached(buffer) ? [buffer, moved] : refuseFixed();
    })
  );
}

function refuseFixed(): never {
  refuse(
    'An ArrayBuffer in the transfer list cannot be detached: it belongs to a WebAssembly.Memory or to the pool of Buffer.from(). Transfer a copy.'
  );
}
