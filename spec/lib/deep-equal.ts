// A deep equality that sees what structured clone must keep: cycles and shared references (the same shape of graph, not
// only the same values), prototypes, the order of keys and entries, holes, -0 and NaN, the internal slots of built-ins.

import { types } from 'node:util';

type Check = (actual: object, expected: object) => void;

class Difference extends Error {}

/**
 * Compares two values without recursion, so that they may be as deep as they like.
 * @returns undefined if they are equal, otherwise where and how they first differ
 */
export function differenceBetween(actual: unknown, expected: unknown): string | undefined {
  // Each object of one side stands for exactly one of the other.
  const partners = new Map<object, object>();
  const expectedPartners = new Map<object, object>();
  const open: [actual: unknown, expected: unknown, path: string][] = [[actual, expected, 'value']];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [left, right, path] = next;
    if (!isObject(left) || !isObject(right)) {
      if (!Object.is(left, right)) return `${path}: ${show(left)} instead of ${show(right)}`;
      continue;
    }
    const known = partners.has(left) || expectedPartners.has(right);
    if (known) {
      if (partners.get(left) !== right || expectedPartners.get(right) !== left) {
        return `${path}: does not refer to the same place of the graph`;
      }
      continue;
    }
    partners.set(left, right);
    expectedPartners.set(right, left);
    try {
      compareSlots(left, right);
      // The stack is last in, first out: pushed in reverse, so that the first difference in order is found first.
      for (const child of childrenOf(left, right, path).reverse()) open.push(child);
    } catch (error) {
      if (error instanceof Difference) return `${path}: ${error.message}`;
      throw error;
    }
  }
  return undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}...` : value);
  if (Object.is(value, -0)) return '-0';
  return typeof value === 'object' && value !== null ? Object.prototype.toString.call(value) : String(value);
}

function same(actual: unknown, expected: unknown, what: string): void {
  if (!Object.is(actual, expected)) throw new Difference(`${what} is ${show(actual)} instead of ${show(expected)}`);
}

const slotChecks: [is: (value: unknown) => boolean, check: Check][] = [
  [types.isDate, (a, e) => same((a as Date).getTime(), (e as Date).getTime(), 'time')],
  [types.isBoxedPrimitive, (a, e) => same(a.valueOf(), e.valueOf(), 'primitive')],
  [types.isMap, (a, e) => same((a as Map<unknown, unknown>).size, (e as Map<unknown, unknown>).size, 'size')],
  [types.isSet, (a, e) => same((a as Set<unknown>).size, (e as Set<unknown>).size, 'size')],
  [Array.isArray, (a, e) => same((a as unknown[]).length, (e as unknown[]).length, 'length')],
  [types.isRegExp, compareRegExps],
  [types.isNativeError, compareErrors],
  [types.isArrayBuffer, compareBuffers],
  [ArrayBuffer.isView, compareViews]
];

function compareSlots(actual: object, expected: object): void {
  if (Object.getPrototypeOf(actual) !== Object.getPrototypeOf(expected)) throw new Difference('the prototypes differ');
  for (const [is, check] of slotChecks) {
    if (is(actual) !== is(expected)) throw new Difference(`${show(actual)} instead of ${show(expected)}`);
    if (is(expected)) check(actual, expected);
  }
  if (ArrayBuffer.isView(expected) || types.isStringObject(expected)) return;
  const keys = Object.keys(actual);
  const expectedKeys = Object.keys(expected);
  same(keys.length, expectedKeys.length, 'number of properties');
  expectedKeys.forEach((key, index) => same(keys[index], key, `key ${index}`));
}

function compareRegExps(actual: object, expected: object): void {
  const [left, right] = [actual as RegExp, expected as RegExp];
  same(left.source, right.source, 'source');
  same(left.flags, right.flags, 'flags');
  same(left.lastIndex, right.lastIndex, 'lastIndex');
}

function compareErrors(actual: object, expected: object): void {
  const [left, right] = [actual as Error, expected as Error];
  for (const key of ['name', 'message', 'stack'] as const) same(left[key], right[key], key);
  for (const key of ['message', 'cause']) same(Object.hasOwn(left, key), Object.hasOwn(right, key), `having a ${key}`);
}

function compareBuffers(actual: object, expected: object): void {
  const [left, right] = [actual as ArrayBuffer, expected as ArrayBuffer];
  same(left.byteLength, right.byteLength, 'byteLength');
  same(left.resizable, right.resizable, 'resizable');
  same(left.maxByteLength, right.maxByteLength, 'maxByteLength');
  const bytes = new Uint8Array(right);
  // Also runs in a page, where there is no Buffer.
  if (!new Uint8Array(left).every((byte, index) => byte === bytes[index])) throw new Difference('the bytes differ');
}

function compareViews(actual: object, expected: object): void {
  const [left, right] = [actual as ArrayBufferView, expected as ArrayBufferView];
  same(Object.prototype.toString.call(left), Object.prototype.toString.call(right), 'kind');
  same(left.byteOffset, right.byteOffset, 'byteOffset');
  same(left.byteLength, right.byteLength, 'byteLength');
  same(grows(left), grows(right), 'following the length of the buffer');
}

/** Whether a view grows with its buffer, found by trying; false where the buffer has no room to try. */
function grows(view: ArrayBufferView): boolean {
  const { buffer, byteLength } = view;
  const size = buffer.byteLength;
  if (!(buffer instanceof ArrayBuffer) || !buffer.resizable || size + 8 > buffer.maxByteLength) return false;
  buffer.resize(size + 8);
  const follows = view.byteLength !== byteLength;
  buffer.resize(size);
  return follows;
}

/** What two objects with the same slots and keys hold, pairwise. */
function childrenOf(actual: object, expected: object, path: string): [unknown, unknown, string][] {
  const children: [unknown, unknown, string][] = [];
  if (types.isMap(actual) && types.isMap(expected)) {
    const entries = [...actual];
    [...expected].forEach(([key, value], index) => {
      children.push([entries[index][0], key, `${path}.keys()[${index}]`]);
      children.push([entries[index][1], value, `${path}.values()[${index}]`]);
    });
  } else if (types.isSet(actual) && types.isSet(expected)) {
    const items = [...actual];
    [...expected].forEach((item, index) => children.push([items[index], item, `${path}.values()[${index}]`]));
  } else if (types.isNativeError(actual) && types.isNativeError(expected)) {
    children.push([actual.cause, expected.cause, `${path}.cause`]);
  } else if (ArrayBuffer.isView(actual) && ArrayBuffer.isView(expected)) {
    children.push([actual.buffer, expected.buffer, `${path}.buffer`]);
    return children;
  }
  for (const key of Object.keys(expected)) {
    const [left, right] = [actual, expected] as Record<string, unknown>[];
    children.push([left[key], right[key], `${path}[${JSON.stringify(key)}]`]);
  }
  return children;
}
