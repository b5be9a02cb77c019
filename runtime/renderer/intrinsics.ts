// What this script needs from the page's realm, taken at document start: page script may redefine all of it later.

const { apply } = Reflect;
const postToWindow = window.postMessage;
const { get: contentWindowOf } = Object.getOwnPropertyDescriptor(HTMLIFrameElement.prototype, 'contentWindow')!;

export const NativeMessageChannel = MessageChannel;
export const nativeStructuredClone = structuredClone;

export const contentWindow = (frame: HTMLIFrameElement): unknown => apply(contentWindowOf!, frame, []);

/**
 * Posts to whatever a frame shows, if it is of `origin`. Page script may have led the frame elsewhere: then neither its
 * `contentWindow` nor that window's `postMessage` is to be trusted.
 */
export function postToFrame(frame: HTMLIFrameElement, message: unknown, origin: string, transfer: Transferable[]) {
  postIfOf(origin, contentWindow(frame), message, transfer);
}

/** Posts to a window, if what it shows is of `origin`. */
export function postIfOf(origin: string, window: unknown, message: unknown, transfer: Transferable[]) {
  apply(postToWindow, window, [message, origin, transfer]);
}
