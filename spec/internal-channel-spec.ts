import { MainPort } from '@electron/internal/browser/main-port';
import { InternalChannel } from '@electron/internal/common/internal-channel';
import type { Methods } from '@electron/internal/common/internal-channel';
import type { PortLike, PortListener } from '@electron/internal/common/port-like';

import { BrowserWindow, MessageChannelMain } from 'electron/main';

import { expect } from 'chai';

import { EventEmitter, once } from 'node:events';
import { join } from 'node:path';

import { defer } from './lib/defer';
import { isStock, skipInElectron } from './lib/needs';
import { rejection } from './lib/rejection';
import { closeAllWindows, closeWindow, openWindow, run } from './lib/windows';

const preload = join(__dirname, 'fixtures', 'internal-channel-preload.cjs');

async function windowWithPreload(): Promise<BrowserWindow> {
  const window = new BrowserWindow({ show: false, webPreferences: { preload } });
  await window.loadURL('about:blank');
  return window;
}

/** A channel between this process and the preload script of a new window. */
async function channelToRenderer(methods: Methods = {}) {
  const window = await windowWithPreload();
  const { port1, port2 } = new MessageChannelMain();
  const channel = new InternalChannel('spec');
  channel.handle(methods);
  channel.connect(new MainPort(port1));
  window.webContents.postMessage('channel', null, [port2]);
  return { window, channel };
}

/** Its text is four thousand million commas: whoever makes it hangs. */
const endless: unknown[] = [];
endless.length = 2 ** 32 - 1;

interface Posted {
  type: string;
  id: number;
  args?: unknown[];
  error?: { message: string };
}

/** A port without another end, and what was posted to it. */
function recordingPort(): [posted: Posted[], port: PortLike & { listener?: PortListener }] {
  const posted: Posted[] = [];
  const port: PortLike & { listener?: PortListener } = {
    post: (message) => void posted.push(message as Posted),
    listen(listener) {
      port.listener = listener;
    },
    close() {}
  };
  return [posted, port];
}

/** What an end that was taken over may send, each of it no message. */
const nonsense: [what: string, message: unknown][] = [
  ['nothing', undefined],
  ['a text', 'request'],
  ['an array', [1, 2, 3]],
  ['an unknown type', { type: 'nonsense' }],
  ['a request without a number', { type: 'request', id: { deep: new Map() }, method: 'fail', args: [] }],
  ['a request without a method', { type: 'request', id: 1, args: [] }],
  ['a request of an object', { type: 'request', id: 1, method: { name: 'fail' }, args: [] }],
  ['a request without arguments', { type: 'request', id: 1, method: 'fail' }],
  ['a request with a million arguments', { type: 'request', id: 1, method: 'fail', args: new Array(1e6).fill(0) }],
  ['a request of a method with an endless name', { type: 'request', id: 1, method: 'x'.repeat(1e6), args: [] }],
  ['an event that nobody takes', { type: 'event', method: 'gone', args: [] }],
  ['an event of an object without a text', { type: 'event', method: { toString: 1 }, args: [] }],
  ['an event without arguments', { type: 'event', method: 'fail', args: { length: 1 } }],
  ['an error without an error', { type: 'error', id: 1 }],
  ['an error with a name that has no text', { type: 'error', id: 1, error: { name: { toString: 1 } } }],
  ['an error with an endless name', { type: 'error', id: 1, error: { name: endless, message: '' } }],
  ['an error with an endless message', { type: 'error', id: 1, error: { name: '', message: endless } }],
  ['an error for an endless request', { type: 'error', id: endless, error: { name: '', message: '' } }],
  ['a reply to an endless request', { type: 'reply', id: endless }],
  ['a close with a reason that has no text', { type: 'close', reason: { toString: 1 } }]
];

describe('an internal channel', () => {
  afterEach(closeAllWindows);

  for (const [what, message] of nonsense) {
    it(`is closed by ${what}, and nothing else is`, async () => {
      const { port1, port2 } = new MessageChannelMain();
      const channel = new InternalChannel('spec');
      channel.handle({
        fail() {
          throw new Error('on purpose');
        }
      });
      channel.connect(new MainPort(port1));
      const pending = rejection(channel.request('never'));
      const closed = once(port2, 'close');
      port2.start();
      port2.postMessage(message);
      await closed;
      expect(await pending).to.include({ code: 'ERR_CHANNEL_CLOSED' });
    });
  }

  it('runs a few of the other end’s calls at once, and is closed when thousands more wait', async () => {
    const { port1, port2 } = new MessageChannelMain();
    let running = 0;
    const channel = new InternalChannel('spec');
    channel.handle({
      wait() {
        running++;
        return new Promise(() => {});
      }
    });
    channel.connect(new MainPort(port1));
    const closed = once(port2, 'close');
    port2.start();
    for (let id = 0; id < 10_020; id++) port2.postMessage({ type: 'request', id, method: 'wait', args: [] });
    await closed;
    expect(running).to.equal(16);
  });

  it('says that it failed when the error is too large to be sent', async () => {
    const [posted, port] = recordingPort();
    port.post = (message) => {
      if (JSON.stringify(message).length > 1e6) throw new DOMException('It is too large', 'DataCloneError');
      posted.push(message as Posted);
    };
    const channel = new InternalChannel('spec');
    channel.handle({
      fail() {
        throw new RangeError('x'.repeat(1e6));
      }
    });
    channel.connect(port);
    port.listener!.message({ type: 'request', id: 7, method: 'fail', args: [] });
    await new Promise(setImmediate);
    expect(posted).to.have.length(1);
    expect(posted[0]).to.deep.include({ type: 'error', id: 7 });
    expect(posted[0].error!.message).to.equal('The error is too large to be sent');
  });

  it('asks a thousand things at once, and the rest in turn', async () => {
    const [posted, port] = recordingPort();
    const channel = new InternalChannel('spec');
    channel.connect(port);
    const results = Promise.all(Array.from({ length: 2500 }, (_, index) => channel.request('echo', index)));
    await new Promise(setImmediate);
    expect(posted).to.have.length(1000);
    for (let index = 0; index < 2500; index++) {
      const { id, args } = posted[index];
      port.listener!.message({ type: 'reply', id, result: args![0] });
      if (index % 100 === 0) await new Promise(setImmediate);
      expect(posted.length - index).to.be.at.most(1001);
      if (index === posted.length - 1) await new Promise(setImmediate);
    }
    expect(await results).to.deep.equal(Array.from({ length: 2500 }, (_, index) => index));
  });

  it('rejects what waits for its turn when it is closed', async () => {
    const channel = new InternalChannel('spec');
    channel.connect(recordingPort()[1]);
    const results = Array.from({ length: 1500 }, () => rejection(channel.request('never')));
    await new Promise(setImmediate);
    channel.close('enough');
    for (const error of await Promise.all(results)) expect(error).to.include({ code: 'ERR_CHANNEL_CLOSED' });
  });

  it('reports an event that fails, and no later one', async () => {
    const { error } = console;
    const logged: string[] = [];
    console.error = (text: string) => logged.push(text);
    defer(() => (console.error = error));
    const [, port] = recordingPort();
    const channel = new InternalChannel('spec');
    channel.handle({
      fail() {
        throw new Error('on purpose');
      }
    });
    channel.connect(port);
    for (let time = 0; time < 3; time++) port.listener!.message({ type: 'event', method: 'fail', args: [] });
    await new Promise(setImmediate);
    expect(logged).to.deep.equal(["Event 'fail' of the internal channel 'spec', and no later one is reported:"]);
  });

  it('closes a port that comes once it is closed', async () => {
    const { port1, port2 } = new MessageChannelMain();
    const channel = new InternalChannel('spec');
    channel.refuse();
    const closed = once(port2, 'close');
    channel.connect(new MainPort(port1));
    await closed;
  });

  it('answers every one of thousands of calls, in order', async () => {
    const { port1, port2 } = new MessageChannelMain();
    const channel = new InternalChannel('spec');
    const asker = new InternalChannel('spec');
    const called: number[] = [];
    channel.handle({
      async double(number: number) {
        called.push(number);
        return number * 2;
      }
    });
    channel.connect(new MainPort(port1));
    asker.connect(new MainPort(port2));
    const numbers = Array.from({ length: 5000 }, (_, index) => index);
    expect(await Promise.all(numbers.map((each) => asker.request('double', each)))).to.deep.equal(
      numbers.map((each) => each * 2)
    );
    expect(called).to.deep.equal(numbers);
    asker.close();
  });

  it('gives each request its own answer', async () => {
    const { channel } = await channelToRenderer();
    const sums = await Promise.all([1, 2, 3].map((number) => channel.request('add', number, 10)));
    expect(sums).to.deep.equal([11, 12, 13]);
  });

  it('answers the renderer as well', async () => {
    const { channel } = await channelToRenderer({ double: (number: number) => number * 2 });
    expect(await channel.request('askBack', 'double', 21)).to.equal(42);
  });

  it('delivers events in order', async () => {
    const { channel } = await channelToRenderer();
    for (const value of ['a', 'b', 'c']) await channel.emit('note', value);
    expect(await channel.request('noted')).to.deep.equal(['a', 'b', 'c']);
  });

  it('rejects with an error of the class and with the code that the renderer threw', async () => {
    const { channel } = await channelToRenderer();
    const error = await rejection(channel.request('fail'));
    expect(error).to.be.an.instanceOf(RangeError).and.include({ message: 'Too far', code: 'ERR_TOO_FAR' });
  });

  it('carries errors through both processes and back', async () => {
    class QuotaError extends Error {
      override name = 'QuotaError';
      code = 7;
    }
    const thrown = [
      new TypeError('No such type'),
      Object.assign(new Error('No such file'), { code: 'ENOENT' }),
      new DOMException('It was aborted', 'AbortError'),
      new QuotaError('It is full')
    ];
    const { channel } = await channelToRenderer({
      fail(index: number) {
        throw thrown[index];
      }
    });
    for (const [index, { name, message, code }] of (thrown as (Error & { code?: unknown })[]).entries()) {
      const error = await rejection(channel.request('askBack', 'fail', index));
      expect({ name: error.name, message: error.message, code: error.code }).to.deep.equal({ name, message, code });
      const known = index === 3 ? Error : thrown[index].constructor;
      expect(error.constructor).to.equal(known);
    }
  });

  it('tells nothing of where in the other process an error was thrown', async () => {
    const { channel } = await channelToRenderer({
      failSecretly() {
        throw new Error('Secret path');
      }
    });
    const { stack } = await rejection(channel.request('askBack', 'failSecretly'));
    expect(stack).not.to.include('failSecretly');
    // Electron's says where it was asked for here.
    if (isStock) expect(stack).not.to.include('spec/internal-channel-spec');
  });

  for (const method of ['missing', 'constructor', '__proto__', 'toString']) {
    it(`has no method that was not handed to it: ${method}`, async () => {
      const { channel } = await channelToRenderer();
      expect(await rejection(channel.request(method))).to.include({
        name: 'InternalChannelError',
        code: 'ERR_CHANNEL_NO_METHOD',
        message: `The internal channel 'spec' has no method '${method}'`
      });
    });
  }

  it('survives what cannot be cloned', async () => {
    const { channel } = await channelToRenderer({ bad: () => () => {} });
    expect(await rejection(channel.request('add', () => {}))).to.include({ name: 'DataCloneError' });
    expect(await rejection(channel.request('askBack', 'bad'))).to.include({ name: 'DataCloneError' });
    expect(await channel.request('add', 1, 1)).to.equal(2);
  });

  it('answers whatever a method throws', async () => {
    const thrown = [
      Object.create(null),
      endless,
      Object.assign(new Error(), { message: endless }),
      Object.assign(new Error(), { name: Symbol('name') }),
      Object.defineProperty(new Error(), 'message', {
        get() {
          throw new Error('on purpose');
        }
      })
    ];
    const { channel } = await channelToRenderer({
      fail(index: number) {
        throw thrown[index];
      }
    });
    const errors = await Promise.all(
      [...thrown.keys()].map((index) => rejection(channel.request('askBack', 'fail', index)))
    );
    const unreadable = 'What was thrown has no text';
    expect(errors.map(({ message }) => message)).to.deep.equal([unreadable, 'an Array', 'an Array', '', unreadable]);
  });

  it('tells the other end why it was closed', async () => {
    const { channel } = await channelToRenderer();
    const pending = rejection(channel.request('never'));
    await channel.request('end', 'nobody needs it').catch(() => {});
    expect(await pending).to.include({
      name: 'InternalChannelError',
      code: 'ERR_CHANNEL_CLOSED',
      message: "The internal channel 'spec' is closed: nobody needs it"
    });
    expect(channel.signal.reason).to.equal(await pending);
    expect(await rejection(channel.request('add', 1, 1))).to.equal(await pending);
    expect(await rejection(channel.emit('note', 1))).to.equal(await pending);
  });

  it('rejects what is pending when its port closes without a word', async () => {
    const { window, channel } = await channelToRenderer();
    const pending = rejection(channel.request('never'));
    await closeWindow(window);
    expect(await pending).to.include({
      code: 'ERR_CHANNEL_CLOSED',
      message: "The internal channel 'spec' is closed: the other end went away"
    });
  });

  it('ends when it gets what is no message, and nothing else does', async () => {
    const { port1, port2 } = new MessageChannelMain();
    const channel = new InternalChannel('spec');
    channel.connect(new MainPort(port1));
    const pending = rejection(channel.request('anything'));
    port2.postMessage({ type: 'error', id: 1, error: { name: { toString: 1, valueOf: 1 } } });
    expect((await pending).message).to.equal("The internal channel 'spec' is closed: it got what is no message");
  });

  for (const nonsense of [null, 1, [], {}, { type: 'request' }, { type: 'reply', id: { toString: 1, valueOf: 1 } }]) {
    it(`takes no harm from ${JSON.stringify(nonsense)}`, async () => {
      const { port1, port2 } = new MessageChannelMain();
      const channel = new InternalChannel('spec');
      channel.connect(new MainPort(port1));
      port2.start();
      port2.postMessage(nonsense);
      const [{ data }] = await once(port2, 'message');
      expect(data.type).to.be.oneOf(['close', 'error']);
    });
  }

  it('makes requests wait for its port', async () => {
    const { port1, port2 } = new MessageChannelMain();
    const [asking, answering] = [new InternalChannel('spec'), new InternalChannel('spec')];
    const answer = asking.request('greet', 'you');
    answering.handle({ greet: (name: string) => `hello ${name}` });
    answering.connect(new MainPort(port2));
    asking.connect(new MainPort(port1));
    expect(await answer).to.equal('hello you');
    asking.close();
  });

  it('rejects them when there will be none', async () => {
    const channel = new InternalChannel('spec');
    const pending = rejection(channel.request('greet'));
    channel.refuse();
    expect(await pending).to.include({
      name: 'InternalChannelError',
      code: 'ERR_CHANNEL_NOT_GRANTED',
      message: "The internal channel 'spec' was not given to this frame"
    });
  });
});

describe('an offer of an internal channel', () => {
  type Document = ElectronInternal.FrameDocument;

  const binding = () => process._linkedBinding('electron_browser_internal_channel');

  before(function () {
    try {
      binding();
    } catch {
      // skipped: upstream's Electron has no such binding
      this.skip();
    }
  });
  afterEach(closeAllWindows);

  /** Offers a channel that no renderer knows, so that requests over it stay pending until it closes. */
  function offer(accept: (document: Document) => boolean = () => true) {
    const channels: InternalChannel[] = [];
    const documents: Document[] = [];
    const offers = new EventEmitter();
    /** A document may have loaded before it is made an offer. */
    const made = async (count: number) => {
      while (documents.length < count) await once(offers, 'made');
    };
    const takeBack = binding().offer('spec', (document) => {
      documents.push(document);
      offers.emit('made');
      if (!accept(document)) return undefined;
      const { port1, port2 } = new MessageChannelMain();
      let revoke = (_reason: string) => {};
      const gone = new Promise<string>((resolve) => (revoke = resolve));
      const channel = new InternalChannel('spec');
      channel.connect(new MainPort(port1), () => gone);
      channels.push(channel);
      return { port: port2, revoke };
    });
    defer(takeBack);
    return { channels, documents, made, takeBack };
  }

  async function openGranted() {
    const { channels, made } = offer();
    const window = await openWindow();
    await made(1);
    const pending = rejection(channels[0].request('anything'));
    return { window, pending };
  }

  it('is made to each document, once, with its URL', async () => {
    const { documents, made } = offer();
    const urls = ['data:text/html,one', 'about:blank', 'chrome://process-internals/', 'data:text/html,two'];
    const window = await openWindow(urls[0]);
    for (const [index, url] of urls.entries()) {
      if (index > 0) await window.loadURL(url);
      await made(index + 1);
    }
    // Chromium's own page goes on to a fragment of itself, at times before it is looked at.
    expect(documents.map(({ url }) => url.replace('/#general', '/'))).to.deep.equal(urls);
    expect(documents.at(-1)!.frame).to.equal(window.webContents.mainFrame);
    for (const { frame, sender } of documents) {
      expect(frame.ipc).to.equal(window.webContents.mainFrame.ipc);
      expect(sender).to.equal(window.webContents);
    }
  });

  it('is not made to a document that runs no script of ours', async function () {
    skipInElectron(this, 'runs scripts of its own in the main frame of every window');
    const { documents } = offer();
    const window = new BrowserWindow({ show: false });
    await window.loadURL('about:blank');
    expect(documents).to.be.empty;
  });

  it('ends at navigation', async () => {
    const { window, pending } = await openGranted();
    await window.loadURL('data:text/html,next');
    expect(await pending).to.include({
      code: 'ERR_CHANNEL_CLOSED',
      message: "The internal channel 'spec' is closed: its document was navigated away from"
    });
  });

  it('ends when the page is reloaded', async () => {
    const { window, pending } = await openGranted();
    window.webContents.reload();
    expect((await pending).message).to.include('its document was navigated away from');
  });

  it('ends when the renderer crashes', async () => {
    const { window, pending } = await openGranted();
    window.webContents.forcefullyCrashRenderer();
    expect((await pending).message).to.include('its renderer crashed');
  });

  it('ends when the window is closed', async () => {
    const { window, pending } = await openGranted();
    window.destroy();
    expect((await pending).message).to.include('its frame was destroyed');
  });

  it('can be taken back', async () => {
    const { documents, made, takeBack } = offer();
    await openWindow();
    await made(1);
    takeBack();
    await openWindow();
    expect(documents).to.have.lengthOf(1);
  });

  it('is refused under a name that is taken', () => {
    offer();
    expect(() => binding().offer('spec', () => undefined)).to.throw("The internal channel 'spec' is offered already");
  });
});

describe('process.getProcessMemoryInfo() in a renderer', () => {
  before(function () {
    // skipped: the stock runtime reads it from /proc
    if (process.platform !== 'linux') this.skip();
  });
  afterEach(closeAllWindows);

  it('tells of the very process that asks', async () => {
    const window = await openWindow();
    const grown = await run(window, async () => {
      const before = await process.getProcessMemoryInfo();
      Object.assign(globalThis, { kept: new Uint8Array(64 << 20).fill(1) });
      const after = await process.getProcessMemoryInfo();
      return after.private - before.private;
    });
    expect(grown).to.be.within(60 << 10, 128 << 10);
  });

  it('can be asked before the page has loaded', async () => {
    const window = await openWindow(
      'data:text/html,<script>process.getProcessMemoryInfo().then((info) => { window.info = info; });</script>'
    );
    const info = await run(window, async () => {
      while (!('info' in globalThis)) await new Promise((resolve) => setTimeout(resolve, 5));
      return (globalThis as unknown as { info: unknown }).info as Electron.ProcessMemoryInfo;
    });
    expect(info.residentSet).to.be.greaterThan(0);
  });

  it('has a clear error where the frame was not given the channel', async function () {
    skipInElectron(this, 'gives it to the main frame of every window');
    const window = await openWindow('chrome://version');
    const error = await run(window, () =>
      process.getProcessMemoryInfo().catch(({ name, code, message }) => ({ name, code, message }))
    );
    expect(error).to.deep.equal({
      name: 'InternalChannelError',
      code: 'ERR_CHANNEL_NOT_GRANTED',
      message: "The internal channel 'process-memory' was not given to this frame"
    });
  });

  it('is nothing to call in a frame inside the page, and in a page that is isolated', async () => {
    const window = await openWindow('data:text/html,<iframe srcdoc="inner"></iframe>');
    expect(await run(window, () => 'process' in frames[0])).to.be.false;
    const isolated = await windowWithPreload();
    expect(await run(isolated, () => 'process' in globalThis)).to.be.false;
  });

  it('cannot be had by name', async () => {
    const window = await openWindow();
    const errors = await run(window, async () => {
      const { ipcRenderer } = require('electron') as typeof Electron.Renderer;
      const failures = [];
      for (const channel of ['process-memory', 'getProcessMemoryInfo', 'grant', 'request']) {
        failures.push(await ipcRenderer.invoke(channel, 'getProcessMemoryInfo').catch(({ message }) => message));
      }
      try {
        process._linkedBinding('electron_renderer_internal_channel').setReceiver(() => {});
      } catch (error) {
        failures.push((error as Error).message);
      }
      return failures;
    });
    expect(errors).to.have.lengthOf(5);
    for (const message of errors.slice(0, 4)) expect(message).to.include('No handler registered for');
    expect(errors[4]).to.equal('The receiver is set already');
  });

  // Runs first of all in its page, whose realm it shares with lib/: it looks at everything that passes any function it
  // can replace, and at window.event whenever it gets to run.
  const spy = () => {
    // Not an array, whose methods it looks at.
    const seen: { count: number; [index: number]: object } = { count: 0 };
    const { apply, ownKeys } = Reflect;
    const { defineProperty, getOwnPropertyDescriptor } = Object;
    const getTarget = getOwnPropertyDescriptor(Event.prototype, 'target')!.get!;
    const look = (value: unknown, depth = 0) => {
      if (typeof value !== 'object' || value === null || depth > 3) return;
      if (value instanceof MessagePort) seen[seen.count++] = value;
      if (value instanceof Event) look(apply(getTarget, value, []), depth + 1);
      else if (Array.isArray(value)) for (let i = 0; i < value.length; i++) look(value[i], depth + 1);
    };
    const lookAround = (self: unknown, args: unknown[]) => {
      look(self);
      for (let i = 0; i < args.length; i++) look(args[i]);
      look(globalThis.event);
    };
    const spied = (original: (...args: unknown[]) => unknown) =>
      function (this: unknown, ...args: unknown[]) {
        lookAround(this, args);
        return apply(original, this, args);
      };
    const targets = [MessagePort, MessageEvent, Event, EventTarget, Promise, Map, Set, WeakMap, Array, AbortController];
    for (const { prototype } of targets) {
      for (const key of ownKeys(prototype)) {
        const { value, get, set, configurable } = getOwnPropertyDescriptor(prototype, key)!;
        if (!configurable || key === 'constructor') continue;
        if (typeof value === 'function') void defineProperty(prototype, key, { value: spied(value) });
        else if (get) void defineProperty(prototype, key, { get: spied(get), set: set && spied(set) });
      }
    }
    // What a promise is resolved with is asked for `then`; what is not in an object is looked for here.
    for (const key of ['then', 'error', 'result', 'reason']) {
      defineProperty(Object.prototype, key, {
        configurable: true,
        get() {
          lookAround(this, []);
        },
        set(value) {
          defineProperty(this, key, { configurable: true, enumerable: true, writable: true, value });
        }
      });
    }
    const { port1: forged } = new MessageChannel();
    defineProperty(Object.prototype, 'process-memory', { configurable: true, value: forged });
    seen.count = 0;
    Object.assign(globalThis, { seen, lookAround });
  };

  it('keeps its port from page script of the same realm', async () => {
    const window = await openWindow(`data:text/html,<script>(${encodeURIComponent(String(spy))})()</script>`);
    const result = await run(window, async () => {
      const { seen, lookAround } = globalThis as unknown as {
        seen: { count: number; [index: number]: object };
        lookAround: (self: unknown, args: unknown[]) => void;
      };
      const info = await process.getProcessMemoryInfo();
      lookAround(undefined, []);
      await process.getProcessMemoryInfo().then(() => lookAround(undefined, []));
      const found = seen.count;
      // That it sees what there is to see: a port of the page's own.
      const { port1, port2 } = new MessageChannel();
      port2.onmessage = () => {};
      port1.postMessage(1);
      const own = seen[found] === port2 || seen[found] === port1;
      port1.close();
      return { works: info.residentSet > 0, found, own };
    });
    expect(result).to.deep.equal({ works: true, found: 0, own: true });
  });

  it('shows window.event no port either, in a callback that the preload script calls for an IPC message', async () => {
    const window = await windowWithPreload();
    const called = once(window.webContents, 'console-message');
    await run(window, () => {
      (globalThis as unknown as { onNews(callback: () => void): void }).onNews(async () => {
        const targets = [globalThis.event?.target];
        await Promise.resolve();
        console.log([...targets, globalThis.event?.target].map(String).join());
      });
    });
    window.webContents.send('news');
    const [{ message }] = await called;
    expect(message).to.equal('undefined,undefined');
  });

  it('does not take a port that the page offers', async () => {
    const window = await openWindow();
    const answers = await run(window, async () => {
      const { port1, port2 } = new MessageChannel();
      let asked = 0;
      port1.onmessage = () => asked++;
      globalThis.postMessage(['grant', { 'process-memory': port2 }], '*', [port2]);
      await new Promise((resolve) => globalThis.addEventListener('message', resolve, { once: true }));
      const { residentSet } = await process.getProcessMemoryInfo();
      return { residentSet, asked };
    });
    expect(answers.asked).to.equal(0);
    expect(answers.residentSet).to.be.greaterThan(0);
  });
});
