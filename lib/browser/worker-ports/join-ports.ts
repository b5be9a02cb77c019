import { discard, fetchMissing, takeArrival } from '@electron/internal/browser/worker-ports/arrivals';
import { listenForMessages } from '@electron/internal/browser/worker-ports/node-messages';
import { Turns } from '@electron/internal/browser/worker-ports/turns';
import { postUnreadable } from '@electron/internal/browser/worker-ports/unreadable';

import type { MessagePort as NodePort } from 'worker_threads';

const binding = process._linkedBinding('electron_browser_message_port');

/** Carries messages between a port of this thread and one of Node's, both ways, until one of them closes. */
export function joinPorts(port: Electron.MessagePortMain, nodePort: NodePort) {
  const turns = new Turns();
  const emitter: NodeJS.EventEmitter = port;

  emitter.on('message', ({ data }: { data: unknown }) => {
    const arrival = takeArrival();
    const refuse = () => {
      discard(arrival);
      postUnreadable(nodePort);
    };
    const deliver = () => {
      try {
        nodePort.postMessage(data, arrival.transfer as []);
      } catch {
        refuse();
      }
    };
    // In its turn, so that one message's bytes are held at a time.
    void turns.take(arrival.missing.length === 0 ? deliver : () => fetchMissing(arrival).then(deliver, refuse));
  });
  emitter.on('messageerror', () => void turns.take(() => postUnreadable(nodePort)));
  emitter.on('close', () => void turns.take(() => nodePort.close()));

  listenForMessages(nodePort, (data, ports) => {
    try {
      port.postMessage(data, ports as never);
    } catch {
      // Node.js could send it, and Chromium cannot have it.
      for (const each of ports) each.close();
      binding.postUnreadable!(port);
    }
  });
  nodePort.addEventListener('messageerror', () => binding.postUnreadable!(port));
  nodePort.on('close', () => port.close());
  port.start();
  nodePort.start();
}
