import { Blob } from 'buffer';

import type { MessagePort as NodePort } from 'worker_threads';

const cloneSymbol = Object.getOwnPropertySymbols(Blob.prototype).find(
  ({ description }) => description === 'messaging_clone_symbol'
);

/**
 * Posts what fires `messageerror` at the other end, in place of a message that cannot be had there. Node.js fires it for what
 * it cannot make again, and this asks for a class that there is none of.
 */
export function postUnreadable(port: NodePort) {
  const blob = new Blob([]);
  Object.defineProperty(blob, cloneSymbol!, {
    value: () => ({ data: {}, deserializeInfo: 'internal/blob:MessageError' })
  });
  port.postMessage(blob);
}
