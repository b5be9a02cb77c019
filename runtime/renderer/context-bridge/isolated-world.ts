import * as safe from './intrinsics';
import { Peer } from './peer';

import type { Channel } from './peer';

/** What the methods of `contextBridge` throw, as an Error, in a window without context isolation. */
export const contextIsolationRequired = 'contextBridge API can only be used when contextIsolation is enabled';

export interface ContextBridge {
  /**
   * Copies `api` to `window[key]` of the page, frozen and read-only. Functions in it are called synchronously here.
   * @throws Error when `key` is taken or a value can't be cloned, TypeError when nested deeper than 1000
   */
  exposeInMainWorld(key: string, api: unknown): void;
}

/**
 * @param secret what `installMainWorldBridge` got in the main world of this frame before
 */
export function createContextBridge(secret: string): ContextBridge {
  let expose = exposing(secret);
  const waiting: [key: string, api: unknown][] = [];
  if (!expose) {
    // No event happens in a page that was opened and still waits, but this comes before the page's own script. In a
    // sandboxed frame, which may run no script of its own, there never is anybody to expose anything to.
    safe.inMicrotask(() => {
      expose = exposing(secret);
      if (expose) exposeAll(waiting, expose);
    });
  }
  return {
    exposeInMainWorld(key, api) {
      if (typeof key !== 'string') {
        throw new safe.TypeError('Error processing argument at index 1, conversion failure from ' + String(key));
      }
      if (expose) expose(key, api);
      else waiting.push([key, api]);
    }
  };
}

function exposeAll(waiting: [key: string, api: unknown][], expose: (key: string, api: unknown) => void) {
  for (let i = 0; i < waiting.length; i++) {
    try {
      expose(waiting[i][0], waiting[i][1]);
    } catch (error) {
      console.error(error);
    }
  }
}

/** @returns undefined where the main world does not answer */
function exposing(secret: string): ((key: string, api: unknown) => void) | undefined {
  const channel = connect(secret);
  return channel && (new Peer(channel, 'isolated').proxy(0) as (key: string, api: unknown) => void);
}

/**
 * Makes two event targets and hands them to the main world as the `relatedTarget` of events, the one thing in an event
 * that reaches the other world as the same object. Only the first event happens where page script could listen, and for
 * that it would have to know the secret.
 */
function connect(secret: string): Channel | undefined {
  const attachments = new safe.EventTarget();
  const hello = new safe.FocusEvent(secret, { relatedTarget: attachments, cancelable: true });
  if (safe.dispatch(safe.world, hello)) return undefined;

  const host = document.createElementNS('http://www.w3.org/1999/xhtml', 'div');
  const calls = host.attachShadow({ mode: 'closed' });
  safe.dispatch(attachments, new safe.FocusEvent('calls', { relatedTarget: calls }));
  return { calls, attachments };
}
