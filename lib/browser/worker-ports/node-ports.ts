import { BridgeThread } from '@electron/internal/browser/worker-ports/bridge-thread';

import { MessageChannel, MessagePort as NodePort, receiveMessageOnPort } from 'worker_threads';

const binding = process._linkedBinding('electron_browser_message_port');

/** How a port is joined with one of Node's: what arrives at the one goes out at the other. */
interface Joiner {
  /** The port is this thread's no more. */
  join(port: Electron.MessagePortMain, nodePort: NodePort): void;
  /** Takes Node's ports from script, all or none. @throws when it cannot */
  take(ports: NodePort[]): NodePort[];
}

/**
 * Node moves all or none, with what is queued in them; only Node can tell whether it will.
 * @throws DataCloneError
 */
function takeFromScript(ports: NodePort[]): NodePort[] {
  const { port1, port2 } = new MessageChannel();
  try {
    port1.postMessage(ports, ports);
    return receiveMessageOnPort(port2)!.message;
  } catch {
    throw new DOMException('A worker_threads port in the transfer list is already detached.', 'DataCloneError');
  } finally {
    port1.close();
  }
}

let joiner: Joiner | undefined;

/** For a thread that joins ports itself. */
export function provideJoiner(its: Joiner) {
  joiner = its;
}

const currentJoiner = (): Joiner => {
  if (!joiner) {
    const thread = new BridgeThread();
    joiner = { join: (port, nodePort) => thread.join(port, nodePort), take: takeFromScript };
  }
  return joiner;
};

/**
 * A port of Node's in place of one that script gives up.
 * @throws DataCloneError `The port is already neutered.`
 */
export function toWorkerPort(port: Electron.MessagePortMain): NodePort {
  const { port1, port2 } = new MessageChannel();
  try {
    currentJoiner().join(port, port1);
  } catch (error) {
    port1.close();
    throw error;
  }
  return port2;
}

const { isPrototypeOf } = Object.prototype;

/** What a binding that has no ports of worker threads needs to transfer them. */
export const nodePorts: ElectronInternal.NodePorts = {
  prototypes: [NodePort.prototype],
  isPort: (value) => isPrototypeOf.call(NodePort.prototype, value),

  take(ports) {
    const { join, take } = currentJoiner();
    return take(ports as NodePort[]).map((nodePort) => {
      const { port1, port2 } = binding.createPair();
      join(port1, nodePort);
      return port2;
    });
  }
};
