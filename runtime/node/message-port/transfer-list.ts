import { describe } from '../../common/describe';
import { readTransferArgument } from '../../common/transfer-argument';
import { expected, transferOf } from '../kinds';
import { moveNodeObjects } from './move-node-objects';
import { PortHandle } from './port-handle';
import { openPort } from './serialize';
import { isMarkedAsUntransferable } from './untransferable';

import type { Enclosures, Transfer } from '../kinds/node-kind';
import type { Endpoint, Extra, Message } from './endpoint';

function refuse(text: string): never {
  throw new DOMException(text, 'DataCloneError');
}

interface Item {
  object: object;
  transfer: Transfer;
  /** What error texts call it, with its index. */
  what: string;
}

/**
 * The transfer list of one call. What is in it is looked at first, as the standard has it, and the state that each is in when the
 * message has been serialized: its getters may have run script, and their own errors come before. Nothing is detached by
 * then. It also gathers what goes along without being listed.
 */
export class TransferList implements Enclosures {
  readonly ports: readonly object[];
  readonly buffers: readonly ArrayBuffer[];
  /** The listed objects that have to be in the message, as far as they have been found in it. Grows while it is written. */
  #found: object[] = [];
  readonly #items: readonly Item[];
  readonly #held: Extra[] = [];
  readonly #source: PortHandle | undefined;

  /**
   * @param argument what script gave: an array, `{ transfer }`, or undefined
   * @param source the port that posts, when it is one: neither it nor its other end can be in the list
   * @throws TypeError `Invalid value for transfer`, or from a port `Port at index N is not a valid port`
   * @throws DataCloneError for what is there twice, and for the source
   */
  constructor(argument: unknown, source?: PortHandle) {
    this.#source = source;
    this.#items = readTransferArgument(argument).map((object, index) => {
      const transfer = transferOf(object);
      const name = transfer?.nameOf(object as object);
      if (transfer && name) return { object: object as object, transfer, what: `${name} at index ${index}` };
      const reason = `expected ${expected}, got ${transfer?.describe?.(object as object) ?? describe(object)}`;
      throw new TypeError(
        source
          ? `Port at index ${index} is not a valid port: ${reason}.`
          : `Invalid value for transfer: at index ${index}, ${reason}.`
      );
    });
    this.ports = this.#at('ports');
    this.buffers = this.#at('buffers') as ArrayBuffer[];
    const seen = new Set<object>();
    for (const { object, what } of this.#items) {
      if (object === source) refuse(`${what} contains the source port.`);
      if (seen.has(object)) refuse(`${what} is a duplicate.`);
      seen.add(object);
    }
  }

  #at(place: Transfer['place']): object[] {
    return this.#items.filter(({ transfer }) => transfer.place === place).map(({ object }) => object);
  }

  /**
   * For when the message has been serialized.
   * @throws DataCloneError that names the item by its index
   */
  check() {
    if (this.#items.length === 0) return;
    const seen = new Set<object>();
    const source = this.#source && PortHandle.endpointOf(this.#source);
    for (const { object, transfer, what } of this.#items) {
      // A side of a TransformStream that is there too.
      if (seen.has(object)) refuse(`${what} is a duplicate.`);
      seen.add(object);
      if (isMarkedAsUntransferable(object)) refuse(`${what} is marked as untransferable.`);
      const problem = transfer.problemOf(object, { seen, source });
      if (problem) refuse(`${what} ${problem}`);
    }
  }

  /** Where a listed object's extras begin; undefined for one that is not listed. */
  indexOf(object: object): number | undefined {
    let index = 0;
    for (const { object: listed, transfer } of this.#items) {
      if (listed === object) {
        if (transfer.isInMessage) this.#found.push(object);
        return index;
      }
      index += transfer.extras(listed);
    }
    return undefined;
  }

  hold(extra: Extra): number {
    const listed = this.#items.reduce((sum, { object, transfer }) => sum + transfer.extras(object), 0);
    return listed + this.#held.push(extra) - 1;
  }

  /**
   * Takes everything from its owner.
   * @throws DataCloneError when Node cannot detach a thing of its own, and for what has to be in the message and is not.
   *   Everything is as before, then
   */
  detach(): Omit<Message, 'body'> {
    for (const { object, transfer, what } of this.#items) {
      if (transfer.isInMessage && !this.#found.includes(object)) refuse(`${what} is not in the message.`);
    }
    const moved = moveNodeObjects(
      this.#items.filter(({ object, transfer }) => transfer.isNodes(object)).map(({ object }) => object)
    );
    const endpoints: Endpoint[] = [];
    const extras: Extra[] = [];
    for (const { object, transfer } of this.#items) {
      const taken = transfer.take(object, moved.get(object), openPort);
      if (transfer.place === 'ports') endpoints.push(...(taken as Endpoint[]));
      else extras.push(...taken);
    }
    for (const held of this.#held) {
      held.retain?.();
      extras.push(held);
    }
    return { buffers: this.buffers.map((buffer) => moved.get(buffer) as ArrayBuffer), endpoints, extras };
  }
}
