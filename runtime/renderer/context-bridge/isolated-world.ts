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
 * @throws Error when it did not run there, or was used already
 */
export function createContextBridge(secret: string): ContextBridge {
  const peer = new Peer(connect(secret), 'isolated');
  const expose = peer.proxy(0);
  return {
    exposeInMainWorld(key, api) {
      if (typeof key !== 'string') {
        throw new safe.TypeError('Error processing argument at index 1, conversion failure from ' + String(key));
      }
      expose(key, api);
    }
  };
}

/**
 * Makes two event targets and hands them to the main world as the `relatedTarget` of events, the one thing in an event
 * that reaches the other world as the same object. Only the first event happens where page script could listen, and for
 * that it would have to know the secret.
 */
function connect(secret: string): Channel {
  const attachments = new safe.EventTarget();
  const hello = new safe.FocusEvent(secret, { relatedTarget: attachments, cancelable: true });
  if (safe.dispatch(document, hello)) throw new safe.Error('contextBridge: the main world of this frame has no bridge');

  const host = document.createElementNS('http://www.w3.org/1999/xhtml', 'div');
  const calls = host.attachShadow({ mode: 'closed' });
  safe.dispatch(attachments, new safe.FocusEvent('calls', { relatedTarget: calls }));
  return { calls, attachments };
}
