// What this script needs from the page's realm, taken at document start: page script may redefine all of it later.

const { apply } = Reflect;
const { postMessage } = MessagePort.prototype;
const postToWindow = window.postMessage;
const { get: contentWindowOf } = Object.getOwnPropertyDescriptor(HTMLIFrameElement.prototype, 'contentWindow')!;

export const NativeMessageChannel = MessageChannel;
export const NativeMessagePort = MessagePort;

/** `port.postMessage(message, transfer)`, whatever page script has made of the method. */
export function postTo(port: MessagePort, message: unknown, transfer: Transferable[]) {
  apply(postMessage, port, [message, transfer]);
}

/**
 * Posts to whatever a frame shows, if it is of `origin`. Page script may have led the frame elsewhere: then neither its
 * `contentWindow` nor that window's `postMessage` is to be trusted.
 */
export function postToFrame(frame: HTMLIFrameElement, message: unknown, origin: string, transfer: Transferable[]) {
  apply(postToWindow, apply(contentWindowOf!, frame, []), [message, origin, transfer]);
}
