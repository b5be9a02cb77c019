import { isTransferOnly, isTransferable } from '../../common/transferable-classes';

import type { HubObject } from './hub-object';

/**
 * What the main process has of an object that only a renderer can hold, such as an ImageBitmap: enough to send it on. It
 * deliberately tells nothing of the object but its class.
 */
export class OpaqueHandle {
  /** Undefined once it was transferred or closed. */
  #object: HubObject | undefined;
  readonly type: string;

  /** @param object one of its users is given over to the handle */
  constructor(object: HubObject, type: string) {
    this.#object = object;
    this.type = type;
    Object.defineProperty(this, 'type', { writable: false });
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

  get isTransferable(): boolean {
    return isTransferable(this.type);
  }

  /** Whether it can be sent without being transferred, and so more than once. */
  get isCloneable(): boolean {
    return !isTransferOnly(this.type);
  }

  get closed(): boolean {
    return this.#object === undefined;
  }

  /** Lets Chromium drop the object, unless a message or another handle has it, too. */
  close() {
    this.#object?.release();
    this.#object = undefined;
  }
}

Object.defineProperty(OpaqueHandle.prototype, Symbol.toStringTag, { value: 'OpaqueHandle', configurable: true });
