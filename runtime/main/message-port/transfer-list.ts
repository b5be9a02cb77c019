import { describe } from '../../common/describe';
import { readTransferArgument } from '../../common/transfer-argument';
import { MessagePortMain } from './message-port-main';

import type { Message } from './endpoint';

function refuse(text: string): never {
  throw new DOMException(text, 'DataCloneError');
}

/** Zero-length buffers are detached in a way that leaves a mark, too. Node 20 has no `detached` property. */
function isDetached(buffer: ArrayBuffer): boolean {
  try {
    Reflect.construct(Uint8Array, [buffer]);
    return false;
  } catch {
    return true;
  }
}

/**
 * The transfer list of one call. Everything in it is checked before anything is detached, and once more after the
 * message was serialized: its getters may have run script.
 */
export class TransferList {
  readonly items: readonly (MessagePortMain | ArrayBuffer)[];
  readonly ports: readonly MessagePortMain[];
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
      if (MessagePortMain.isPort(item) || item instanceof ArrayBuffer) return item;
      const reason = `expected a MessagePortMain or an ArrayBuffer, got ${describe(item)}`;
      throw new TypeError(
        source
          ? `Port at index ${index} is not a valid port: ${reason}.`
          : `Invalid value for transfer: at index ${index}, ${reason}.`
      );
    });
    this.ports = this.items.filter((item) => MessagePortMain.isPort(item));
    this.buffers = this.items.filter((item) => item instanceof ArrayBuffer);
    this.check();
  }

  /** @throws DataCloneError that names the item by its index */
  check() {
    const seen = new Set<object>();
    this.items.forEach((item, index) => {
      const what = `${MessagePortMain.isPort(item) ? 'Port' : 'ArrayBuffer'} at index ${index}`;
      if (item === this.#source) refuse(`${what} contains the source port.`);
      if (seen.has(item)) refuse(`${what} is a duplicate.`);
      seen.add(item);
      if (!MessagePortMain.isPort(item)) {
        if (isDetached(item)) refuse(`${what} is already detached.`);
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
   * @throws DataCloneError when a buffer cannot be detached; everything is as before, then
   */
  detach(): Omit<Message, 'body'> {
    const buffers = this.#detachBuffers();
    return { buffers, endpoints: this.ports.map((port) => MessagePortMain.disentangle(port)) };
  }

  // structuredClone moves the memory: its result has the same bytes, and what script holds is detached. In one call, as
  // it takes all of them or none.
  #detachBuffers(): ArrayBuffer[] {
    if (this.buffers.length === 0) return [];
    try {
      return structuredClone(this.buffers, { transfer: [...this.buffers] }) as ArrayBuffer[];
    } catch {
      return refuse(
        'An ArrayBuffer in the transfer list cannot be detached: it belongs to a WebAssembly.Memory or to the pool of Buffer.from(). Transfer a copy.'
      );
    }
  }
}
