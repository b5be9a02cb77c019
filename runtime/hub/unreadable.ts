// A module, even an empty one, may not leave the processes that share memory with the one that compiled it. Chromium tells
// its receiver elsewhere by `messageerror`: the one way in which script can bring that event about at a port's other end.
export const emptyModule = new WebAssembly.Module(new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]));

/** Posts what fires `messageerror` at the other end, in place of a message that cannot be posted. */
export function postUnreadable(port: MessagePort) {
  port.postMessage(emptyModule);
}
