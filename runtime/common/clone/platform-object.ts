import { getOwnPropertyDescriptor, getPrototypeOf, nativeStructuredClone } from './intrinsics';

// Objects with state that script cannot see (a Blob, a socket's handle, a Promise) look like any other object: cloned
// property by property, they would arrive as empty shells without anybody noticing.

const functionToString = Function.prototype.toString;
const nativeSource = /\{\s*\[native code\]\s*\}$/;

/** What ordinary objects may inherit from and be ordinary still: their own state, if any, was looked for before. */
const ordinaryBases = new Set(
  (
    'Object Function Array Map Set ArrayBuffer Date RegExp Boolean Number String BigInt Iterator ' +
    'Error AggregateError EvalError RangeError ReferenceError SyntaxError TypeError URIError'
  ).split(' ')
);

/** What was found for the instances of a prototype: finding it takes longer than writing one. Chains are taken to stay. */
const verdicts = new WeakMap<object, string | null>();

/**
 * The name of the platform class that an ordinary object is an instance of, such as `Blob` or `WebAssembly.Module`, or of
 * the app's own class that extends one. Plain objects and instances of an app's other classes have none, whatever
 * Symbol.toStringTag they bear.
 * @param prototype that of the object
 */
export function platformClassOf(prototype: object): string | null {
  let verdict = verdicts.get(prototype);
  if (verdict === undefined) {
    verdict = findPlatformClass(prototype);
    verdicts.set(prototype, verdict);
  }
  return verdict;
}

function findPlatformClass(nearestPrototype: object): string | null {
  let nearest: string | undefined;
  for (let prototype = nearestPrototype; prototype !== null; prototype = getPrototypeOf(prototype)) {
    const constructor: unknown = ownValue(prototype, 'constructor');
    if (typeof constructor !== 'function' || ownValue(constructor, 'prototype') !== prototype) continue;
    const tag = ownValue(prototype, Symbol.toStringTag);
    const name = asName(ownValue(constructor, 'name'));
    nearest ??= asName(tag) ?? name;
    if (name !== undefined && ordinaryBases.has(name)) continue;
    if (isNative(constructor) || isInterface(constructor, tag)) return nearest ?? 'platform object';
  }
  return null;
}

function ownValue(object: object, key: PropertyKey): unknown {
  return getOwnPropertyDescriptor(object, key)?.value;
}

function asName(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Made by the engine or by its embedder. */
function isNative(constructor: object): boolean {
  return nativeSource.test(functionToString.call(constructor));
}

/** An interface that the platform wrote in script, as Node.js did: a global class whose tag is its own name. */
function isInterface(constructor: object, tag: unknown): boolean {
  return typeof tag === 'string' && (globalThis as Record<string, unknown>)[tag] === constructor;
}

/**
 * Whether an object without own enumerable properties is one that the platform does not clone as `{}`. Nothing in it can
 * run script, so the platform is asked.
 */
export function hasHiddenState(object: object): boolean {
  if (nativeStructuredClone === undefined) return false;
  try {
    return getPrototypeOf(nativeStructuredClone(object)) !== Object.prototype;
  } catch {
    return true;
  }
}

/** The same of an object, whatever its prototype. */
export const classNameOf = (object: object) => platformClassOf(getPrototypeOf(object) ?? Object.prototype);

/** The cheapest check first, for a delegate is asked about every object there is. */
export function isPlainObject(object: object): boolean {
  const prototype: unknown = getPrototypeOf(object);
  return prototype === Object.prototype || prototype === null;
}
