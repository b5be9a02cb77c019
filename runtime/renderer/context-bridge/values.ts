// Values as they cross from one world to the other, by the rules of Electron's contextBridge.
//
// The result is built of arrays (`[kind, ...]`) and primitives, which a CustomEvent's `detail` carries: Blink clones it
// when the other world reads it. What a clone can't carry, symbols and elements, goes beside it as attachments.

import * as safe from './intrinsics';

import type { Callable } from './intrinsics';

const maxDepth = 1000;

export const notCloned = 'An object could not be cloned.';

/** How functions cross: by an id that the world which owns the function gave it. */
export interface References {
  /** Keeps `fn` for the other world. `receiver` is its `this` when called from there. */
  hold(fn: Callable, receiver: unknown): number;
  release(id: number): void;
  /** The function that was held under `id`. */
  original(id: number): Callable;
  /** A function here that calls the other world's function `id`. */
  proxy(id: number): Callable;
  /** The id behind `fn`, if it is a proxy. */
  idOfProxy(fn: Callable): number | undefined;
}

export interface Parcel {
  readonly values: unknown[];
  readonly attachments: unknown[];
}

/**
 * Copies `values` for the other world.
 * @throws TypeError when nested deeper than 1000, Error when a value can't be cloned. Nothing is held then.
 */
export function pack(values: unknown[], references: References): Parcel {
  const parcel: Parcel = { values: [], attachments: [] };
  const seen = new safe.Map<unknown, unknown[]>();
  const held: number[] = [];

  function hold(fn: Callable, receiver: unknown): number {
    const id = references.hold(fn, receiver);
    safe.append(held, id);
    return id;
  }

  function encode(value: unknown, parent: unknown, depth: number): unknown {
    if (depth >= maxDepth) {
      throw new safe.TypeError(
        'Electron contextBridge recursion depth exceeded.  Nested objects deeper than 1000 are not supported.'
      );
    }
    if (typeof value === 'symbol') return ['attachment', safe.append(parcel.attachments, value)];
    if (typeof value !== 'function' && (typeof value !== 'object' || value === null)) return value;

    const known = safe.mapGet(seen, value);
    if (known) return known as unknown[];
    const node: unknown[] = [];
    // Before its members: they may lead back to it.
    safe.mapSet(seen, value, node);
    const kind = typeof value === 'function' ? 'function' : kindOf(value);
    safe.append(node, kind);

    if (typeof value === 'function') {
      const id = references.idOfProxy(value as Callable);
      if (id !== undefined) safe.define(node, 0, 'original');
      safe.append(node, id ?? hold(value as Callable, parent));
    } else if (kind === 'promise') {
      safe.append(node, hold(executorOf(value), undefined));
    } else if (kind === 'error') {
      const { message } = value as Error;
      safe.append(node, typeof message === 'string' ? message : '');
    } else if (kind === 'array') {
      const array = value as unknown[];
      const { length } = array;
      for (let i = 0; i < length; i++) safe.append(node, encode(array[i], array, depth + 1));
    } else if (kind === 'object') {
      const keys = safe.ownKeys(value);
      for (let i = 0; i < keys.length; i++) {
        const key = keys[i];
        if (!safe.isEnumerable(value, key)) continue;
        safe.append(node, encode(key, value, depth));
        safe.append(node, encode((value as Record<PropertyKey, unknown>)[key], value, depth + 1));
      }
    } else if (kind === 'attachment') {
      safe.append(node, safe.append(parcel.attachments, value));
    } else {
      safe.append(node, cloned(value));
    }
    return node;
  }

  try {
    for (let i = 0; i < values.length; i++) safe.append(parcel.values, encode(values[i], safe.world, 0));
    return parcel;
  } catch (error) {
    for (let i = 0; i < held.length; i++) references.release(held[i]);
    throw error;
  }
}

/** Makes this world's own copies of what the other world packed. */
export function unpack(parcel: Parcel, references: References): unknown[] {
  const seen = new safe.Map<unknown, unknown>();

  function decode(node: unknown): unknown {
    if (!safe.isArray(node)) return node;
    if (safe.mapHas(seen, node)) return safe.mapGet(seen, node);
    const value = create(node);
    safe.mapSet(seen, node, value);
    if (node[0] === 'array') {
      for (let i = 1; i < node.length; i++) safe.append(value as unknown[], decode(node[i]));
    } else if (node[0] === 'object') {
      for (let i = 1; i < node.length; i += 2) {
        safe.define(value as object, decode(node[i]) as PropertyKey, decode(node[i + 1]));
      }
    }
    return value;
  }

  function create(node: unknown[]): unknown {
    const content = node[1];
    switch (node[0]) {
      case 'array':
        return [];
      case 'object':
        return {};
      case 'function':
        return references.proxy(content as number);
      case 'original':
        return references.original(content as number);
      case 'promise':
        return new safe.Promise(references.proxy(content as number) as never);
      case 'error':
        return new safe.Error(content as string);
      case 'attachment':
        return parcel.attachments[content as number];
      default:
        return content;
    }
  }

  const values: unknown[] = [];
  for (let i = 0; i < parcel.values.length; i++) safe.append(values, decode(parcel.values[i]));
  return values;
}

/** @returns the text that V8 has for an `error` that was not caught: Electron puts it in errors about results. */
export function uncaught(error: unknown): string {
  try {
    return `Uncaught ${error as Error}`;
  } catch {
    return 'Uncaught exception';
  }
}

type Kind = 'array' | 'attachment' | 'clone' | 'error' | 'object' | 'promise';

function kindOf(value: object): Kind {
  if (safe.isArray(value)) return 'array';
  const prototype = safe.getPrototypeOf(value);
  if (prototype === safe.objectPrototype || prototype === null) return 'object';
  if (safe.isView(value)) return 'clone';
  switch (safe.tagOf(value)) {
    case '[object Promise]':
      return 'promise';
    // Electron sends a DOMException as an empty object; its message is of more use.
    case '[object DOMException]':
    case '[object Error]':
      return 'error';
    case '[object ArrayBuffer]':
    case '[object BigInt]':
    case '[object Boolean]':
    case '[object Date]':
    case '[object Generator]':
    case '[object Map]':
    case '[object Map Iterator]':
    case '[object Number]':
    case '[object RegExp]':
    case '[object Set]':
    case '[object Set Iterator]':
    case '[object SharedArrayBuffer]':
    case '[object String]':
    case '[object Symbol]':
    case '[object WeakMap]':
    case '[object WeakSet]':
    case '[object WebAssembly.Memory]':
    case '[object WebAssembly.Module]':
      return 'clone';
  }
  if (safe.isElement(value)) return 'attachment';
  return safe.isBlob(value) || safe.isVideoFrame(value) ? 'clone' : 'object';
}

function cloned(value: object): unknown {
  // The same objects, not copies: a video frame must be closed once, and neither changes.
  if (safe.isBlob(value) || safe.isVideoFrame(value)) return value;
  try {
    return safe.clone(value);
  } catch {
    throw new safe.Error(notCloned);
  }
}

/** @returns what the other world's copy of `promise` calls as its executor. */
function executorOf(promise: object): Callable {
  return (resolve, reject) => {
    // Never rejects, and the page can change what `catch` does.
    void settle(promise as Promise<unknown>, resolve as Callable, reject as Callable);
  };
}

// With `await`, because `then` would ask the page's Symbol.species what to return.
async function settle(promise: Promise<unknown>, resolve: Callable, reject: Callable): Promise<void> {
  let pass = resolve;
  let result: unknown;
  try {
    result = await promise;
    // Only its Symbol.toStringTag said that it is one. Passed on, it would come back here for ever.
    if (result === promise) throw new safe.Error(notCloned);
  } catch (reason) {
    pass = reject;
    result = reason;
  }
  try {
    pass(result);
  } catch (error) {
    try {
      reject(new safe.Error(uncaught(error)));
    } catch {
      // The other world is gone with its document: there is nobody to tell.
    }
  }
}
