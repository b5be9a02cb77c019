import { expect } from 'chai';

import { valueTree } from '../../lib/common/value-tree';

describe('a value as the port inspector shows it', () => {
  it('throws nothing that the app throws as it is looked at', () => {
    const thrower = () => {
      throw new Error('thrown');
    };
    const tagged = Object.defineProperty({}, Symbol.toStringTag, { get: thrower });
    const proxied = new Proxy({}, { getPrototypeOf: thrower });
    expect(valueTree(tagged)).to.deep.equal({ type: 'Object' });
    expect(valueTree({ proxied }, (object) => (object instanceof Map ? 'Map' : undefined))).to.deep.equal({
      type: 'Object',
      entries: [['proxied', { type: 'Object' }]]
    });
  });

  it('is short, however long its keys, types, numbers and patterns are', () => {
    const long = 'x'.repeat(1_000_000);
    const values = [
      { [long]: 1 },
      Object.defineProperty({}, long, { enumerable: true, get: () => 1 }),
      new Map([[long, 1]]),
      { [Symbol.toStringTag]: long },
      new RegExp(long),
      10n ** 10_000n
    ];
    for (const value of values) expect(JSON.stringify(valueTree(value))).to.have.length.below(500);
  });

  it('is short, however many getters there are', () => {
    const getter = { enumerable: true, get: () => 1 };
    const value = Object.defineProperties({}, Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [i, getter])));
    expect(JSON.stringify(valueTree(value))).to.have.length.below(20_000);
  });
});
