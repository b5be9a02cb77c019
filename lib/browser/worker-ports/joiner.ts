import { portObserver } from '@electron/internal/browser/port-observer';
import { BridgeThread } from '@electron/internal/browser/worker-ports/bridge-thread';

import { MessageChannel } from 'worker_threads';

import type { MessagePort as NodePort } from 'worker_threads';

const binding = process._linkedBinding('electron_browser_message_port');

/** Joins a port with one of Node's: what arrives at the one goes out at the other. Neither is this thread's any more. */
type Join = (port: Electron.MessagePortMain, nodePort: NodePort) => void;

let join: Join | undefined;

/** For a thread that joins ports itself. */
export function provideJoin(its: Join) {
  join = its;
}

function joinByThread(): Join {
  const thread = new BridgeThread();
  return (port, nodePort) => thread.join(port, nodePort);
}

/** @throws DataCloneError `The port is already neutered.` */
function joinPorts(port: Electron.MessagePortMain, nodePort: NodePort) {
  join ??= joinByThread();
  join(port, nodePort);
}

/** A port in the place of one of Node's that no one else has. */
export function joinNodePort(nodePort: NodePort): Electron.MessagePortMain {
  const ports = binding.createPair();
  portObserver?.made(ports);
  joinPorts(ports.port1, nodePort);
  return ports.port2;
}

/**
 * A port of Node's in place of one that script gives up.
 * @throws DataCloneError `The port is already neutered.`
 */
export function toWorkerPort(port: Electron.MessagePortMain): NodePort {
  const { port1, port2 } = new MessageChannel();
  try {
    joinPorts(port, port1);
  } catch (error) {
    port1.close();
    throw error;
  }
  return port2;
}
