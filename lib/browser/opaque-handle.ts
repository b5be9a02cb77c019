import { inspect } from 'util';

/** So that a log tells what a handle of an object of a renderer's is. */
export function showOpaqueHandles(prototype: object) {
  Object.defineProperty(prototype, inspect.custom, {
    value(this: ElectronInternal.OpaqueHandle) {
      return `OpaqueHandle { type: '${this.type}', closed: ${this.closed} }`;
    }
  });
}
