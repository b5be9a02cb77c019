import { PrivatePort } from '@electron/internal/renderer/private-port';

import { contentWindow, NativeMessageChannel, postIfOf, postToFrame } from './intrinsics';

import type { LinkObserver } from '../common/observer-config';
import type { RendererConfig } from '../common/renderer-config';

const tokenLength = 16;

// A page may replace its root element before the frame has loaded. One that keeps doing it harms itself only: what becomes
// of its IPC, the main process says.
const maximumTries = 20;

/**
 * Keeps an element in the document, from when there is a root element for it until the function returned is called.
 * @param onAdd called each time before it is added
 */
function keepInDocument(element: Element, onAdd: () => void): () => void {
  let triesLeft = maximumTries;
  const stop = () => {
    observer.disconnect();
    document.removeEventListener('readystatechange', add);
  };
  const addTo = (parent: Node) => {
    if (element.isConnected) return;
    if (triesLeft-- <= 0) return stop();
    onAdd();
    parent.appendChild(element);
    observer.observe(parent, { childList: true });
  };
  const add = () => {
    const root = document.documentElement;
    if (root) addTo(root);
    // A page that removed it has a use for IPC, too. Before it has loaded, it may get another.
    else if (document.readyState === 'complete') addTo(document);
  };
  const observer = new MutationObserver(add);
  observer.observe(document, { childList: true });
  document.addEventListener('readystatechange', add);
  add();
  return () => {
    stop();
    element.remove();
  };
}

/** What other script of the runtime has left here, out of the page's sight from now on. */
function takeGlobal(name: string): unknown {
  const scope = globalThis as unknown as Record<string, unknown>;
  const value = scope[name];
  delete scope[name];
  return value;
}

const createLink: LinkObserver = () => {
  const { port1: near, port2: far } = new NativeMessageChannel();
  return { near, far };
};

/** A hidden frame of the hub's origin, not in the document yet. */
function createFrame(linkOrigin: string): HTMLIFrameElement {
  // In documents of any kind, XML ones too.
  const frame = document.createElementNS('http://www.w3.org/1999/xhtml', 'iframe') as HTMLIFrameElement;
  frame.style.display = 'none';
  frame.src = `${linkOrigin}/link.html`;
  return frame;
}

/**
 * Calls back once a frame of the hub's origin has loaded. To a window that has just been opened Chromium at times never
 * tells that a frame of another process has: then the frame says so itself, which is kept from the page.
 * @returns a function to call before the frame is added, each time: document.open() takes all listeners away
 */
function whenLoaded(frame: HTMLIFrameElement, origin: string, callback: () => void): () => void {
  let isLoaded = false;
  const onLoad = () => {
    if (!isLoaded) callback();
    isLoaded = true;
  };
  const onMessage = (event: MessageEvent) => {
    if (event.origin !== origin || event.source !== contentWindow(frame)) return;
    event.stopImmediatePropagation();
    onLoad();
  };
  return () => {
    frame.addEventListener('load', onLoad);
    addEventListener('message', onMessage, true);
  };
}

/** The frame through which documents of frames inside this page open their links, while any is about to. */
class Holder {
  #config: RendererConfig;
  #frame: HTMLIFrameElement | undefined;
  #isLoaded = Promise.resolve();

  constructor(config: RendererConfig) {
    this.#config = config;
  }

  /** Resolves when it has loaded. The page may have removed it meanwhile. */
  hold(): Promise<void> {
    if (!this.#frame?.isConnected) {
      const frame = (this.#frame = createFrame(this.#config.linkOrigin));
      frame.name = this.#config.holderName;
      this.#isLoaded = new Promise((resolve) => whenLoaded(frame, this.#config.linkOrigin, resolve)());
      (document.documentElement ?? document).appendChild(frame);
    }
    return this.#isLoaded;
  }

  release() {
    this.#frame?.remove();
  }
}

/**
 * Opens this document's private channel to the main process and returns its near end, which can be used at once: what
 * is posted waits in the pipe.
 *
 * The far end goes to the hub by way of a hidden frame of the hub's origin. With it goes a random token, which DevTools
 * reports to the main process together with the frame that this script runs in; that, and nothing the page could say,
 * tells which document is speaking.
 */
export function openLink(config: RendererConfig): { port: PrivatePort; onLinked: () => void } {
  const { bindingName, linkOrigin, linkObserverName, holderName, inSubframes, isOpened } = config;
  const scope = globalThis as unknown as Record<string, unknown>;
  const announce = takeGlobal(bindingName) as (argument: string) => void;
  const observed = linkObserverName === undefined ? undefined : (takeGlobal(linkObserverName) as LinkObserver);

  const token = crypto.getRandomValues(new Uint8Array(tokenLength));
  const isInside = window !== window.top;
  // A window that was opened begins with a document that the next one may take its place in.
  const waits = isInside || (isOpened && document.URL === 'about:blank');
  const words = Array.from(token, (byte) => byte.toString(16).padStart(2, '0')).join('');
  const { near, far } = (observed ?? createLink)(words);
  announce(waits ? `${words} waits` : words);

  let onLinked = () => {};
  const start = () => {
    // What is posted there from a document of the hub's origin is the hub's.
    if (location.origin === linkOrigin) return;
    const frame = createFrame(linkOrigin);
    const listen = whenLoaded(frame, linkOrigin, () => postToFrame(frame, token, linkOrigin, [far]));
    onLinked = keepInDocument(frame, listen);
  };
  const { top } = window;
  const holder = new Holder(config);
  // What the main process calls.
  const tell = (what?: 'inside' | 'hold' | 'release'): Promise<void> | void => {
    if (what === 'hold') return holder.hold();
    if (what === 'release') return holder.release();
    if (!inSubframes || isInside) delete scope[bindingName];
    if (isInside) postIfOf(linkOrigin, (top as unknown as Record<string, unknown>)[holderName], token, [far]);
    else start();
  };
  if (!waits) start();
  if (waits || inSubframes) {
    Object.defineProperty(scope, bindingName, { value: tell, configurable: true });
  }
  return { port: new PrivatePort(near), onLinked: () => onLinked() };
}
