import { nativeStructuredClone } from './intrinsics';

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

/** Whether instances of a class are platform objects. A class never changes in this. */
const verdicts = new WeakMap<object, boolean>();

/**
 * The name of the platform class that an ordinary object is an instance of, such as `Blob` or `WebAssembly.Module`, or of
 * the app's own class that extends one. Plain objects and instances of an app's other classes have none, whatever
 * Symbol.toStringTag they bear.
 */
export function platformClassOf(object: object): string | undefined {
  let nearest: string | undefined;
  for (
    let prototype = Object.getPrototypeOf(object);
    prototype !== null;
    prototype = Object.getPrototypeOf(prototype)
  ) {
    const constructor: unknown = ownValue(prototype, 'constructor');
    if (typeof constructor !== 'function' || ownValue(constructor, 'prototype') !== prototype) continue;
    const tag = ownValue(prototype, Symbol.toStringTag);
    nearest ??= asName(tag) ?? asName(ownValue(constructor, 'name'));
    let isPlatform = verdicts.get(constructor);
    if (isPlatform === undefined) {
      isPlatform =
        !ordinaryBases.has(ownValue(constructor, 'name') as string) &&
        (isNative(constructor) || isInterface(constructor, tag));
      verdicts.set(constructor, isPlatform);
    }
    if (isPlatform) return nearest ?? 'platform object';
  }
  return undefined;
}

function ownValue(object: object, key: PropertyKey): unknown {
  return Object.getOwnPropertyDescriptor(object, key)?.value;
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
    return Object.getPrototypeOf(nativeStructuredClone(object)) !== Object.prototype;
  } catch {
    return true;
  }
}
