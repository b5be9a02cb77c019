// Injected, while ports are inspected, ahead of everything else into each world of each document, and into workers.

import { messageBytes } from '@electron/internal/common/message-bytes';
import { PortReporter } from '@electron/internal/common/port-reporter';
import type { PortRecord } from '@electron/internal/common/port-reporter';
import { Stamp } from '@electron/internal/common/port-stamp';
import { valueTree } from '@electron/internal/common/value-tree';

import { Arrivals } from './arrivals';
import {
  apply,
  Collection,
  construct,
  contains,
  defineProperty,
  from,
  getOwnPropertyDescriptor,
  isAnyPort,
  isArray,
  later,
  linesOf,
  listen,
  matches,
  NativeError,
  NativeMessageChannel,
  NativeMessagePort,
  nowInMilliseconds,
  portsOf,
  stringify,
  targetOf,
  tell,
  timeStampOf,
  toldBy,
  trimmed
} from './natives';

import type { ObserverConfig } from '../../common/observer-config';

/** Around this script when it is injected. */
declare const observerConfig: ObserverConfig;

type MaybeRecord = PortRecord | undefined;

const scope = globalThis as unknown as Record<string, any>;
const isWindow = typeof document !== 'undefined';
const { bindingName, controlName, inSubframes, linkObserverName, ownSource } = observerConfig;

/** What a port is told when it has left. No script of the page knows the name. */
const leaving = `${controlName}-leaving`;

const send = scope[bindingName] as (payload: string) => void;
delete scope[bindingName];

const reporter = new PortReporter({
  send: (report) => apply(send, scope, [stringify(report)]),
  later,
  now: nowInMilliseconds
});
reporter.isLogging = observerConfig.log;

const collection = new Collection<PortRecord>((record) => {
  if (record.state === 'open') reporter.closed(record, 'collected');
  reporter.collected(record);
});

/** Where the page's script is, one place a line. */
function stackHere(): string {
  const { stackTraceLimit } = NativeError;
  NativeError.stackTraceLimit = 20;
  const { stack } = new NativeError();
  NativeError.stackTraceLimit = stackTraceLimit;
  let text = '';
  if (typeof stack !== 'string') return text;
  const lines = linesOf(stack);
  for (let i = 1; i < lines.length; i++) {
    const line = trimmed(lines[i]);
    if (contains(line, ownSource) || !matches(/^at .*:\d+:\d+\)?$/, line)) continue;
    text += `${text && '\n'}${from(line, 3)}`;
  }
  return text;
}

function watch(port: MessagePort, record: MaybeRecord) {
  if (!record) return;
  Stamp.set(port, record);
  collection.watch(port, record);
  arrivals.watch(port);
  listen(port, 'messageerror', onMessageError);
  listen(port, 'close', onClose);
  listen(port, leaving, onLeaving);
}

function find(port: MessagePort): MaybeRecord {
  const known = Stamp.of(port);
  if (known) return known;
  const record = reporter.found(stackHere);
  watch(port, record);
  return record;
}

/** `instanceof` takes ten times as long, for a class of Blink's. */
const isMessagePort = (value: unknown): value is MessagePort => Stamp.isOn(value) || value instanceof NativeMessagePort;

/** Page script can dispatch events of its own. */
const isReal = (event: Event) => event.isTrusted;

function arrived(record: MaybeRecord, event: Event) {
  const ports = portsOf(event);
  if (ports.length === 0) {
    reporter.received(record, 0);
    return;
  }
  const records = reporter.received(record, ports.length, timeStampOf(event));
  for (let i = 0; i < records.length; i++) watch(ports[i], records[i]);
}

function onMessage(event: Event) {
  if (isReal(event)) arrived(Stamp.of(targetOf(event)), event);
}

function onMessageError(event: Event) {
  if (isReal(event)) reporter.received(Stamp.of(targetOf(event)), 0);
}

function onClose(event: Event) {
  const record = Stamp.of(targetOf(event));
  if (record && isReal(event)) reporter.lost(record);
}

/** What arrives at a window, a worker, or the global scope of one. */
function onScopeMessage(event: Event) {
  if (isReal(event) && portsOf(event).length > 0) arrived(undefined, event);
}

/** The list of a call, as far as it can be read without running script once more. */
function listOf(argument: unknown): readonly unknown[] {
  const list = isArray(argument)
    ? argument
    : typeof argument === 'object' && argument !== null
      ? getOwnPropertyDescriptor(argument, 'transfer')?.value
      : undefined;
  return isArray(list) ? list : [];
}

const none: readonly MaybeRecord[] = [];

/** The ports in a transfer list. */
function portsIn(list: readonly unknown[]): readonly MaybeRecord[] {
  if (list.length === 0) return none;
  const records: MaybeRecord[] = [];
  for (let i = 0; i < list.length; i++) {
    const item = list[i];
    if (!isMessagePort(item)) continue;
    const record = find(item);
    // The link's, and what was sent on before, which the call will refuse.
    if (record?.state !== 'left') records[records.length] = record;
  }
  return records;
}

/** The ports of other realms, which do not look like ports here. */
function foreignPortsIn(list: readonly unknown[]): readonly MessagePort[] {
  const ports: MessagePort[] = [];
  for (let i = 0; i < list.length; i++) {
    const item = list[i];
    if (typeof item !== 'object' || item === null || isMessagePort(item)) continue;
    if (isAnyPort(item)) ports[ports.length] = item;
  }
  return ports;
}

/** Ports of this realm have left by a function of another one's. */
function onLeaving(event: Event) {
  const ports = toldBy(event);
  if (isArray(ports)) reporter.sent(undefined, 0, portsIn(ports));
}

const nameOf = (object: object) => (isMessagePort(object) ? 'MessagePort' : undefined);

/** Puts a method in place of another. It looks like that to all who do not look close. */
function replace(target: object, name: string, wrap: (native: (...args: any[]) => any) => (...args: any[]) => any) {
  const descriptor = getOwnPropertyDescriptor(target, name);
  if (typeof descriptor?.value !== 'function') return;
  const native = descriptor.value;
  const replacement = wrap(native);
  defineProperty(replacement, 'name', { value: name, configurable: true });
  defineProperty(replacement, 'length', { value: native.length, configurable: true });
  defineProperty(target, name, { ...descriptor, value: replacement });
}

/** The near end of the document's link. */
let link: MaybeRecord;

replace(MessagePort.prototype, 'postMessage', (native) => {
  return {
    postMessage(this: MessagePort, message: unknown, transfer?: unknown) {
      // The call may detach what is in the message, and run getters: all is looked at before.
      const isPort = isMessagePort(this);
      const ports = isPort && transfer !== undefined ? portsIn(listOf(transfer)) : none;
      const bytes = isPort ? messageBytes(message) : 0;
      const value = isPort && reporter.isLogging ? valueTree(message, nameOf) : '';
      const result = apply(native, this, arguments);
      const record = find(this);
      // By a number the runtime tells the hub what has arrived: the main process never gets it.
      if (record && record === link && typeof message === 'number') return result;
      if (record && record.state !== 'open') {
        for (let i = 0; i < ports.length; i++) if (ports[i]) reporter.closed(ports[i]!, 'unread');
      } else {
        reporter.sent(record, bytes, ports, reporter.isLogging ? () => value : undefined);
      }
      return result;
    }
  }.postMessage;
});

replace(MessagePort.prototype, 'start', (native) => {
  return {
    start(this: MessagePort) {
      const result = apply(native, this, arguments);
      const record = find(this);
      if (record) reporter.started(record);
      return result;
    }
  }.start;
});

replace(MessagePort.prototype, 'close', (native) => {
  return {
    close(this: MessagePort) {
      const result = apply(native, this, arguments);
      const record = find(this);
      if (record && record.state !== 'left') reporter.closed(record, 'close', stackHere());
      return result;
    }
  }.close;
});

const arrivals = new Arrivals(onMessage, (port) => {
  if (!isMessagePort(port)) return;
  const record = find(port);
  if (record) reporter.started(record);
});

const observedChannel = new Proxy(NativeMessageChannel, {
  construct(target, args, newTarget) {
    const channel: MessageChannel = construct(target, args, newTarget);
    const records = reporter.made('app', stackHere());
    watch(channel.port1, records?.[0]);
    watch(channel.port2, records?.[1]);
    return channel;
  }
});
defineProperty(NativeMessageChannel.prototype, 'constructor', {
  value: observedChannel,
  writable: true,
  configurable: true
});
defineProperty(scope, 'MessageChannel', { value: observedChannel, writable: true, configurable: true });

/** What takes ports along without being a port. */
function replaceScopePost(target: object | undefined, transferAt: (args: readonly unknown[]) => unknown) {
  if (!target) return;
  replace(target, 'postMessage', (native) => {
    return {
      postMessage(this: unknown, ...args: unknown[]) {
        const list = listOf(transferAt(args));
        const ports = portsIn(list);
        // `frame.contentWindow.postMessage` is the frame's function, and the ports are its caller's.
        const foreign = foreignPortsIn(list);
        const result = apply(native, this, args);
        if (ports.length > 0) reporter.sent(undefined, 0, ports);
        if (foreign.length > 0) tell(foreign[0], leaving, foreign);
        return result;
      }
    }.postMessage;
  });
}

if (isWindow) {
  // `postMessage(message, { targetOrigin, transfer })`, or `postMessage(message, targetOrigin, transfer)`.
  replaceScopePost(scope, (args) => (typeof args[1] === 'object' ? args[1] : args[2]));
  replaceScopePost(scope.Worker?.prototype, (args) => args[1]);
  if (scope.Worker) {
    const NativeWorker = scope.Worker as typeof Worker;
    const observedWorker = new Proxy(NativeWorker, {
      construct(target, args, newTarget) {
        const worker: Worker = construct(target, args, newTarget);
        listen(worker, 'message', onScopeMessage);
        return worker;
      }
    });
    defineProperty(NativeWorker.prototype, 'constructor', {
      value: observedWorker,
      writable: true,
      configurable: true
    });
    defineProperty(scope, 'Worker', { value: observedWorker, writable: true, configurable: true });
  }
  listen(scope as unknown as Window, 'pagehide', () => reporter.flush());
} else {
  replaceScopePost(scope, (args) => args[1]);
}
listen(scope as unknown as Window, 'message', onScopeMessage, true);

// The main process dispatches these.
listen(scope as unknown as Window, `${controlName}-log`, () => (reporter.isLogging = true));
listen(scope as unknown as Window, `${controlName}-no-log`, () => (reporter.isLogging = false));

if (linkObserverName !== undefined && isWindow && (inSubframes || scope === window.top)) {
  // For the runtime's own script, which comes next and takes it away.
  defineProperty(scope, linkObserverName, {
    configurable: true,
    /** Makes the channel of the document's link. @param key is announced to the main process */
    value(key: string) {
      const { port1: near, port2: far } = new NativeMessageChannel();
      const records = reporter.made('runtime', '');
      link = records?.[0];
      watch(near, link);
      if (records) {
        Stamp.set(far, records[1]);
        reporter.left(records[1], key);
      }
      return { near, far };
    }
  });
}
