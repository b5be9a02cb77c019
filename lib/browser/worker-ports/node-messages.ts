import { otherEndGone } from '@electron/internal/common/streams/protocol';

import type { MessagePort as NodePort } from 'worker_threads';

/** Node.js's own typings leave its event handlers out. */
type ListenedPort = NodePort & { readonly onmessage?: ((event: { data: unknown }) => void) | null };

/** Fails a stream whose thread ends: Node.js leaves it open without a word. One that has ended stays as it is. */
function failWithPort(port: NodePort, listen: (event: { data: unknown }) => void) {
  port.on('close', () => listen({ data: { type: 'error', value: otherEndGone() } }));
}

/** Has a port of Node's tell of each message with the ports that came along, those of its streams left out. */
export function listenForMessages(port: NodePort, receive: (data: unknown, ports: readonly NodePort[]) => void) {
  // As an EventTarget a Node port tells which ports came with a message; as an EventEmitter it does not.
  port.addEventListener('message', (event) => {
    const { data, ports } = event as unknown as { data: unknown; ports: readonly ListenedPort[] };
    // A stream listens on its port already.
    for (const each of ports) if (each.onmessage) failWithPort(each, each.onmessage);
    receive(
      data,
      ports.filter(({ onmessage }) => !onmessage)
    );
  });
}
