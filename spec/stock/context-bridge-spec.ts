import { expect } from 'chai';
import { build } from 'esbuild';
import { launch } from 'puppeteer-core';

import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';

import type { ContextBridge } from '../../runtime/renderer/context-bridge/isolated-world';
import type { AddressInfo } from 'node:net';
import type { Browser, CDPSession, Page } from 'puppeteer-core';

const chromium = process.env.ELECTRON_PORTS_CHROMIUM ?? '/usr/bin/chromium';
const folder = './runtime/renderer/context-bridge';

/** What a preload here has. */
declare const contextBridge: ContextBridge;
// What the APIs exposed here are is known by each spec alone.
declare const api: any;

async function bundle(contents: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: process.cwd(), loader: 'ts' },
    bundle: true,
    write: false,
    format: 'iife',
    target: 'chrome150'
  });
  return outputFiles[0].text;
}

describe('contextBridge of the stock runtime', () => {
  let browser: Browser;
  let page: Page;
  let cdp: CDPSession;
  let mainWorld: string;
  let isolatedWorld: string;
  let pageErrors: string[];

  before(async function () {
    if (!existsSync(chromium)) {
      console.log(`skipped: there is no Chromium at ${chromium}`);
      this.skip();
    }
    mainWorld = await bundle(`import { installMainWorldBridge } from '${folder}/main-world';
      installMainWorldBridge(SECRET);`);
    isolatedWorld = await bundle(`import { createContextBridge } from '${folder}/isolated-world';
      globalThis.contextBridge = createContextBridge(SECRET);`);
    browser = await launch({
      executablePath: chromium,
      args: process.getuid?.() === 0 ? ['--no-sandbox'] : []
    });
  });

  after(() => browser?.close());

  beforeEach(async () => {
    page = await browser.newPage();
    cdp = await page.createCDPSession();
    await cdp.send('Page.enable');
    pageErrors = [];
    page.on('pageerror', (error) => pageErrors.push(String(error)));
  });

  afterEach(async () => {
    await page?.close();
    expect(pageErrors, 'errors that the page saw').to.deep.equal([]);
  });

  /** Opens a page whose first script is `script`, with `preload` in the isolated world. */
  async function open(
    preload: () => void,
    script: () => void = () => {},
    { halves = [mainWorld, isolatedWorld], url = 'data:text/html,' } = {}
  ): Promise<void> {
    const withSecret = (source: string) => `(() => { 'use strict'; const SECRET = '${secret}'; ${source} })()`;
    const secret = randomUUID();
    await cdp.send('Page.addScriptToEvaluateOnNewDocument', { source: withSecret(halves[0]) });
    await cdp.send('Page.addScriptToEvaluateOnNewDocument', {
      source: `${withSecret(halves[1])}; (${preload})();`,
      worldName: 'preload'
    });
    await page.goto(url + encodeURIComponent(`<body><script>(${script})()</script>`));
  }

  describe('exposeInMainWorld', () => {
    it('exposes primitives', async () => {
      await open(() => {
        const values = [1, -0, NaN, 'text', true, null, undefined, 12n];
        values.forEach((value, i) => contextBridge.exposeInMainWorld(`api${i}`, value));
      });
      const same = await page.evaluate(() => {
        const expected = [1, -0, NaN, 'text', true, null, undefined, 12n];
        return expected.map((value, i) => `api${i}` in window && Object.is((window as any)[`api${i}`], value));
      });
      expect(same).to.deep.equal(Array(8).fill(true));
    });

    it('exposes nested objects and arrays with the functions in them', async () => {
      await open(() => {
        contextBridge.exposeInMainWorld('api', {
          list: [1, { two: 2, add: (a: number, b: number) => a + b }],
          deep: { deeper: { deepest: { greet: (name: string) => ({ text: `hello ${name}` }) } } }
        });
      });
      const result = await page.evaluate(() => [
        api.list[0],
        api.list[1].two,
        api.list[1].add(3, 4),
        api.deep.deeper.deepest.greet('page').text,
        Array.isArray(api.list),
        Object.getPrototypeOf(api.deep) === Object.prototype
      ]);
      expect(result).to.deep.equal([1, 2, 7, 'hello page', true, true]);
    });

    it('exposes a function itself', async () => {
      await open(() => contextBridge.exposeInMainWorld('api', (n: number) => n * 2));
      expect(await page.evaluate(() => api(21))).to.equal(42);
    });

    it('defines a read-only, non-configurable property on window', async () => {
      await open(() => contextBridge.exposeInMainWorld('api', 1));
      const { value, ...attributes } = await page.evaluate(() => Object.getOwnPropertyDescriptor(window, 'api')!);
      expect(value).to.equal(1);
      expect(attributes).to.deep.equal({ writable: false, enumerable: true, configurable: false });
    });

    it('freezes what it exposes, all the way down', async () => {
      await open(() =>
        contextBridge.exposeInMainWorld('api', { list: [{ a: 1 }], fn() {}, bytes: new Uint8Array([1, 2]) })
      );
      const frozen = await page.evaluate(() => [api, api.list, api.list[0], api.fn].map(Object.isFrozen));
      expect(frozen).to.deep.equal([true, true, true, true]);
      expect(await page.evaluate(() => api.bytes[1])).to.equal(2);
    });

    it('copies: changes on one side do not show on the other', async () => {
      await open(() => {
        const state = { count: 0 };
        contextBridge.exposeInMainWorld('api', { state, grow: () => ++state.count });
      });
      expect(await page.evaluate(() => [api.grow(), api.grow(), api.state.count])).to.deep.equal([1, 2, 0]);
    });

    it('refuses a name that window has, its own or inherited', async () => {
      await open(() => {
        const errors: string[] = [];
        for (const key of ['document', 'toString', 'taken']) {
          try {
            contextBridge.exposeInMainWorld(key, {});
            errors.push('none');
            contextBridge.exposeInMainWorld(key, {});
          } catch (error) {
            errors.push(String(error));
          }
        }
        contextBridge.exposeInMainWorld('api', errors);
      });
      const error = 'Error: Cannot bind an API on top of an existing property on the window object';
      expect(await page.evaluate(() => api)).to.deep.equal([error, error, 'none', error]);
    });

    it('refuses a name that is no string', async () => {
      await open(() => {
        try {
          contextBridge.exposeInMainWorld(1 as never, {});
        } catch (error) {
          contextBridge.exposeInMainWorld('api', String(error));
        }
      });
      expect(await page.evaluate(() => api)).to.equal(
        'TypeError: Error processing argument at index 1, conversion failure from 1'
      );
    });

    it('throws in the preload when a value can not be cloned, and goes on working', async () => {
      await open(() => {
        const errors = [new WeakMap(), new Map([[1, () => {}]]), Object(Symbol('boxed'))].map((value) => {
          try {
            contextBridge.exposeInMainWorld('api', { value });
            return 'none';
          } catch (error) {
            return `${error} ${error instanceof Error}`;
          }
        });
        contextBridge.exposeInMainWorld('api', errors);
      });
      expect(await page.evaluate(() => api)).to.deep.equal(Array(3).fill('Error: An object could not be cloned. true'));
    });

    it('works again after a reload and on every navigation', async () => {
      await open(() => contextBridge.exposeInMainWorld('api', { path: () => location.href }));
      await page.reload();
      expect(await page.evaluate(() => api.path() === location.href)).to.equal(true);
      for (const url of ['data:text/html,second', 'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg"/>']) {
        await page.goto(url);
        expect(await page.evaluate(() => api.path())).to.equal(await page.evaluate(() => location.href));
      }
    });

    it('works under a content security policy that forbids every script', async () => {
      await open(() => contextBridge.exposeInMainWorld('api', () => 'called'), undefined, {
        url: `data:text/html,<meta http-equiv="content-security-policy" content="default-src 'none'">`
      });
      expect(await page.evaluate(() => api())).to.equal('called');
    });

    it('exposes nothing, and says nothing, where the main world has no bridge', async () => {
      const report = 'addEventListener("DOMContentLoaded", () => { document.title = "done"; })';
      await open(() => {}, undefined, { halves: ['', `${isolatedWorld}; ${report}`] });
      expect(await page.evaluate(() => [document.title, 'api' in window])).to.deep.equal(['done', false]);
    });
  });

  describe('functions', () => {
    it('calls them synchronously, with their object as this', async () => {
      await open(() => {
        const counter = {
          count: 0,
          increase() {
            return ++this.count;
          }
        };
        contextBridge.exposeInMainWorld('api', counter);
      });
      expect(await page.evaluate(() => [api.increase(), api.increase()])).to.deep.equal([1, 2]);
    });

    it('passes callbacks, which can be called many times, then and later', async () => {
      await open(() => {
        let kept: (n: number) => number;
        contextBridge.exposeInMainWorld('api', {
          sum: (callback: (n: number) => number) => callback(1) + callback(2) + callback(3),
          keep: (callback: typeof kept) => {
            kept = callback;
          },
          later: (n: number) => kept(n)
        });
      });
      const result = await page.evaluate(() => {
        const seen: number[] = [];
        const sum = api.sum((n: number) => n * 10);
        api.keep((n: number) => seen.push(n));
        for (let i = 0; i < 1000; i++) api.later(i);
        return [sum, seen.length, seen[999]];
      });
      expect(result).to.deep.equal([60, 1000, 999]);
    });

    it('passes functions deep in results, which pass functions in turn', async () => {
      await open(() => {
        const make = (total: number): unknown => [{ add: (n: () => number) => make(total + n()), total }];
        contextBridge.exposeInMainWorld('api', { make });
      });
      const total = await page.evaluate(
        () =>
          api
            .make(1)[0]
            .add(() => 2)[0]
            .add(() => 3)[0].total
      );
      expect(total).to.equal(6);
    });

    it('gives a function that comes back to its own world as itself', async () => {
      await open(() => {
        const own = () => {};
        contextBridge.exposeInMainWorld('api', {
          own,
          isOwn: (fn: unknown, list: unknown[]) => fn === own && list[0] === own,
          echo: (value: unknown) => value
        });
      });
      const result = await page.evaluate(() => {
        const mine = () => {};
        return [api.isOwn(api.own, [api.own]), api.echo(mine) === mine, api.echo({ mine }).mine === mine];
      });
      expect(result).to.deep.equal([true, true, true]);
    });

    it('gives what one call passes twice as one copy', async () => {
      await open(() =>
        contextBridge.exposeInMainWorld('api', (...values: any[]) => [
          values[0] === values[1],
          values[2].a === values[2].b,
          values[0] === values[2].a
        ])
      );
      const result = await page.evaluate(() => {
        const fn = () => {};
        const date = new Date();
        return [...api(fn, fn, { a: fn, b: fn }), ...api(date, date, { a: date, b: date })];
      });
      expect(result).to.deep.equal(Array(6).fill(true));
    });

    it('throws what the function threw as an Error of the calling world', async () => {
      await open(() =>
        contextBridge.exposeInMainWorld('api', {
          isolated: () => {
            throw Object.assign(new TypeError('whoops'), { code: 'E' });
          },
          weird: () => {
            throw 'no error'; // eslint-disable-line no-throw-literal
          },
          main: (fn: () => void) => {
            try {
              fn();
            } catch (error) {
              return [error instanceof Error, (error as Error).message];
            }
          }
        })
      );
      const result = await page.evaluate(() => {
        const thrown = (fn: () => void) => {
          try {
            fn();
          } catch (error: any) {
            return [Object.getPrototypeOf(error) === Error.prototype, error.message, 'code' in error];
          }
        };
        const fail = () => {
          throw new RangeError('of the page');
        };
        return [thrown(api.isolated), thrown(api.weird), api.main(fail)];
      });
      expect(result).to.deep.equal([
        [true, 'whoops', false],
        [
          true,
          'An unknown exception occurred in the isolated context, an error occurred but a valid exception was not thrown.',
          false
        ],
        [true, 'of the page']
      ]);
    });

    it('throws in the calling world what goes wrong with arguments and results', async () => {
      await open(() =>
        contextBridge.exposeInMainWorld('api', {
          take: () => 'taken',
          bad: () => [Object(Symbol('boxed'))],
          getter: () => ({
            get bad() {
              throw new Error('damn');
            }
          })
        })
      );
      const errors = await page.evaluate(() =>
        [() => api.take(new WeakSet()), () => api.bad(), () => api.getter(), () => api.take()].map((fn) => {
          try {
            return fn();
          } catch (error) {
            return `${error instanceof Error} ${error}`;
          }
        })
      );
      expect(errors).to.deep.equal([
        'true Error: An object could not be cloned.',
        'true Error: Uncaught Error: An object could not be cloned.',
        'true Error: Uncaught Error: damn',
        'taken'
      ]);
    });

    it('says so when calls nest deeper than the engine runs listeners, and works afterwards', async () => {
      await open(() => contextBridge.exposeInMainWorld('api', (fn: (n: number) => void, n: number) => fn(n)));
      const result = await page.evaluate(() => {
        let deepest = 0;
        const descend = (n: number): void => {
          deepest = n;
          api(descend, n + 1);
        };
        const errors: string[] = [];
        try {
          descend(0);
        } catch (error) {
          errors.push(String(error));
        }
        return { errors, deepest, after: api((n: number) => n, 5) };
      });
      expect(result.errors).to.deep.equal(['Error: contextBridge: too many calls nested in each other']);
      expect(result.deepest).to.be.greaterThan(15);
      expect(result.after).to.equal(5);
      pageErrors = [];
    });
  });

  describe('values', () => {
    /** What `echo` returns has crossed twice. */
    const echo = () =>
      contextBridge.exposeInMainWorld('api', {
        echo: (value: unknown) => value,
        describe: (value: object) => [
          Object.prototype.toString.call(value),
          Object.getPrototypeOf(value)?.constructor.name
        ]
      });

    it('clones dates, regular expressions, maps, sets, buffers, typed arrays and boxed primitives', async () => {
      await open(echo);
      const same = await page.evaluate(() => {
        const { buffer } = new Uint8Array([1, 2, 3]);
        const back = api.echo([
          new Date(5),
          /a+/gi,
          new Map([['k', { v: [1] }]]),
          new Set([1, 2]),
          buffer,
          new Float64Array([0.5]),
          new DataView(buffer, 1),
          Object('boxed')
        ]);
        return [
          back[0].getTime() === 5 && back[0] instanceof Date,
          String(back[1]) === '/a+/gi' && back[1] instanceof RegExp,
          back[2].get('k').v[0] === 1 && back[2] instanceof Map,
          back[3].has(2),
          new Uint8Array(back[4])[2] === 3 && back[4] !== buffer && buffer.byteLength === 3,
          back[5] instanceof Float64Array && back[5][0] === 0.5,
          back[6].getUint8(0) === 2,
          back[7] instanceof String && String(back[7]) === 'boxed'
        ];
      });
      expect(same).to.deep.equal(Array(8).fill(true));
    });

    it('copies instances of classes without their prototype', async () => {
      await open(echo);
      const result = await page.evaluate(() => {
        class Point {
          x = 1;
          #secret = 2;
          get secret() {
            return this.#secret;
          }
        }
        const back = api.echo(new Point());
        return [Object.getPrototypeOf(back) === Object.prototype, Object.keys(back), api.describe(new Point())];
      });
      expect(result).to.deep.equal([true, ['x'], ['[object Object]', 'Object']]);
    });

    it('gives every copy the prototypes of the world it arrives in', async () => {
      await open(() =>
        contextBridge.exposeInMainWorld('api', {
          check: (values: any) =>
            [
              [values, Array],
              [values[0], Object],
              [values[1], Function],
              [values[2], Promise],
              [values[3], Error],
              [values[4], Map],
              [values[5], HTMLElement]
            ].map(
              ([value, type]) => value instanceof type && !!value.constructor.constructor('return contextBridge')()
            ),
          make: () => [{}, () => {}, Promise.resolve(), new Error('e'), new Map(), document.body]
        })
      );
      const result = await page.evaluate(() => {
        const values = [{}, () => {}, Promise.resolve(), new Error('e'), new Map(), document.body];
        const made = api.make();
        const mine = made.map((value: any) => value.constructor.constructor('return typeof contextBridge')());
        return [...mine, made[0] instanceof Object, made[2] instanceof Promise, ...api.check(values)];
      });
      expect(result).to.deep.equal([...Array(6).fill('undefined'), ...Array(9).fill(true)]);
    });

    it('keeps objects and arrays that contain themselves', async () => {
      await open(echo);
      const result = await page.evaluate(() => {
        const value: any = { list: [] };
        value.self = value;
        value.list.push(value.list, value);
        const back = api.echo(value);
        return [back.self === back, back.list[0] === back.list, back.list[1] === back, back !== value];
      });
      expect(result).to.deep.equal([true, true, true, true]);
    });

    it('copies an own __proto__ key as a property', async () => {
      await open(echo);
      const result = await page.evaluate(() => {
        const back = api.echo(JSON.parse('{"__proto__":{"polluted":1},"1":2}'));
        return [Object.keys(back), back.polluted === undefined, Object.getPrototypeOf(back) === Object.prototype];
      });
      expect(result).to.deep.equal([['1', '__proto__'], true, true]);
    });

    it('passes symbols as Electron does, as values and as keys', async () => {
      await open(() => {
        const symbol = Symbol('mine');
        contextBridge.exposeInMainWorld('api', { symbol, object: { [symbol]: 1 }, is: (s: symbol) => s === symbol });
      });
      expect(
        await page.evaluate(() => [api.object[api.symbol], api.is(api.symbol), api.is(Symbol('mine'))])
      ).to.deep.equal([1, true, false]);
    });

    it('copies errors by their message', async () => {
      await open(echo);
      const result = await page.evaluate(() => {
        const [error, abort] = api.echo([new RangeError('far'), new DOMException('stop', 'AbortError')]);
        return [String(error), Object.getPrototypeOf(error) === Error.prototype, String(abort)];
      });
      expect(result).to.deep.equal(['Error: far', true, 'Error: stop']);
    });

    it('passes elements as the same elements, those of shadow trees too', async () => {
      await open(() =>
        contextBridge.exposeInMainWorld('api', {
          echo: (value: unknown) => value,
          mark: ({ element }: { element: HTMLElement }) => (element.id = 'marked'),
          body: () => document.body
        })
      );
      const result = await page.evaluate(() => {
        const inner = document.createElement('p');
        document.body.attachShadow({ mode: 'open' }).append(inner);
        api.mark({ element: inner });
        return [api.echo([document.body, inner])[1] === inner, inner.id, api.body() === document.body];
      });
      expect(result).to.deep.equal([true, 'marked', true]);
    });

    it('passes blobs and files', async () => {
      await open(() =>
        contextBridge.exposeInMainWorld('api', {
          text: (blob: Blob) => blob.text(),
          file: () => new File(['content'], 'name.txt')
        })
      );
      const result = await page.evaluate(async () => [
        await api.text(new Blob(['of the page'])),
        api.file() instanceof File && api.file().name,
        await api.file().text()
      ]);
      expect(result).to.deep.equal(['of the page', 'name.txt', 'content']);
    });

    it('passes video frames', async () => {
      // They exist in secure contexts only, which data: is not.
      const server = createServer((_, response) => response.setHeader('content-type', 'text/html').end());
      await once(server.listen(0, 'localhost'), 'listening');
      try {
        await open(echo, undefined, { url: `http://localhost:${(server.address() as AddressInfo).port}/?` });
        const result = await page.evaluate(() => {
          const canvas = new OffscreenCanvas(8, 4);
          canvas.getContext('2d')!.fillRect(0, 0, 8, 4);
          const frame = new VideoFrame(canvas, { timestamp: 7 });
          const back = api.echo({ frame }).frame;
          const values = [
            back instanceof VideoFrame,
            back.timestamp,
            back.codedWidth,
            back.codedHeight,
            frame.timestamp
          ];
          frame.close();
          back.close();
          return values;
        });
        expect(result).to.deep.equal([true, 7, 8, 4, 7]);
      } finally {
        server.close();
      }
    });

    it('copies other DOM objects, a MessagePort among them, as the properties they own: none', async () => {
      await open(echo);
      const result = await page.evaluate(() => {
        const { port1 } = new MessageChannel();
        return Object.keys(api.echo({ port1 }).port1).length === 0 && !(api.echo(port1) instanceof MessagePort);
      });
      expect(result).to.equal(true);
    });

    it('takes 999 levels of nesting and no more', async () => {
      await open(echo);
      const result = await page.evaluate(() => {
        const nest = (levels: number, wrap: (inner: unknown) => unknown) => {
          let value: unknown = 0;
          for (let i = 0; i < levels; i++) value = wrap(value);
          return value;
        };
        const call = (value: unknown) => {
          try {
            return typeof api.echo(value);
          } catch (error) {
            return `${error instanceof TypeError} ${error}`;
          }
        };
        const object = (a: unknown) => ({ a });
        const list = (a: unknown) => [a];
        return [call(nest(999, list)), call(nest(1000, list)), call(nest(999, object)), call(nest(1000, object))];
      });
      const error =
        'true TypeError: Electron contextBridge recursion depth exceeded.  ' +
        'Nested objects deeper than 1000 are not supported.';
      expect(result).to.deep.equal(['object', error, 'object', error]);
    });
  });

  describe('promises', () => {
    it('settle on the other side as on their own, both ways', async () => {
      await open(() =>
        contextBridge.exposeInMainWorld('api', {
          list: [Promise.resolve({ fn: () => 'called' }), { fail: () => Promise.reject(new Error('whoops')) }],
          later: async (ms: number) => new Promise((resolve) => setTimeout(resolve, ms, 'later')),
          add: async (promise: Promise<number>) => (await promise) + 1,
          reason: (promise: Promise<unknown>) => promise.catch((error: Error) => `caught ${error.message}`)
        })
      );
      const result = await page.evaluate(async () => [
        (await api.list[0]).fn(),
        await api.list[1].fail().catch((error: Error) => [error instanceof Error, error.message]),
        await api.later(1),
        await api.add(Promise.resolve(41)),
        await api.reason(Promise.reject(new Error('of the page')))
      ]);
      expect(result).to.deep.equal(['called', [true, 'whoops'], 'later', 42, 'caught of the page']);
    });

    it('reject when their result can not cross', async () => {
      await open(() =>
        contextBridge.exposeInMainWorld('api', {
          resolve: async () => new WeakMap(),
          reject: () => Promise.reject(Object(Symbol('boxed')))
        })
      );
      const result = await page.evaluate(() => Promise.all([api.resolve().catch(String), api.reject().catch(String)]));
      expect(result).to.deep.equal(Array(2).fill('Error: Uncaught Error: An object could not be cloned.'));
    });

    it('rejects what only claims to be a promise', async () => {
      await open(() => contextBridge.exposeInMainWorld('api', (value: unknown) => value));
      const result = await page.evaluate(() => {
        class Liar {
          [Symbol.toStringTag] = 'Promise';
        }
        return api(new Liar()).catch(String);
      });
      expect(result).to.equal('Error: An object could not be cloned.');
    });
  });

  describe('lifetimes', () => {
    const collected = async (check: () => Promise<boolean>) => {
      for (let i = 0; i < 50; i++) {
        await cdp.send('HeapProfiler.collectGarbage');
        if (await check()) return true;
      }
      return false;
    };

    it('lets go of a function of the preload once the page has lost its proxy, not before', async () => {
      await open(() => {
        let reference: WeakRef<() => string>;
        contextBridge.exposeInMainWorld('api', {
          make: () => {
            const fn = () => 'alive';
            reference = new WeakRef(fn);
            return { fn };
          },
          gone: () => reference.deref() === undefined
        });
      });
      await page.evaluate(() => ((window as any).kept = api.make()));
      await cdp.send('HeapProfiler.collectGarbage');
      await cdp.send('HeapProfiler.collectGarbage');
      expect(await page.evaluate(() => (window as any).kept.fn())).to.equal('alive');
      await page.evaluate(() => delete (window as any).kept);
      expect(await collected(() => page.evaluate(() => api.gone()))).to.equal(true);
    });

    it('lets go of a callback and of a promise of the page once the preload has', async () => {
      await open(() => contextBridge.exposeInMainWorld('api', { take: (..._values: unknown[]) => {} }));
      await page.evaluate(() => {
        const values = [() => {}, new Promise(() => {})];
        (window as any).references = values.map((value) => new WeakRef(value));
        api.take(...values);
      });
      const gone = () => page.evaluate(() => (window as any).references.every((r: WeakRef<object>) => !r.deref()));
      expect(await collected(gone)).to.equal(true);
    });

    it('keeps nothing of a call whose arguments could not be cloned', async () => {
      await open(() => contextBridge.exposeInMainWorld('api', { take: (..._values: unknown[]) => {} }));
      await page.evaluate(() => {
        const fn = () => {};
        (window as any).reference = new WeakRef(fn);
        try {
          api.take(fn, new WeakMap());
        } catch {}
      });
      expect(await collected(() => page.evaluate(() => !(window as any).reference.deref()))).to.equal(true);
    });
  });

  describe('against a hostile page', () => {
    /** Replaces every builtin of the page, and plants accessors on the prototypes, to see which of them the bridge uses. */
    const sabotage = () => {
      const { apply, defineProperty, getOwnPropertyDescriptor, getPrototypeOf, ownKeys } = Reflect;
      // Text: an array would trip over the accessors planted below.
      let used = '';
      let active = false;
      const note = (what: string) => {
        if (active) used += `${what}; `;
      };
      const spied = new WeakMap<object, Function>();
      const spy = (fn: Function, name: string): Function => {
        if (spied.has(fn)) return spied.get(fn)!;
        const result: Function = new Proxy(fn, {
          apply(target, self, args) {
            note(`${name}()`);
            return apply(target, self, args);
          },
          construct(target, args, newTarget): object {
            note(`new ${name}`);
            return Reflect.construct(target, args, newTarget === result ? target : newTarget);
          }
        });
        spied.set(fn, result);
        return result;
      };
      const seen = new Set<object>();
      const infect = (target: any, path: string): void => {
        if (seen.has(target)) return;
        seen.add(target);
        for (const key of ownKeys(target)) {
          const name = `${path}.${String(key)}`;
          const descriptor = getOwnPropertyDescriptor(target, key)!;
          for (const field of ['value', 'get', 'set'] as const) {
            const fn = descriptor[field];
            if (typeof fn !== 'function' || key === 'constructor') continue;
            if (field === 'value' && typeof fn.prototype === 'object') infect(fn.prototype, `${name}.prototype`);
            if (field === 'value') infect(fn, name);
            descriptor[field] = spy(fn, name) as never;
          }
          if (key !== 'prototype' && descriptor.configurable) defineProperty(target, key, descriptor);
          else if (descriptor.writable && key !== 'prototype') target[key] = descriptor.value;
        }
      };
      const instances = [[][Symbol.iterator](), new Map().entries(), (async () => {})()];
      const hidden = [...instances.map(getPrototypeOf), JSON, Math, Reflect, Atomics, document];
      hidden.forEach((object, i) => infect(object, `hidden${i}`));
      const { api: bridged, top, location, chrome, ...globals } = Object.getOwnPropertyDescriptors(window) as any;
      for (const name of Object.keys(globals)) {
        const { value, writable, configurable } = globals[name];
        if (typeof value !== 'function' || (!writable && !configurable)) continue;
        infect(value, name);
        if (typeof value.prototype === 'object') infect(value.prototype, `${name}.prototype`);
        defineProperty(window, name, { value: spy(value, name), writable: true, configurable: true });
      }
      const members =
        'bubbles cancelable composed detail relatedTarget view which sourceCapabilities once passive signal';
      const fields = 'capture get set value writable enumerable configurable cause head parcel fn receiver id error';
      for (const key of `${members} ${fields} 0 1 2 3 4 values attachments length name handleEvent`.split(' ')) {
        for (const prototype of [Object.prototype, Array.prototype]) {
          if (Object.hasOwn(prototype, key)) continue;
          const trap = () => note(`trap ${key}`);
          const accessors = { __proto__: null, get: trap, set: trap, configurable: true };
          defineProperty(prototype, key, accessors as PropertyDescriptor);
        }
      }
      (window as any).usedBy = (fn: () => void) => {
        used = '';
        active = true;
        fn();
        active = false;
        return used;
      };
    };

    it('calls no builtin and runs no accessor that page script replaced', async () => {
      await open(
        () =>
          contextBridge.exposeInMainWorld('api', {
            echo: (value: unknown) => value,
            call: (fn: (...args: unknown[]) => unknown, ...args: unknown[]) => fn(...args),
            make: () => ({
              list: [1, { a: new Map() }],
              symbol: Symbol('s'),
              fn: () => {},
              promise: Promise.resolve(1)
            }),
            fail: () => {
              throw new Error('whoops');
            }
          }),
        sabotage
      );
      const result = await page.evaluate(() => {
        const { usedBy } = window as any;
        const value = { list: [1, [2]], date: new Date(0), fn: () => 1, element: document.body, symbol: Symbol('x') };
        const promise = Promise.resolve(3);
        const bytes = new Uint8Array(4);
        const blob = new Blob(['x']);
        let made: any;
        let back: any;
        let caught: any;
        const usedByBridge = usedBy(() => {
          back = api.echo(value);
          made = api.make();
          made.fn(made.fn);
          api.call(value.fn, 1, 2, 3);
          api.echo(bytes);
          api.echo(blob);
          api.echo(promise);
          try {
            api.fail();
          } catch (error) {
            caught = error;
          }
          try {
            api.echo(api);
          } catch (error) {
            caught = error;
          }
        });
        const results = `${caught.message} ${back.list} ${back.fn === value.fn} ${back.element === document.body} ${made.list[0]}`;
        // What page script does itself shows that the spies work.
        const usedByPage = usedBy(() => document.dispatchEvent(new CustomEvent('x', {})));
        return { results, usedByBridge, usedByPage };
      });
      expect(result.results).to.equal('whoops 1,2 true true 1');
      expect(result.usedByPage).to.match(/new CustomEvent; .*trap detail; .*dispatchEvent\(\); /);
      expect(result.usedByBridge).to.equal('');
    });

    it('works when page script froze or broke everything before the first call', async () => {
      await open(
        () =>
          contextBridge.exposeInMainWorld('api', {
            later: async (n: number) => n + 1,
            add: async (promise: Promise<number>) => (await promise) + 1
          }),
        () => {
          const broken = () => {
            throw new Error('broken by the page');
          };
          for (const type of [EventTarget, Event, CustomEvent, FocusEvent, Map, WeakMap, Set, FinalizationRegistry]) {
            for (const key of Object.getOwnPropertyNames(type.prototype)) {
              Reflect.defineProperty(type.prototype, key, { get: broken, set: broken });
            }
          }
          Object.assign(window, { CustomEvent: broken, FocusEvent: broken, Error: broken, structuredClone: broken });
          Reflect.defineProperty(Array.prototype, Symbol.iterator, { get: broken });
          Object.assign(Function.prototype, { call: broken, apply: broken, bind: broken });
        }
      );
      expect(await page.evaluate(async () => [await api.later(1), await api.add(api.later(2))])).to.deep.equal([2, 4]);
    });

    it('shows no event of the bridge as window.event, wherever page script runs during a call', async () => {
      await open(() =>
        contextBridge.exposeInMainWorld('api', (fn: (value?: unknown) => unknown, value: unknown) => fn(value))
      );
      const result = await page.evaluate(() => {
        const seen = new Map<string, unknown>();
        const look = (where: string): undefined => {
          seen.set(where, seen.get(where) ?? window.event);
        };
        class Tagged {
          get [Symbol.toStringTag]() {
            look('toStringTag');
            return 'Map Iterator';
          }
        }
        const value = {
          get member() {
            return look('getter');
          }
        };
        const proxied = new Proxy(new (class {})(), { ownKeys: () => look('proxy') ?? [] });
        const promise = Promise.resolve();
        void Object.defineProperty(promise, 'constructor', { get: () => look('promise') ?? Promise });
        Reflect.defineProperty(Object.prototype, 'then', { get: () => look('then'), configurable: true });
        Object.defineProperty(Error, 'prepareStackTrace', { value: () => look('stack') });
        for (const argument of [value, proxied, promise, new Tagged()]) {
          for (const call of [() => api(() => look('callback'), argument), () => api(() => argument)]) {
            try {
              call();
            } catch (error: any) {
              String(error.stack);
            }
          }
        }
        delete (Object.prototype as any).then;
        let inHandler: unknown;
        const click = new MouseEvent('click');
        document.body.onclick = () => api(() => (inHandler = window.event));
        document.body.dispatchEvent(click);
        return { events: [...seen].filter(([, event]) => event), where: [...seen.keys()], own: inHandler === click };
      });
      expect(result.events).to.deep.equal([]);
      expect(result.where).to.include.members(['callback', 'getter', 'promise', 'proxy', 'toStringTag']);
      expect(result.own).to.equal(true);
    });

    it('sends no event through anything page script can listen on', async () => {
      await open(
        () =>
          contextBridge.exposeInMainWorld('api', (fn: (s: symbol) => unknown, element: unknown) => [
            fn(Symbol('s')),
            element
          ]),
        () => {
          const seen: string[] = ((window as any).seen = []);
          for (const target of [window, document, document.documentElement, document.body]) {
            for (const to of ['main', 'isolated']) {
              for (const kind of ['call', 'answer', 'release', 'symbol', 'element']) {
                target.addEventListener(`${to} ${kind}`, (event) => seen.push(event.type), true);
              }
            }
            target.addEventListener('calls', () => seen.push('calls'), true);
          }
        }
      );
      expect(await page.evaluate(() => [api(() => 1, document.body)[0], (window as any).seen])).to.deep.equal([1, []]);
    });

    it('takes no notice of forged events', async () => {
      await open(() => {
        const called: unknown[] = [];
        contextBridge.exposeInMainWorld('api', { called: () => called, secret: { fn: () => called.push('fn') } });
      });
      const called = await page.evaluate(() => {
        const host = document.body.attachShadow({ mode: 'open' });
        for (const target of [window, document, document.body, host, new EventTarget()]) {
          for (const to of ['main', 'isolated']) {
            for (let id = 0; id < 10; id++) {
              target.dispatchEvent(new CustomEvent(`${to} call`, { detail: [id, [], 0], bubbles: true }));
            }
          }
          target.dispatchEvent(new FocusEvent('calls', { relatedTarget: host }));
        }
        return api.called();
      });
      expect(called).to.deep.equal([]);
    });

    it('answers the secret once: a page that learned it later can not take the bridge over', async () => {
      let known = '';
      const report = 'globalThis.leaked = SECRET;';
      await open(() => contextBridge.exposeInMainWorld('api', 1), undefined, {
        halves: [`${mainWorld}; ${report}`, isolatedWorld]
      });
      known = await page.evaluate(() => (window as any).leaked);
      const ignored = await page.evaluate(
        (secret) =>
          document.dispatchEvent(new FocusEvent(secret, { relatedTarget: new EventTarget(), cancelable: true })),
        known
      );
      expect(known).to.have.lengthOf(36);
      expect(ignored).to.equal(true);
    });

    it('shows functions as native code without a name, properties, callers or the way they went', async () => {
      await open(() =>
        contextBridge.exposeInMainWorld('api', function internal(fn: () => unknown) {
          return fn();
        })
      );
      const result = await page.evaluate(() => {
        const text = Function.prototype.toString.call(api);
        const own = Object.getOwnPropertyDescriptors(api);
        let callers: unknown[] = [];
        let stack = '';
        let frames: any[] = [];
        (window as any).look = (caller: unknown, args: IArguments) => {
          callers = [caller, args.callee === callback, args.length];
          stack = new Error('here').stack!;
          Object.defineProperty(Error, 'prepareStackTrace', { value: (_: unknown, sites: any[]) => sites });
          frames = new Error('here').stack as never;
        };
        // Sloppy code, as only that may ask for its caller.
        const callback = window.eval('(function callback() { look(callback.caller, arguments); })');
        api(callback);
        const known = [callback, (window as any).look, window, undefined, null];
        const shown = frames.flatMap((site) => [site.getFunction(), site.getThis()]);
        const inner = shown.filter((value) => !known.includes(value));
        let constructed = '';
        try {
          Reflect.construct(api, []);
        } catch (error) {
          constructed = (error as Error).constructor.name;
        }
        return { text, own, callers, stack, inner: inner.map(String), constructed, hasPrototype: 'prototype' in api };
      });
      expect(result.text).to.equal('function () { [native code] }');
      expect(Object.entries(result.own).map(([key, { value }]) => [key, value])).to.deep.equal([
        ['length', 0],
        ['name', '']
      ]);
      expect(result.callers).to.deep.equal([null, true, 0]);
      expect(result.stack).to.contain('callback').and.not.contain('internal');
      expect(result.inner).to.deep.equal([]);
      expect([result.constructed, result.hasPrototype]).to.deep.equal(['TypeError', false]);
    });

    it('is no caller of the sloppy page code that runs while it reads a value', async () => {
      await open(() => contextBridge.exposeInMainWorld('api', (value: unknown) => value));
      const callers = await page.evaluate(() => {
        const seen: unknown[] = ((window as any).seen = []);
        // As text, because what page.evaluate runs is strict.
        window.eval(`
          function note() { seen.push(note.caller && note.caller.caller); }
          // Methods and accessors of object literals have no caller, plain functions do.
          const reader = (result) => ({ get: function () { note(); return result; }, enumerable: true });
          class Other {}
          const values = [
            Object.defineProperty({}, 'a', reader(1)),
            Object.defineProperty(new Other(), Symbol.toStringTag, reader('Date')),
            new Proxy(new Other(), { ownKeys: function () { note(); return []; } }),
            Object.defineProperty(Promise.resolve(), 'constructor', reader(Promise)),
            Object.defineProperty(new Error(), 'message', reader('x'))
          ];
          for (const value of values) { try { api(value); } catch {} }
        `);
        return seen.map(String);
      });
      expect(callers.length).to.be.at.least(5);
      expect(callers.filter((caller) => caller !== 'null')).to.deep.equal([]);
    });

    it('refuses to run as sloppy code', async () => {
      const report = 'addEventListener("DOMContentLoaded", () => { document.title = error; })';
      const source = `try { ${isolatedWorld} } catch (error) { ${report} }`;
      await cdp.send('Page.addScriptToEvaluateOnNewDocument', { source });
      await page.goto('data:text/html,');
      expect(await page.title()).to.equal('Error: contextBridge: must be injected as strict code');
    });

    it('leaves nothing on window but what was exposed', async () => {
      const names = () => page.evaluate(() => Reflect.ownKeys(window).map(String));
      await page.goto('data:text/html,');
      const before = await names();
      await open(() => contextBridge.exposeInMainWorld('api', 1));
      expect((await names()).filter((name) => !before.includes(name))).to.deep.equal(['api']);
    });
  });
});
