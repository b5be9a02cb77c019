// Random values that structured clone takes, as graphs: nodes that refer to each other freely, so cycles and shared
// references come up as often as trees do.

import * as fc from 'fast-check';

export interface GraphOptions {
  /** The greatest number of objects in a graph. Default 12. */
  maxNodes?: number;
  /** Whether an error's cause may be any object, the error itself included. Node.js 20 cannot read such. Default true. */
  linkedCauses?: boolean;
}

/** What a node's slot holds: the node with that number (modulo the number of nodes), or a primitive. */
type Link = { node: number } | { value: unknown };

interface NodeSpec {
  kind: keyof typeof builders;
  links: [key: string, link: Link][];
  number: number;
  text: string;
  flag: boolean;
}

const viewKinds = [
  'Int8Array',
  'Uint8Array',
  'Uint8ClampedArray',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'Float16Array',
  'Float32Array',
  'Float64Array',
  'BigInt64Array',
  'BigUint64Array',
  'DataView'
].filter((name) => name in globalThis);

type ViewConstructor = { new (buffer: ArrayBuffer, offset: number, length?: number): ArrayBufferView };

const errorKinds = [Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError];

const regexps = [/(?:)/, /a\/b/giy, /[\]\n]/ms, /\u{1f600}é/u, /(?<year>\d{4})/d, new RegExp('[[a-z]--b]', 'v'), /€/];

const anyUnits = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 12 })
  .map((units) => String.fromCharCode(...units));

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  // Lone surrogates included.
  anyUnits,
  fc
    .tuple(fc.constantFrom('a', 'é', '\x80', '€', '\ud800', '😀'), fc.integer({ min: 1, max: 300 }))
    .map(([unit, count]) => unit.repeat(count))
);

const key = fc.oneof(
  fc.constantFrom(
    'a',
    'b',
    'id',
    '__proto__',
    'constructor',
    'toString',
    '',
    '-1',
    '1.5',
    '01',
    '1e3',
    '4294967294',
    '4294967295'
  ),
  fc.integer({ min: 0, max: 40 }).map(String),
  text
);

export const primitive: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(undefined, null, true, false, -0, 0, NaN, Infinity, 2 ** 30, 2 ** 31, -(2 ** 31), 2 ** 32),
  fc.integer(),
  fc.double(),
  fc.bigInt(),
  fc.bigInt({ min: -(2n ** 200n), max: 2n ** 200n }),
  text
);

const spec = (linkCount: number): fc.Arbitrary<NodeSpec> =>
  fc.record({
    kind: fc.constantFrom(...(Object.keys(builders) as (keyof typeof builders)[])),
    links: fc.array(
      fc.tuple(
        key,
        fc.oneof(
          primitive.map((value) => ({ value })),
          fc.nat({ max: linkCount }).map((node) => ({ node }))
        )
      ),
      { maxLength: 6 }
    ),
    number: fc.nat({ max: 1000 }),
    text,
    flag: fc.boolean()
  });

/** Makes a node without its links. */
const builders = {
  object: () => ({}),
  array: () => [],
  map: () => new Map(),
  set: () => new Set(),
  date: ({ number, flag }: NodeSpec) => new Date(flag ? number * 1e9 : NaN),
  regexp: ({ number }: NodeSpec) => new RegExp(regexps[number % regexps.length]),
  boxed: ({ number, text, flag }: NodeSpec) => Object([flag, -number, text, BigInt(number)][number % 4]),
  error: ({ number, text, flag }: NodeSpec) => {
    const NativeError = errorKinds[number % errorKinds.length];
    return flag ? new NativeError(text) : new NativeError();
  },
  buffer: ({ number, flag }: NodeSpec) => bufferOf((number % 8) * 8, flag),
  view: ({ number, flag }: NodeSpec) => viewOf(number, bufferOf(64, flag))
};

function bufferOf(size: number, resizable: boolean): ArrayBuffer {
  const buffer = resizable ? new ArrayBuffer(size, { maxByteLength: size + 16 }) : new ArrayBuffer(size);
  new Uint8Array(buffer).forEach((_, index, bytes) => (bytes[index] = index * 37));
  return buffer;
}

function viewOf(number: number, buffer: ArrayBuffer): ArrayBufferView {
  const View = (globalThis as unknown as Record<string, ViewConstructor>)[viewKinds[number % viewKinds.length]];
  const offset = (number % 3) * 8;
  if (offset + 16 > buffer.byteLength) return new View(buffer, 0, 0);
  return buffer.resizable && number % 2 === 0 ? new View(buffer, offset) : new View(buffer, offset, 2);
}

function define(object: object, name: string, value: unknown, enumerable: boolean): void {
  Object.defineProperty(object, name, { value, enumerable, writable: true, configurable: true });
}

function link(
  object: object,
  { kind, links, number, flag }: NodeSpec,
  get: (link: Link) => unknown,
  linkedCauses: boolean
): void {
  switch (kind) {
    case 'object':
      for (const [name, link] of links) define(object, name, get(link), true);
      break;
    case 'array': {
      const array = object as unknown[];
      for (const [name, link] of links) {
        // Half of them go to the end; with `flag` the others make it sparse or add properties.
        if (!flag || name.length % 2 === 0) array.push(get(link));
        else define(array, name, get(link), true);
      }
      if (flag) array.length = Math.min(array.length + (number % 3), 2 ** 32 - 1);
      break;
    }
    case 'map':
      for (const [name, link] of links) {
        (object as Map<unknown, unknown>).set(get(flag ? link : { value: name }), get(link));
      }
      break;
    case 'set':
      for (const [, link] of links) (object as Set<unknown>).add(get(link));
      break;
    case 'error':
      if (links.length > 0) {
        const [name, cause] = links[0];
        define(object, 'cause', linkedCauses ? get(cause) : name, false);
      }
  }
}

/** A random graph of structured-cloneable values. All of its objects have the prototypes that a clone of them has. */
export function cloneableGraph({ maxNodes = 12, linkedCauses = true }: GraphOptions = {}): fc.Arbitrary<unknown> {
  return fc.array(spec(maxNodes), { minLength: 1, maxLength: maxNodes }).map((specs) => {
    const nodes = specs.map((each) => builders[each.kind](each) as object);
    specs.forEach((each, index) => {
      // Some views share the buffer of another node.
      const other = nodes[each.number % nodes.length];
      if (each.kind === 'view' && other instanceof ArrayBuffer) nodes[index] = viewOf(each.number, other);
    });
    const get = (link: Link) => ('value' in link ? link.value : nodes[link.node % nodes.length]);
    specs.forEach((each, index) => link(nodes[index], each, get, linkedCauses));
    return nodes[0];
  });
}
