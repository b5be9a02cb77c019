// What this script needs from the page's realm, taken at document start: page script may redefine all of it later.

const { apply } = Reflect;
const { postMessage } = MessagePort.prototype;

export const NativeMessageChannel = MessageChannel;
export const NativeMessagePort = MessagePort;

/** `port.postMessage(message, transfer)`, whatever page script has made of the method. */
export function postTo(port: MessagePort, message: unknown, transfer: Transferable[]) {
  apply(postMessage, port, [message, transfer]);
}
