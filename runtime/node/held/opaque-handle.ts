import { inspect } from 'node:util';

import { isTransferable, isTransferOnly } from '../../common/transferable-classes';
import { HubObject } from './hub-object';

/**
 * What the main process has of an object that only a renderer can hold, such as an ImageBitmap: enough to send it on. It
 * deliberately tells nothing of the object but its class.
 */
export class OpaqueHandle {
  /** Undefined once it was transferred or closed. */
  #object: HubObject | undefined;
  #type: string;

  /** @param object one of its users is given over to the handle */
  constructor(object: HubObject, type: string) {
    if (!(object instanceof HubObject)) throw new TypeError('Illegal constructor');
    this.#object = object;
    this.#type = type;
  }

  static isHandle(value: unknown): value is OpaqueHandle {
    return typeof value === 'object' && value !== null && #object in value;
  }

  /** The object of a handle, or undefined for one that is closed or was transferred. */
  static objectOf(handle: OpaqueHandle): HubObject | undefined {
    return handle.#object;
  }

  /** Takes a handle's object, to be sent on. Its user goes along. */
  static take(handle: OpaqueHandle): HubObject {
    const object = handle.#object!;
    handle.#object = undefined;
    return object;
  }

  static isTransferable({ type }: OpaqueHandle): boolean {
    return isTransferable(type);
  }

  /** Whether it can be sent without being transferred, and so more than once. */
  static isCloneable({ type }: OpaqueHandle): boolean {
    return !isTransferOnly(type);
  }

  /** The name of the object's class. */
  get type(): string {
    return this.#type;
  }

  /** Whether it is of no use any more. */
  get closed(): boolean {
    return this.#object === undefined;
  }

  /** Lets Chromium drop the object, unless a message or another handle has it, too. */
  close() {
    this.#object?.release();
    this.#object = undefined;
  }
}

/** So that a log tells what it is. */
Object.defineProperty(OpaqueHandle.prototype, inspect.custom, {
  value(this: OpaqueHandle) {
    return `OpaqueHandle { type: '${this.type}', closed: ${this.closed} }`;
  }
});
Object.defineProperty(OpaqueHandle.prototype, Symbol.toStringTag, { value: 'OpaqueHandle', configurable: true });
