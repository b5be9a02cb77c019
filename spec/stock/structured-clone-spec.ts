import { expect } from 'chai';
import * as fc from 'fast-check';

import { createSecretKey } from 'node:crypto';
import { types } from 'node:util';
import * as v8 from 'node:v8';
import * as vm from 'node:vm';
import { createBrotliDecompress } from 'node:zlib';

import { readValue, writeValue, type ReadOptions, type WriteOptions } from '../../runtime/common/clone';
import { cloneableGraph, primitive } from '../lib/arbitraries';
import { differenceBetween } from '../lib/deep-equal';

const RUNS = 3000;

// V8 registers an error only once it has read its cause, up to Node.js 20.
const [nodeMajor] = process.versions.node.split('.').map(Number);
const nativeGraph = cloneableGraph({ linkedCauses: nodeMajor > 20 });

function write(value: unknown, options: Partial<WriteOptions> = {}): Uint8Array {
  return writeValue(value, { name: 'message', isProxy: types.isProxy, ...options });
}

function clone(value: unknown): unknown {
  return readValue(write(value));
}

function nativeWrite(value: unknown): Uint8Array {
  const serializer = new v8.Serializer();
  serializer.writeHeader();
  serializer.writeValue(value);
  return serializer.releaseBuffer();
}

function nativeRead(bytes: Uint8Array): unknown {
  const deserializer = new v8.Deserializer(bytes);
  deserializer.readHeader();
  return deserializer.readValue();
}

function expectSame(actual: unknown, expected: unknown): void {
  const difference = differenceBetween(actual, expected);
  if (difference !== undefined) expect.fail(difference);
}

function expectRefusal(value: unknown, what: string, options?: Partial<WriteOptions>): void {
  expect(() => write(value, options))
    .to.throw(DOMException, `An object could not be cloned: ${what}.`)
    .with.property('name', 'DataCloneError');
}

function detachedBuffer(): ArrayBuffer {
  const buffer = new ArrayBuffer(8);
  structuredClone(buffer, { transfer: [buffer] });
  return buffer;
}

describe('structured clone', () => {
  describe('beside V8', () => {
    it('writes any graph so that V8 reads it back unchanged', () => {
      fc.assert(
        fc.property(nativeGraph, (graph) => expectSame(nativeRead(write(graph)), graph)),
        { numRuns: RUNS }
      );
    });

    it('reads any graph that V8 wrote', () => {
      fc.assert(
        fc.property(nativeGraph, (graph) => expectSame(readValue(nativeWrite(graph)), graph)),
        { numRuns: RUNS }
      );
    });

    it('writes and reads bigints of any length, where blocks of their digits meet, too', () => {
      for (const bytes of [8, 4088, 4096, 4104, 8192, 100_000]) {
        const longest = (1n << BigInt(8 * bytes)) - 1n;
        for (const value of [longest, longest - (1n << BigInt(4 * bytes)), longest + 1n]) {
          for (const each of [value, -value]) {
            expect(Buffer.compare(write(each), nativeWrite(each)), `${bytes} bytes`).to.equal(0);
            expect(clone(each) === each, `${bytes} bytes`).to.equal(true);
          }
        }
      }
    });

    it('reads any graph that it wrote', () => {
      fc.assert(
        fc.property(cloneableGraph({ maxNodes: 30 }), (graph) => expectSame(clone(graph), graph)),
        { numRuns: RUNS }
      );
    });

    it('writes any primitive but numbers in the very bytes that V8 does', () => {
      // V8 has two ways to write an integer, and which one it takes depends on how the engine happens to hold it.
      const otherPrimitive = primitive.filter((value) => typeof value !== 'number');
      fc.assert(
        fc.property(otherPrimitive, (value) => {
          expect(Buffer.compare(write(value), nativeWrite(value))).to.equal(0);
        }),
        { numRuns: RUNS }
      );
    });

    it('reads what v8.serialize() writes for typed arrays with a delegate for its host objects', () => {
      const bytes = v8.serialize({ view: new Uint8Array([1, 2, 3]) });
      const value = readValue(bytes, {
        delegate: {
          readHostObject: (reader) => {
            reader.readUint32();
            return new Uint8Array(reader.readRawBytes(reader.readUint32()));
          }
        }
      });
      expectSame(value, { view: new Uint8Array([1, 2, 3]) });
    });

    it('reads past the envelope of Blink, with and without a trailer', () => {
      const bytes = write({ a: 1 });
      expectSame(readValue(Uint8Array.of(0xff, 19, ...bytes)), { a: 1 });
      const trailer = Array.from({ length: 12 }, () => 0);
      expectSame(readValue(Uint8Array.of(0xff, 21, 0xfe, ...trailer, 0xff, 16, ...bytes.subarray(2))), { a: 1 });
    });
  });

  describe('fidelity', () => {
    it('keeps a cause that leads back to the error', () => {
      const error = new TypeError('round');
      error.cause = { error };
      const copy = clone(error) as TypeError & { cause: { error: unknown } };
      expect(copy).to.be.an.instanceOf(TypeError);
      expect(copy.cause.error).to.equal(copy);
      expect(copy.stack).to.equal(error.stack);
    });

    it('makes an error of an own class the built-in error that its name tells', () => {
      class NotFound extends RangeError {
        code = 'ENOENT';
      }
      const copy = clone(new NotFound('gone')) as RangeError;
      expect(Object.getPrototypeOf(copy)).to.equal(RangeError.prototype);
      expect(copy.message).to.equal('gone');
      expect(copy).not.to.have.property('code');
    });

    it('makes an instance of an own class a plain object with its own properties', () => {
      class Point {
        x = 1;
        #y = 2;
        get y() {
          return this.#y;
        }
      }
      class Tagged extends Point {
        get [Symbol.toStringTag]() {
          return 'Map';
        }
      }
      expectSame(clone([new Point(), new Tagged(), new (class Empty {})()]), [{ x: 1 }, { x: 1 }, {}]);
    });

    it('goes by internal slots, not by tags and prototypes', () => {
      class Dictionary extends Map {
        override get [Symbol.toStringTag]() {
          return 'Date';
        }
      }
      const date = Object.assign(new Date(5), { [Symbol.toStringTag]: 'Map' });
      expectSame(clone([new Dictionary().set(1, 2), date, Object.create(null), Object.create(Map.prototype)]), [
        new Map([[1, 2]]),
        new Date(5),
        {},
        {}
      ]);
    });

    it('does not mind what an app patches later', () => {
      const patched: [object, string][] = [
        [Object, 'keys'],
        [Object, 'getPrototypeOf'],
        [Array, 'isArray'],
        [Map.prototype, 'forEach'],
        [Set.prototype, 'forEach'],
        [Date.prototype, 'getTime'],
        [RegExp.prototype, 'source']
      ];
      const value = [{ a: 1 }, new Map([[1, 2]]), new Set([3]), new Date(4), /five/];
      const descriptors = patched.map(([holder, key]) => Object.getOwnPropertyDescriptor(holder, key)!);
      let bytes: Uint8Array;
      try {
        for (const [holder, key] of patched) {
          Object.defineProperty(holder, key, { value: () => expect.fail(`${key} was called`), configurable: true });
        }
        bytes = write(value);
      } finally {
        patched.forEach(([holder, key], index) => Object.defineProperty(holder, key, descriptors[index]));
      }
      expectSame(readValue(bytes), value);
    });

    it('takes objects of other realms for what they are', () => {
      const [foreign, own] = [
        '[{ a: [1] }, new Map([[1, new Set([2])]]), new Date(3), /x/g, new RangeError("r"), new Uint8Array(2), Object(1n)]',
        [
          { a: [1] },
          new Map([[1, new Set([2])]]),
          new Date(3),
          /x/g,
          new RangeError('r'),
          new Uint8Array(2),
          Object(1n)
        ]
      ] as const;
      const values = vm.runInNewContext(foreign);
      (own[4] as Error).stack = values[4].stack;
      expectSame(clone(values), own);
    });

    it('leaves out symbols, non-enumerable and inherited properties', () => {
      const object = Object.create({ inherited: 1 }, { hidden: { value: 2 }, seen: { value: 3, enumerable: true } });
      object[Symbol('key')] = 4;
      expectSame(clone(object), { seen: 3 });
    });

    it('keeps a property named __proto__ a property', () => {
      const copy = clone(JSON.parse('{"__proto__": {"polluted": 1}}')) as object;
      expect(Object.getPrototypeOf(copy)).to.equal(Object.prototype);
      expect(Object.keys(copy)).to.deep.equal(['__proto__']);
    });

    it('runs getters once each, in the order of the keys, and skips what one of them deletes', () => {
      const order: string[] = [];
      const object: Record<string, unknown> = {
        get first() {
          order.push('first');
          delete object.second;
          return 1;
        },
        get second() {
          order.push('second');
          return 2;
        },
        nested: {
          get inner() {
            order.push('inner');
            return 3;
          }
        },
        get last() {
          order.push('last');
          return 4;
        }
      };
      expectSame(clone(object), { first: 1, nested: { inner: 3 }, last: 4 });
      expect(order).to.deep.equal(['first', 'inner', 'last']);
    });

    it('keeps the length that an array had before a getter changed it', () => {
      for (const isSparse of [false, true]) {
        const shrinking = (): unknown[] => {
          const array: unknown[] = [0, 1, 2];
          if (isSparse) delete array[1];
          Object.defineProperty(array, 0, { enumerable: true, get: () => (array.length = 1) });
          return array;
        };
        const expected = Object.assign([1], { length: 3 });
        expectSame(nativeRead(write(shrinking())), expected);
        expectSame(clone(shrinking()), expected);
      }
    });

    it('passes on what a getter throws', () => {
      const thrown = { mine: true };
      const value = {
        get bad() {
          // eslint-disable-next-line no-throw-literal
          throw thrown;
        }
      };
      let caught: unknown;
      try {
        write([value]);
      } catch (error) {
        caught = error;
      }
      expect(caught).to.equal(thrown);
    });

    it('writes a value inside a getter of another one', () => {
      let inner: unknown;
      const outer = {
        before: 'x'.repeat(100),
        get nested() {
          inner = clone({ own: 'y'.repeat(100) });
          return 1;
        },
        after: 'z'
      };
      expectSame(clone(outer), { before: 'x'.repeat(100), nested: 1, after: 'z' });
      expectSame(inner, { own: 'y'.repeat(100) });
    });

    it('takes 100,000 levels of objects, arrays, maps and causes', () => {
      let value: unknown = 'bottom';
      for (let level = 0; level < 25_000; level++) {
        value = { value: [new Map([['key', Object.assign(new Error('e', { cause: value }), { stack: '' })]])] };
      }
      expectSame(clone(value), value);
    });

    it('takes wide values: 100,000 keys, elements, entries and bytes', () => {
      const indices = Array.from({ length: 100_000 }, (_, index) => index);
      const wide = [
        Object.fromEntries(indices.map((index) => [`key ${index}`, index])),
        indices,
        new Map(indices.map((index) => [index, `${index}`])),
        new Set(indices),
        new Uint8Array(indices)
      ];
      expectSame(clone(wide), wide);
    });

    it('loses nothing where its buffer has to grow', () => {
      for (let length = 16_350; length < 16_400; length++) {
        const padding = new Uint8Array(length);
        expectSame(clone([padding, 'text', 1.5]), [padding, 'text', 1.5]);
        expectSame(clone([padding, '€', 123n]), [padding, '€', 123n]);
      }
    });

    it('takes arrays that are nearly all holes', () => {
      const sparse: unknown[] = [];
      sparse[4_000_000_000] = 'end';
      expectSame(clone(sparse), sparse);
    });

    it('takes long strings of one and two bytes, lone surrogates and the upper controls of Latin-1', () => {
      const strings = ['a', 'é', '\x80\x9f', '€', '\ud83d\ude00', '\udc00\ud800'].map((unit) => unit.repeat(100_000));
      expectSame(clone(strings), strings);
      expectSame(nativeRead(write(strings)), strings);
    });

    it('leaves resizable buffers and their views as they were', () => {
      const buffer = new ArrayBuffer(8, { maxByteLength: 8 });
      const bytes = new Uint8Array(buffer);
      bytes.set([1, 2, 3, 4, 5, 6, 7, 8]);
      write([bytes, new Uint16Array(buffer), new DataView(buffer, 2), new Uint8Array(buffer, 0, 8)]);
      expect([...bytes]).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8]);
    });

    it('keeps a view over a full resizable buffer following its length, and a fixed one fixed', () => {
      const buffer = new ArrayBuffer(8, { maxByteLength: 8 });
      const copies = clone([
        new Uint8Array(buffer),
        new Uint8Array(buffer, 0, 8),
        new DataView(buffer)
      ]) as Uint8Array[];
      (copies[0].buffer as ArrayBuffer).resize(4);
      expect(copies[0].byteLength).to.equal(4);
      expect(copies[1].byteLength).to.equal(0);
      expect(copies[2].byteLength).to.equal(4);
    });
  });

  describe('transfer', () => {
    it('writes a listed buffer as its index and leaves it attached', () => {
      const buffers = [new ArrayBuffer(8), new ArrayBuffer(16)];
      const bytes = write(
        { second: buffers[1], view: new Uint8Array(buffers[0], 4), again: buffers[1] },
        { transfer: buffers }
      );
      expect(buffers.map((buffer) => buffer.byteLength)).to.deep.equal([8, 16]);
      const transferred = [new ArrayBuffer(8), new ArrayBuffer(16)];
      const copy = readValue(bytes, { transferred }) as { second: ArrayBuffer; view: Uint8Array; again: ArrayBuffer };
      expect(copy.second).to.equal(transferred[1]);
      expect(copy.again).to.equal(transferred[1]);
      expect(copy.view.buffer).to.equal(transferred[0]);
      expect(copy.view.byteOffset).to.equal(4);
    });

    it('refuses bytes whose transferred buffer is missing', () => {
      const buffer = new ArrayBuffer(8);
      expect(() => readValue(write(buffer, { transfer: [buffer] }))).to.throw(
        DOMException,
        'transferred ArrayBuffer 0 is missing'
      );
    });
  });

  describe('host objects', () => {
    class Handle {
      constructor(readonly content: unknown) {}
    }
    const options: Partial<WriteOptions> & ReadOptions = {
      delegate: {
        writeHostObject: (object, writer) => {
          if (!(object instanceof Handle)) return false;
          writer.writeUint32(300);
          writer.writeUint64(2 ** 50);
          writer.writeDouble(-0.5);
          writer.writeUtf8('é€');
          writer.writeRawBytes(Uint8Array.of(1, 2));
          writer.writeValue(object.content);
          return true;
        },
        readHostObject: (reader) => {
          const fields = [reader.readUint32(), reader.readUint64(), reader.readDouble(), reader.readUtf8()];
          expect(fields).to.deep.equal([300, 2 ** 50, -0.5, 'é€']);
          expect([...reader.readRawBytes(2)]).to.deep.equal([1, 2]);
          return new Handle(reader.readValue());
        }
      } as WriteOptions['delegate'] & ReadOptions['delegate']
    };

    it('are written and read by a delegate, nested ones too, and referred to like others', () => {
      const shared = { shared: true };
      const inner = new Handle([shared]);
      const value = { shared, handle: new Handle({ inner, shared }), inner };
      expectSame(readValue(write(value, options), options), value);
    });

    it('say where what they hold cannot be cloned', () => {
      expectRefusal({ list: [new Handle({ f() {} })] }, 'message.list[0].f is a function', options);
    });

    it('are refused by a reader without a delegate', () => {
      expect(() => readValue(write(new Handle(1), options))).to.throw(
        DOMException,
        'a platform object is not known here'
      );
    });
  });

  describe('refuses', () => {
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    const shrunk = new ArrayBuffer(8, { maxByteLength: 8 });
    const beyond = new Uint8Array(shrunk, 4, 4);
    shrunk.resize(2);

    const refused: [what: string, value: unknown][] = [
      ['a function', () => {}],
      ['a function', class {}],
      ['a symbol', Symbol('s')],
      ['a Symbol object', Object(Symbol('s'))],
      ['a Proxy', new Proxy({}, {})],
      ['a Proxy', new Proxy([], {})],
      ['a Proxy', revoked.proxy],
      ['a Promise', Promise.resolve()],
      ['a WeakMap', new WeakMap()],
      ['a WeakSet', new WeakSet()],
      ['a WeakRef', new WeakRef({})],
      ['a FinalizationRegistry', new FinalizationRegistry(() => {})],
      ['a Generator', (function* () {})()],
      ['an AsyncGenerator', (async function* () {})()],
      ['an Array Iterator', [].values()],
      ['a Map Iterator', new Map().values()],
      [
        'an arguments object',
        (function () {
          // eslint-disable-next-line prefer-rest-params
          return arguments;
        })()
      ],
      ['a SharedArrayBuffer', new SharedArrayBuffer(1)],
      ['a WebAssembly.Module', new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0))],
      ['an Intl.Collator', new Intl.Collator()],
      ['a detached ArrayBuffer', detachedBuffer()],
      ['a Uint8Array beyond the end of its ArrayBuffer', beyond],
      ['a Blob', new Blob([])],
      ['a URL', new URL('http://localhost')],
      ['an AbortController', new AbortController()],
      ['a ReadableStream', new ReadableStream()],
      ['a DOMException', new DOMException('d')],
      ['a MessagePort', new MessageChannel().port1],
      ['a SecretKeyObject', createSecretKey(Buffer.alloc(8))],
      // An object of Node's own C++, with enumerable properties.
      ['a BrotliDecoder', (createBrotliDecompress() as unknown as { _handle: object })._handle],
      ['a Job', new (class Job extends EventTarget {})()]
    ];
    for (const [index, [what, value]] of refused.entries()) {
      it(`${what} (${index + 1})`, () => {
        expectRefusal(value, `message is ${what}`);
        expectRefusal({ a: { b: [0, value] } }, `message.a.b[1] is ${what}`);
      });
    }

    it('saying where', () => {
      const bad = () => {};
      expectRefusal(bad, 'args[1] is a function', { name: 'args[1]' });
      expectRefusal({ 'a b': bad }, 'message["a b"] is a function');
      expectRefusal(new Map([['k', bad]]), 'message.get("k") is a function');
      expectRefusal(new Map([[5n, bad]]), 'message.get(5n) is a function');
      expectRefusal(new Map([[{}, [bad]]]), 'message.values()[0][0] is a function');
      expectRefusal(new Map([[bad, 1]]), 'message.keys()[0] is a function');
      expectRefusal(new Set([1, { bad }]), 'message.values()[1].bad is a function');
      expectRefusal(new Error('e', { cause: bad }), 'message.cause is a function');
      expectRefusal(Object.assign([1], { extra: bad }), 'message.extra is a function');
      // eslint-disable-next-line no-sparse-arrays
      expectRefusal([, , bad], 'message[2] is a function');
    });

    it('saying where without a key’s text where that would be long, or be made by script', () => {
      const bad = () => {};
      const sparse: unknown[] = [];
      sparse.length = 2 ** 32 - 1;
      const loud = Object.create({
        toString() {
          throw new Error('This was called');
        }
      });
      for (const key of [sparse, loud, 'x'.repeat(1e6), 9n ** 100_000n]) {
        expectRefusal(new Map<unknown, unknown>([[key, bad]]), 'message.values()[0] is a function');
      }
      expectRefusal({ ['x'.repeat(1e6)]: bad }, `message["${'x'.repeat(100)}" ...] is a function`);
    });

    it('and leaves the next value unharmed', () => {
      expect(() => write([1, () => {}])).to.throw(DOMException);
      expectSame(clone([1, 2]), [1, 2]);
    });
  });

  describe('damaged bytes', () => {
    it('end in a value or a DataCloneError, whatever they are', () => {
      fc.assert(
        fc.property(
          cloneableGraph(),
          fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 4 }),
          fc.nat(),
          (graph, edits, cut) => {
            const bytes = write(graph);
            for (const [position, byte] of edits) bytes[2 + (position % (bytes.length - 2))] = byte;
            try {
              readValue(bytes.subarray(0, bytes.length - (cut % 3)));
            } catch (error) {
              expect(error).to.be.an.instanceOf(DOMException).with.property('name', 'DataCloneError');
            }
          }
        ),
        { numRuns: RUNS }
      );
    });

    it('of an unknown version are refused', () => {
      expect(() => readValue(Uint8Array.of(0xff, 99, 0x30))).to.throw(DOMException, 'version 99 is not known');
      expect(() => readValue(new Uint8Array(0))).to.throw(DOMException, 'there is no version');
    });

    it('with a property twice are refused', () => {
      const bytes = Uint8Array.of(0xff, 15, 0x6f, 0x22, 1, 97, 0x54, 0x22, 1, 97, 0x46, 0x7b, 2);
      expect(() => readValue(bytes)).to.throw(DOMException, 'property "a" comes twice');
    });
  });
});
