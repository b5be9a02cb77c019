import { PrivatePort } from '@electron/internal/renderer/private-port';

import { NativeMessageChannel, postToFrame } from './intrinsics';

import type { RendererConfig } from '../common/renderer-config';

const tokenLength = 16;

// A page may replace its root element before the frame has loaded. One that keeps doing it harms itself only: what becomes
// of its IPC, the main process says.
const maximumTries = 20;

/** Keeps an element in the document, from when there is a root element for it until the function returned is called. */
function keepInDocument(element: Element): () => void {
  let triesLeft = maximumTries;
  const stop = () => {
    observer.disconnect();
    document.removeEventListener('readystatechange', add);
  };
  const addTo = (parent: Node) => {
    if (element.isConnected) return;
    if (triesLeft-- <= 0) return stop();
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

/**
 * Opens this document's private channel to the main process and returns its near end, which can be used at once: what
 * is posted waits in the pipe.
 *
 * The far end goes to the hub by way of a hidden frame of the hub's origin. With it goes a random token, which DevTools
 * reports to the main process together with the frame that this script runs in; that, and nothing the page could say,
 * tells which document is speaking.
 */
export function openLink({ bindingName, linkOrigin }: RendererConfig): { port: PrivatePort; onLinked: () => void } {
  const scope = globalThis as unknown as Record<string, (token: string) => void>;
  const announce = scope[bindingName];
  delete scope[bindingName];

  const { port1: near, port2: far } = new NativeMessageChannel();
  const token = crypto.getRandomValues(new Uint8Array(tokenLength));
  announce(Array.from(token, (byte) => byte.toString(16).padStart(2, '0')).join(''));

  // In documents of any kind, XML ones too.
  const frame = document.createElementNS('http://www.w3.org/1999/xhtml', 'iframe') as HTMLIFrameElement;
  frame.style.display = 'none';
  frame.src = `${linkOrigin}/link.html`;
  frame.addEventListener('load', () => postToFrame(frame, token, linkOrigin, [far]), { once: true });
  return { port: new PrivatePort(near), onLinked: keepInDocument(frame) };
}
