import { expect } from 'chai';

import { differenceBetween } from '../lib/deep-equal';

// What the other specs rely on, so it has to be able to fail.
describe('differenceBetween', () => {
  const shared = {};
  const loop: Record<string, unknown> = {};
  loop.self = loop;
  const resizable = () => new ArrayBuffer(8, { maxByteLength: 16 });

  const different: [what: string, actual: unknown, expected: unknown, difference: string][] = [
    ['-0 and 0', -0, 0, 'value: -0 instead of 0'],
    ['null and undefined', null, undefined, 'value: null instead of undefined'],
    ['an object and a primitive', {}, 1, 'value: [object Object] instead of 1'],
    ['the order of keys', { a: 1, b: 2 }, { b: 2, a: 1 }, 'value: key 0 is "a" instead of "b"'],
    ['a nested value', { a: [1, { b: 2 }] }, { a: [1, { b: 3 }] }, 'value["a"]["1"]["b"]: 2 instead of 3'],
    ['a missing key', {}, { a: undefined }, 'value: number of properties is 0 instead of 1'],
    // eslint-disable-next-line no-sparse-arrays
    ['a hole and undefined', [,], [undefined], 'value: number of properties is 0 instead of 1'],
    ['the length of arrays', Object.assign([], { length: 2 }), [], 'value: length is 2 instead of 0'],
    [
      'a property on an array',
      Object.assign([1], { x: 1 }),
      Object.assign([1], { y: 1 }),
      'value: key 1 is "x" instead of "y"'
    ],
    ['prototypes', Object.create(null), {}, 'value: the prototypes differ'],
    ['slots', Object.create(Map.prototype), new Map(), 'value: [object Map] instead of [object Map]'],
    [
      'shared and separate objects',
      [shared, shared],
      [{}, {}],
      'value["1"]: does not refer to the same place of the graph'
    ],
    [
      'separate and shared objects',
      [{}, {}],
      [shared, shared],
      'value["1"]: does not refer to the same place of the graph'
    ],
    [
      'a cycle and a tree',
      loop,
      { self: { self: {} } },
      'value["self"]: does not refer to the same place of the graph'
    ],
    [
      'the order of entries',
      new Map([
        [1, 1],
        [2, 2]
      ]),
      new Map([
        [2, 2],
        [1, 1]
      ]),
      'value.keys()[0]: 1 instead of 2'
    ],
    ['the items of sets', new Set([1]), new Set([2]), 'value.values()[0]: 1 instead of 2'],
    ['dates', new Date(1), new Date(2), 'value: time is 1 instead of 2'],
    ['flags', /a/g, /a/, 'value: flags is "g" instead of ""'],
    ['boxed primitives', Object(-0), Object(0), 'value: primitive is -0 instead of 0'],
    ['having a cause', new Error('e', { cause: undefined }), Object.assign(new Error('e')), 'value: '],
    ['bytes', Uint8Array.of(1), Uint8Array.of(2), 'value.buffer: the bytes differ'],
    ['kinds of views', new Int8Array(1), new Uint8Array(1), 'value: the prototypes differ'],
    [
      'offsets',
      new Uint8Array(new ArrayBuffer(8), 1, 1),
      new Uint8Array(new ArrayBuffer(8), 2, 1),
      'value: byteOffset is 1 instead of 2'
    ],
    ['resizable and fixed buffers', resizable(), new ArrayBuffer(8), 'value: resizable is true instead of false'],
    [
      'tracking and fixed views',
      new Uint8Array(resizable()),
      new Uint8Array(resizable(), 0, 8),
      'value: following the length'
    ]
  ];
  for (const [what, actual, expected, difference] of different) {
    it(`tells ${what} apart`, () => {
      expect(differenceBetween(actual, expected)).to.be.a('string').that.includes(difference);
    });
  }

  it('finds graphs of the same shape equal', () => {
    const graph = () => {
      const buffer = resizable();
      const node: Record<string, unknown> = {
        date: new Date(NaN),
        views: [new Uint8Array(buffer), new DataView(buffer)]
      };
      node.map = new Map<unknown, unknown>([[node, new Set([node, NaN])]]);
      return node;
    };
    expect(differenceBetween(graph(), graph())).to.equal(undefined);
  });
});
