import * as safe from './intrinsics';
import { Peer } from './peer';

/**
 * Waits for the isolated world of this frame and gives it the means to expose an API on this world's `window`. Must run
 * at document start, before any page script and before `createContextBridge`, as strict code.
 * @param secret what `createContextBridge` gets too, and page script must not learn
 */
export function installMainWorldBridge(secret: string): void {
  const once = safe.init('once', true);
  // Not for `once`: in a page that waits, the listener would be removed without being called.
  let isMet = false;
  safe.listen(safe.world, secret, (hello) => {
    if (isMet) return;
    isMet = true;
    safe.preventDefault(hello);
    const attachments = safe.relatedTargetOf(hello)!;
    const onCalls = (event: Event) =>
      new Peer({ calls: safe.relatedTargetOf(event) as ShadowRoot, attachments }, 'main', expose);
    safe.listen(attachments, 'calls', onCalls, once);
  });
}

function expose(key: unknown, api: unknown): void {
  if (safe.has(safe.world, key as string)) {
    throw new safe.Error('Cannot bind an API on top of an existing property on the window object');
  }
  deepFreeze(api, new safe.Set());
  safe.define(safe.world, key as string, api, false);
}

function deepFreeze(value: unknown, seen: Set<unknown>): void {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return;
  // A typed array with elements can't be frozen.
  if (safe.isView(value) || safe.setHas(seen, value)) return;
  safe.setAdd(seen, value);
  const keys = safe.ownKeys(value);
  for (let i = 0; i < keys.length; i++) deepFreeze((value as Record<PropertyKey, unknown>)[keys[i]], seen);
  safe.freeze(value);
}
