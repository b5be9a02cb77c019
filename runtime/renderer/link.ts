import { NativeMessageChannel, postToFrame } from './intrinsics';

import type { RendererConfig } from '../common/renderer-config';

const tokenLength = 16;

/** Calls back once the document has an element that a frame can be put in. */
function whenRootExists(callback: (root: Element) => void) {
  if (document.documentElement) {
    callback(document.documentElement);
    return;
  }
  const observer = new MutationObserver(() => {
    if (!document.documentElement) return;
    observer.disconnect();
    callback(document.documentElement);
  });
  observer.observe(document, { childList: true });
}

/**
 * Opens this document's private channel to the main process and returns its near end, which can be used at once: what
 * is posted waits in the pipe.
 *
 * The far end goes to the hub by way of a hidden frame of the hub's origin. With it goes a random token, which DevTools
 * reports to the main process together with the frame that this script runs in; that, and nothing the page could say,
 * tells which document is speaking.
 */
export function openLink({ bindingName, linkOrigin }: RendererConfig): { port: MessagePort; onLinked: () => void } {
  const scope = globalThis as unknown as Record<string, (token: string) => void>;
  const announce = scope[bindingName];
  delete scope[bindingName];

  const { port1: port, port2: far } = new NativeMessageChannel();
  const token = crypto.getRandomValues(new Uint8Array(tokenLength));
  announce(Array.from(token, (byte) => byte.toString(16).padStart(2, '0')).join(''));

  let frame: HTMLIFrameElement | undefined;
  whenRootExists((root) => {
    // In documents of any kind, XML ones too.
    const created = document.createElementNS('http://www.w3.org/1999/xhtml', 'iframe') as HTMLIFrameElement;
    created.style.display = 'none';
    created.src = `${linkOrigin}/link.html`;
    created.addEventListener('load', () => postToFrame(created, token, linkOrigin, [far]), { once: true });
    root.append(created);
    frame = created;
  });
  return { port, onLinked: () => frame?.remove() };
}
