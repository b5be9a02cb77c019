// Every builtin that the bridge uses, taken at document start. Page script may redefine all of them afterwards, so the
// bridge calls nothing through a prototype, never iterates, and gives every dictionary a null prototype.

export const world = window;
export const { apply, defineProperty, getPrototypeOf, has, ownKeys } = Reflect;
export const { freeze } = Object;
export const objectPrototype = Object.prototype;
export const { isArray } = Array;
export const { isView } = ArrayBuffer;
export const { CustomEvent, Error, EventTarget, FinalizationRegistry, FocusEvent, Map, Promise, RangeError } = window;
export const { Set, TypeError, WeakMap } = window;

// Sloppy functions show themselves to what they call, as its `caller`. Bundlers may lose the directive that a module
// does not need.
const isSloppy = (function (this: unknown) {
  return this !== undefined;
})();
if (isSloppy) throw new Error('contextBridge: must be injected as strict code');

type Uncurried = <This, Args extends unknown[], Result>(
  method: (this: This, ...args: Args) => Result
) => (self: This, ...args: Args) => Result;

const uncurry: Uncurried = Function.prototype.bind.bind(Function.prototype.call);

/** @returns the getter `name` of `prototype` as a function; it throws a TypeError on anything of another class. */
function getterOf<Value = unknown>(prototype: object, name: string): (self: unknown) => Value {
  return uncurry(Object.getOwnPropertyDescriptor(prototype, name)!.get!);
}

export const bind = uncurry(Function.prototype.bind) as (fn: Callable, self: unknown) => Callable;
export const clone = structuredClone.bind(window);
export const inMicrotask = queueMicrotask.bind(window);
export const isEnumerable = uncurry(Object.prototype.propertyIsEnumerable);
export const tagOf = uncurry(Object.prototype.toString) as (value: unknown) => string;

export const mapDelete = uncurry(Map.prototype.delete);
export const mapGet = uncurry(Map.prototype.get);
export const mapHas = uncurry(Map.prototype.has);
export const mapSet = uncurry(Map.prototype.set);
export const setAdd = uncurry(Set.prototype.add);
export const setHas = uncurry(Set.prototype.has);
export const weakMapGet = uncurry(WeakMap.prototype.get);
export const weakMapSet = uncurry(WeakMap.prototype.set);
export const watch = uncurry(FinalizationRegistry.prototype.register) as (
  registry: FinalizationRegistry<number>,
  target: object,
  held: number
) => void;

export const dispatch = uncurry(EventTarget.prototype.dispatchEvent);
export const preventDefault = uncurry(Event.prototype.preventDefault);
export const listen = uncurry(EventTarget.prototype.addEventListener) as (
  target: EventTarget,
  type: string,
  listener: (event: Event) => void,
  options?: AddEventListenerOptions
) => void;
export const detailOf = getterOf(CustomEvent.prototype, 'detail');
export const relatedTargetOf = getterOf<EventTarget | null>(FocusEvent.prototype, 'relatedTarget');

const ownerOf = getterOf(Node.prototype, 'ownerDocument');
const hostOf = getterOf(ShadowRoot.prototype, 'host');
const adopt = uncurry(Document.prototype.adoptNode);

/**
 * Has a shadow root be of the document that the window shows. In one that was opened the first document can have given
 * way to another, and no listener runs in a document that is not shown.
 */
export function keepInDocument(root: ShadowRoot): void {
  // Page script cannot redefine it.
  const { document } = world;
  if (ownerOf(root) !== document) adopt(document, hostOf(root) as Element);
}

export const isElement = brand(Element.prototype, 'tagName');
export const isBlob = brand(Blob.prototype, 'size');
// Only secure contexts have it.
export const isVideoFrame = typeof VideoFrame === 'undefined' ? () => false : brand(VideoFrame.prototype, 'timestamp');

export type Callable = (...args: unknown[]) => unknown;

/** @returns a test for one class of DOM objects that, unlike instanceof, script can't influence. */
function brand(prototype: object, getter: string): (value: unknown) => boolean {
  const get = getterOf(prototype, getter);
  return (value) => {
    try {
      get(value);
      return true;
    } catch {
      return false;
    }
  };
}

/** @returns a dictionary with this one member, whatever the page added to Object.prototype. */
export function init(member: string, value: unknown): object {
  return { __proto__: null, [member]: value };
}

/** Defines an own data property. Plain assignment would run setters that the page put on a prototype. */
export function define(target: object, key: PropertyKey, value: unknown, writable = true): void {
  const descriptor = { __proto__: null, value, writable, enumerable: true, configurable: writable };
  defineProperty(target, key, descriptor as PropertyDescriptor);
}

/** @returns the index of the appended `item`. */
export function append(list: unknown[], item: unknown): number {
  const index = list.length;
  define(list, index, item);
  return index;
}
