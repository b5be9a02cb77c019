import { blobTransfer } from '@electron/internal/browser/blobs/blob-transfer';
import { MessagePortEvent } from '@electron/internal/browser/message-port-event';
import { createNodeObjects } from '@electron/internal/browser/node-objects';
import { showOpaqueHandles } from '@electron/internal/browser/opaque-handle';
import { portObserver } from '@electron/internal/browser/port-observer';
import { streamTransfer } from '@electron/internal/browser/streams/stream-transfer';
import { toWorkerPort } from '@electron/internal/browser/worker-ports/joiner';

import { EventEmitter } from 'events';

const binding = process._linkedBinding('electron_browser_message_port');

type PortEventType = ElectronInternal.PortEventType;
type Handler = (event: MessagePortEvent) => void;
type Listener = Handler | { handleEvent: Handler };
interface Registration {
  listener: Listener;
  call: Handler;
  /** Has the signal that was given with it forget it. */
  unwatch?: () => void;
}

const eventTypes: PortEventType[] = ['message', 'messageerror', 'close'];

/** What addEventListener registered, so that removeEventListener and a second registration find it again. */
const registrations = new WeakMap<object, Map<string, Registration[]>>();
/** The values of onmessage, onmessageerror and onclose. */
const handlers = new WeakMap<object, Map<string, Registration>>();

function lookUp<T>(map: WeakMap<object, Map<string, T>>, port: object): Map<string, T> {
  let entry = map.get(port);
  if (!entry) map.set(port, (entry = new Map()));
  return entry;
}

function registered(port: EventEmitter, type: string): Registration[] {
  const byType = lookUp(registrations, port);
  let list = byType.get(type);
  if (!list) byType.set(type, (list = []));
  // removeAllListeners() takes them without a word.
  const listeners = new Set(list.length > 0 ? port.rawListeners(type) : []);
  if (!list.every(({ call }) => listeners.has(call))) {
    for (const each of list.splice(0)) {
      if (listeners.has(each.call)) list.push(each);
      else each.unwatch?.();
    }
  }
  return list;
}

function remove(port: EventEmitter, type: string, entry: Registration) {
  const list = registered(port, type);
  const index = list.indexOf(entry);
  if (index === -1) return;
  list.splice(index, 1);
  port.off(type, entry.call);
  entry.unwatch?.();
}

const forgotten = new FinalizationRegistry<() => void>((unwatch) => unwatch());

/** A signal may live as long as the app, and is to keep neither the port nor the listener. */
function removeAtAbort(port: EventEmitter, type: string, entry: Registration, signal: AbortSignal) {
  const [weakPort, weakEntry] = [new WeakRef(port), new WeakRef(entry)];
  // This registration: the same listener may have been added again by then.
  const abort = () => {
    const [port, entry] = [weakPort.deref(), weakEntry.deref()];
    if (port && entry) remove(port, type, entry);
  };
  signal.addEventListener('abort', abort, { once: true });
  entry.unwatch = () => signal.removeEventListener('abort', abort);
  forgotten.register(entry, entry.unwatch);
}

function handlerOf(port: EventEmitter, type: string): Registration | undefined {
  const byType = lookUp(handlers, port);
  const entry = byType.get(type);
  if (!entry || port.rawListeners(type).includes(entry.call)) return entry;
  byType.delete(type);
  return undefined;
}

/**
 * The event API of a port: Node's EventEmitter, and the DOM's EventTarget over the same list of listeners, so that both
 * kinds are called in the order in which they were added. Not a class of its own: the port is the binding's object.
 */
export const { MessagePortMain } = binding;

Object.setPrototypeOf(MessagePortMain.prototype, EventEmitter.prototype);

/**
 * As the DOM does: one listener's error is reported and does not keep the event from the others. EventEmitter would stop, and
 * give it to the caller that emits.
 */
function emitToEach(port: EventEmitter, event: { type: string }) {
  for (const listener of port.rawListeners(event.type)) {
    if (MessagePortEvent.isStopped(event)) return;
    try {
      listener.call(port, event);
    } catch (error) {
      process.nextTick(() => {
        throw error;
      });
    }
  }
}

function checkCount(method: string, given: number, required: number) {
  if (given >= required) return;
  const were = required === 1 ? '1 argument is' : `${required} arguments are`;
  throw new TypeError(
    `${method} of a MessagePortMain: ${were} required, and there ${given === 1 ? 'is 1' : 'is none'}`
  );
}

const methods = {
  addEventListener(
    this: EventEmitter,
    type: string,
    listener: Listener | null,
    options?: boolean | { once?: boolean; signal?: AbortSignal }
  ) {
    checkCount('addEventListener', arguments.length, 2);
    if (listener === null || listener === undefined) return;
    if (typeof listener !== 'function' && typeof listener !== 'object') {
      throw new TypeError('The listener must be a function, an object or null');
    }
    const { once = false, signal } = typeof options === 'object' && options !== null ? options : {};
    if (signal !== undefined && !(signal instanceof AbortSignal)) {
      throw new TypeError('The signal must be an AbortSignal');
    }
    const list = registered(this, type);
    if (signal?.aborted || list.some((entry) => entry.listener === listener)) return;
    const entry: Registration = {
      listener,
      call: (event) => {
        // EventEmitter calls one that an earlier listener of the same event removed; the DOM does not.
        if (!list.includes(entry)) return;
        if (once) remove(this, type, entry);
        if (typeof listener === 'function') listener.call(this, event);
        else listener.handleEvent(event);
      }
    };
    list.push(entry);
    this.on(type, entry.call);
    if (signal) removeAtAbort(this, type, entry, signal);
  },

  removeEventListener(this: EventEmitter, type: string, listener: Listener | null) {
    checkCount('removeEventListener', arguments.length, 2);
    const list = registered(this, type);
    const entry = list.find((each) => each.listener === listener);
    if (entry) remove(this, type, entry);
  },

  dispatchEvent(this: EventEmitter, event: { type: string }): boolean {
    checkCount('dispatchEvent', arguments.length, 1);
    if (typeof event?.type !== 'string') throw new TypeError('The event must be an object whose type is a string');
    emitToEach(this, event);
    return true;
  }
};

for (const [name, value] of Object.entries(methods)) {
  Object.defineProperty(MessagePortMain.prototype, name, { value, writable: true, configurable: true });
}

for (const type of eventTypes) {
  Object.defineProperty(MessagePortMain.prototype, `on${type}`, {
    configurable: true,
    enumerable: true,
    get(this: EventEmitter) {
      return handlerOf(this, type)?.listener ?? null;
    },
    set(this: EventEmitter & Electron.MessagePortMain, value: unknown) {
      const byType = lookUp(handlers, this);
      const old = handlerOf(this, type);
      // As with an event handler of the DOM, what is neither a function nor an object counts as null.
      const listener = (typeof value === 'function' ? value : null) as Handler | null;
      if (old && listener) {
        // The handler keeps the place in the order that its first value got.
        old.listener = listener;
      } else if (old) {
        byType.delete(type);
        this.off(type, old.call);
      } else if (listener) {
        const entry: Registration = {
          listener,
          call: (event) => {
            // Unless an earlier listener of the same event set it to null.
            if (byType.get(type) === entry) (entry.listener as Handler).call(this, event);
          }
        };
        byType.set(type, entry);
        this.on(type, entry.call);
      }
      // HTML, 9.4.4: "The first time a MessagePort object's onmessage IDL attribute is set, the port's port message
      // queue must be enabled". To null, too.
      if (type === 'message') this.start();
    }
  });
}

// once() and addEventListener() call on(), and prependOnceListener() calls prependListener().
const { addListener, prependListener } = EventEmitter.prototype;
function watchThen(add: typeof addListener): typeof addListener {
  return function (this: EventEmitter, type, listener) {
    add.call(this, type, listener);
    if (type === 'close') binding.watchForClose(this as Electron.MessagePortMain);
    return this;
  };
}
for (const name of ['on', 'addListener'] as const) {
  Object.defineProperty(MessagePortMain.prototype, name, {
    value: watchThen(addListener),
    writable: true,
    configurable: true
  });
}
Object.defineProperty(MessagePortMain.prototype, 'prependListener', {
  value: watchThen(prependListener),
  writable: true,
  configurable: true
});

/** Turns what happened on a port into its event. */
export const dispatchPortEvent: ElectronInternal.PortEventDispatcher = (port, type, data, ports) => {
  portObserver?.happened(port, type, ports ?? []);
  emitToEach(port as EventEmitter, new MessagePortEvent(port, type, data, ports));
};

binding.setEventDispatcher(dispatchPortEvent);
binding.setStreamTransfer?.(streamTransfer);
binding.setBlobTransfer?.(blobTransfer);
if (binding.OpaqueHandle) showOpaqueHandles(binding.OpaqueHandle.prototype);
if (binding.setNodeObjects) {
  binding.setNodeObjects(createNodeObjects());
  Object.defineProperty(MessagePortMain.prototype, 'toWorkerPort', {
    value(this: Electron.MessagePortMain) {
      return toWorkerPort(this);
    },
    writable: true,
    configurable: true
  });
}
