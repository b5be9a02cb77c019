// What the observer uses of its realm. Page script may redefine all of it later.

export const { apply, construct, defineProperty, getOwnPropertyDescriptor, getPrototypeOf } = Reflect;
export const { isArray } = Array;
export const { stringify } = JSON;
export const NativeError = Error;
export const NativeMessageChannel = MessageChannel;
export const NativeMessagePort = MessagePort;

const { now } = performance;
const clock = performance;
const { timeOrigin } = performance;
const nativeSetTimeout = setTimeout;
const { addEventListener, dispatchEvent, removeEventListener } = EventTarget.prototype;
const NativeCustomEvent = CustomEvent;
const { get, set } = WeakMap.prototype;
const { register } = FinalizationRegistry.prototype;
const { slice, split, includes, trim } = String.prototype;
const { test } = RegExp.prototype;

export const getterOf = (prototype: object, name: string): ((object: object) => any) => {
  const { get } = getOwnPropertyDescriptor(prototype, name)!;
  return (object) => apply(get!, object, []);
};

export const targetOf = getterOf(Event.prototype, 'target');
export const timeStampOf = getterOf(Event.prototype, 'timeStamp');
export const portsOf = getterOf(MessageEvent.prototype, 'ports') as (event: Event) => readonly MessagePort[];

const detailOf = getterOf(CustomEvent.prototype, 'detail');
const onmessageOf = getterOf(NativeMessagePort.prototype, 'onmessage');

/** Whether it is a port, of whatever realm. */
export function isAnyPort(value: object): value is MessagePort {
  try {
    onmessageOf(value);
    return true;
  } catch {
    return false;
  }
}

/** Says something to the observer of whichever realm an object is of. */
export function tell(target: EventTarget, type: string, detail: unknown) {
  apply(dispatchEvent, target, [construct(NativeCustomEvent, [type, { __proto__: null, detail }])]);
}

/** @returns what was told */
export const toldBy = (event: Event): unknown => {
  try {
    return detailOf(event);
  } catch {
    return undefined;
  }
};

export const nowInMilliseconds = () => timeOrigin + apply(now, clock, []);
export const later = (callback: () => void, milliseconds: number) =>
  apply(nativeSetTimeout, globalThis, [callback, milliseconds]);

export const listen = (target: EventTarget, type: string, listener: (event: Event) => void, capture = false) =>
  apply(addEventListener, target, [type, listener, capture]);

export const unlisten = (target: EventTarget, type: string, listener: (event: Event) => void) =>
  apply(removeEventListener, target, [type, listener]);

export const linesOf = (text: string): string[] => apply(split, text, ['\n']);
export const contains = (text: string, part: string): boolean => apply(includes, text, [part]);
export const trimmed = (text: string): string => apply(trim, text, []);
export const from = (text: string, start: number): string => apply(slice, text, [start]);
export const matches = (pattern: RegExp, text: string): boolean => apply(test, pattern, [text]);

/** What is known of objects. */
export class Known<Key extends object, Value> {
  #values = new WeakMap<Key, Value>();

  of(key: Key): Value | undefined {
    return apply(get, this.#values, [key]);
  }

  set(key: Key, value: Value) {
    apply(set, this.#values, [key, value]);
  }
}

/** Calls back with what was registered with an object when that has been collected. */
export class Collection<Held> {
  #registry: FinalizationRegistry<Held>;

  constructor(callback: (held: Held) => void) {
    this.#registry = new FinalizationRegistry(callback);
  }

  watch(object: object, held: Held) {
    apply(register, this.#registry, [object, held]);
  }
}
