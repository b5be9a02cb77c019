import { showOpaqueHandles } from '@electron/internal/browser/opaque-handle';

import { withArticle } from '../../common/clone';
import { wireKinds } from '../../common/kinds';
import { isTransferable, isTransferOnly } from '../../common/kinds/opaque';
import { HubObject } from '../hub/hub-object';

import type { OpaqueFields } from '../../common/kinds/opaque';
import type { NodeKind } from './node-kind';

/**
 * What the main process has of an object that only a renderer can hold, such as an ImageBitmap: enough to send it on. It
 * deliberately tells nothing of the object but its class.
 */
class OpaqueHandle {
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

showOpaqueHandles(OpaqueHandle.prototype);
Object.defineProperty(OpaqueHandle.prototype, Symbol.toStringTag, { value: 'OpaqueHandle', configurable: true });

export const opaque: NodeKind<OpaqueHandle, OpaqueFields> = {
  wire: wireKinds.opaque,
  is: (value): value is OpaqueHandle => OpaqueHandle.isHandle(value),
  transfer: {
    expected: 'the OpaqueHandle of a transferable object',
    nameOf: ({ type }) => (isTransferable(type) ? type : undefined),
    describe: ({ type }) => `that of ${withArticle(type)}`,
    problemOf: (handle) => (handle.closed ? 'is already neutered.' : undefined),
    place: 'extras',
    extras: () => 1,
    isNodes: () => false,
    take: (handle) => [OpaqueHandle.take(handle)]
  },
  write(handle, enclosures, writer) {
    const { type: className } = handle;
    const object = OpaqueHandle.objectOf(handle);
    if (!object) throw writer.refuse(`${withArticle(className)} that is closed or was transferred`);
    const index = enclosures.indexOf(handle);
    if (index === undefined && isTransferOnly(className)) {
      throw writer.refuse(`${withArticle(className)} that is not in the transfer list`);
    }
    const isTransferred = index !== undefined;
    wireKinds.opaque.write({ index: index ?? enclosures.hold(object), className, isTransferred }, writer);
  },
  open({ index, className }, { extras }) {
    const object = extras[index];
    if (!(object instanceof HubObject)) throw new Error(`An object of class ${className} is missing from the message`);
    return new OpaqueHandle(object, className);
  },
  worker: {
    open({ className }) {
      throw new Error(`No worker thread can have an object of class ${className}`);
    }
  }
};
