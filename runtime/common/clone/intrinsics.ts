// Internal slots as seen from script: accessors and methods captured when this file loads, so that what an app patches
// later changes nothing. Each throws a TypeError for an object that lacks the slot.

type Getter = (this: unknown) => unknown;

function getter(prototype: object, name: PropertyKey): Getter {
  const get = Object.getOwnPropertyDescriptor(prototype, name)?.get;
  // A platform without the feature has no such objects: nothing has the slot.
  return (
    get ??
    function () {
      throw new TypeError(`${String(name)} is not supported here`);
    }
  );
}

export const { keys: ownKeys, getPrototypeOf, getOwnPropertyDescriptor } = Object;
export const { isArray } = Array;
export const { isView } = ArrayBuffer;
export const objectToString = Object.prototype.toString;
export const hasOwn = Object.prototype.hasOwnProperty;

export const mapSize = getter(Map.prototype, 'size');
export const mapForEach = Map.prototype.forEach;
export const setSize = getter(Set.prototype, 'size');
export const setForEach = Set.prototype.forEach;
export const dateGetTime = Date.prototype.getTime;
export const booleanValueOf = Boolean.prototype.valueOf;
export const numberValueOf = Number.prototype.valueOf;
export const stringValueOf = String.prototype.valueOf;
export const bigintValueOf = BigInt.prototype.valueOf;
export const symbolValueOf = Symbol.prototype.valueOf;
export const weakMapHas = WeakMap.prototype.has;
export const weakSetHas = WeakSet.prototype.has;
export const weakRefDeref = WeakRef.prototype.deref;
export const registryUnregister = FinalizationRegistry.prototype.unregister;
export const regexpSource = getter(RegExp.prototype, 'source');
export const regexpFlag = (name: string) => getter(RegExp.prototype, name);

export const bufferByteLength = getter(ArrayBuffer.prototype, 'byteLength');
export const bufferIsResizable = getter(ArrayBuffer.prototype, 'resizable');
export const bufferMaxByteLength = getter(ArrayBuffer.prototype, 'maxByteLength');
export const sharedByteLength =
  typeof SharedArrayBuffer === 'undefined'
    ? getter({}, 'SharedArrayBuffer')
    : getter(SharedArrayBuffer.prototype, 'byteLength');

const TypedArrayPrototype: object = Object.getPrototypeOf(Uint8Array.prototype);
/** The name of a typed array's kind; undefined for anything else, a DataView included. */
export const typedArrayName = getter(TypedArrayPrototype, Symbol.toStringTag);
export const typedArrayBuffer = getter(TypedArrayPrototype, 'buffer');
export const typedArrayByteOffset = getter(TypedArrayPrototype, 'byteOffset');
export const typedArrayByteLength = getter(TypedArrayPrototype, 'byteLength');
/** Throws for a typed array that no longer fits its shrunken buffer, where the accessors say 0. */
export const typedArrayKeys = Uint8Array.prototype.keys;
export const dataViewBuffer = getter(DataView.prototype, 'buffer');
export const dataViewByteOffset = getter(DataView.prototype, 'byteOffset');
export const dataViewByteLength = getter(DataView.prototype, 'byteLength');

/** The platform's own structured clone, used to ask whether an object without properties is a platform object. */
export const nativeStructuredClone: ((value: unknown) => unknown) | undefined = globalThis.structuredClone;
