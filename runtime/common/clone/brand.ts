import * as intrinsics from './intrinsics';
import { platformClassOf } from './platform-object';

/** What an object is by its internal slots, whatever its prototype or Symbol.toStringTag say. */
export const enum Brand {
  Ordinary,
  Array,
  View,
  Map,
  Set,
  Date,
  RegExp,
  Error,
  Boolean,
  Number,
  String,
  BigInt,
  ArrayBuffer,
  /** Known, and never cloned. */
  Uncloneable,
  /** It has a Symbol.toStringTag that says nothing: `hiddenBrandOf` has to look closer, which is slow. */
  Unclear
}

const builtinBrands: Readonly<Record<string, Brand>> = {
  '[object Object]': Brand.Ordinary,
  '[object Error]': Brand.Error,
  '[object Date]': Brand.Date,
  '[object RegExp]': Brand.RegExp,
  '[object Boolean]': Brand.Boolean,
  '[object Number]': Brand.Number,
  '[object String]': Brand.String,
  '[object Arguments]': Brand.Uncloneable
};

type Probe = readonly [brand: Brand, probe: (object: object) => unknown];

const probes = {
  map: [Brand.Map, (object) => intrinsics.mapSize.call(object)],
  set: [Brand.Set, (object) => intrinsics.setSize.call(object)],
  buffer: [Brand.ArrayBuffer, (object) => intrinsics.bufferByteLength.call(object)],
  bigint: [Brand.BigInt, (object) => intrinsics.bigintValueOf.call(object as never)],
  shared: [Brand.Uncloneable, (object) => intrinsics.sharedByteLength.call(object)],
  symbol: [Brand.Uncloneable, (object) => intrinsics.symbolValueOf.call(object as never)],
  weakMap: [Brand.Uncloneable, (object) => intrinsics.weakMapHas.call(object as never, object)],
  weakSet: [Brand.Uncloneable, (object) => intrinsics.weakSetHas.call(object as never, object)],
  weakRef: [Brand.Uncloneable, (object) => intrinsics.weakRefDeref.call(object as never)],
  registry: [Brand.Uncloneable, (object) => intrinsics.registryUnregister.call(object as never, object)],
  date: [Brand.Date, (object) => intrinsics.dateGetTime.call(object as never)],
  regexp: [Brand.RegExp, (object) => regexpGlobal.call(object)],
  boolean: [Brand.Boolean, (object) => intrinsics.booleanValueOf.call(object)],
  number: [Brand.Number, (object) => intrinsics.numberValueOf.call(object)],
  string: [Brand.String, (object) => intrinsics.stringValueOf.call(object)]
} satisfies Record<string, Probe>;

const regexpGlobal = intrinsics.regexpFlag('global');

// Spares the objects of this realm the probes that fail: each costs a thrown TypeError.
const likelyProbes = new Map<object | null, Probe>([
  [Map.prototype, probes.map],
  [Set.prototype, probes.set],
  [ArrayBuffer.prototype, probes.buffer],
  [BigInt.prototype, probes.bigint]
]);

function passes([, probe]: Probe, object: object): boolean {
  try {
    probe(object);
    return true;
  } catch {
    return false;
  }
}

/** @param object not callable, and not a Proxy: that one's traps would run */
export function brandOf(object: object): Brand {
  if (intrinsics.isArray(object)) return Brand.Array;
  if (intrinsics.isView(object)) return Brand.View;
  // Without a tag anywhere, Object.prototype.toString runs no script and tells the slots.
  if (!(Symbol.toStringTag in object)) {
    return builtinBrands[intrinsics.objectToString.call(object)] ?? Brand.Uncloneable;
  }
  const likely = likelyProbes.get(intrinsics.getPrototypeOf(object));
  return likely !== undefined && passes(likely, object) ? likely[0] : Brand.Unclear;
}

/** The brand behind a Symbol.toStringTag: of a subclass, of an object of another realm, of an ordinary object that says more. */
export function hiddenBrandOf(object: object): Brand {
  for (const probe of Object.values(probes)) {
    if (passes(probe, object)) return probe[0];
  }
  // A DOMException is an Error to the engine on some platforms only, and would not come out as one.
  return isError(object) && platformClassOf(intrinsics.getPrototypeOf(object) ?? Object.prototype) === null
    ? Brand.Error
    : Brand.Ordinary;
}

// No accessor tells the slot of an Error before `Error.isError`; until then the prototype chain has to do.
const { isError = (object) => object instanceof Error } = Error as { isError?: (object: object) => boolean };
