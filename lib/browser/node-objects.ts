import { problemOfFile } from '@electron/internal/browser/files/file-handle';
import { fileHandleClass } from '@electron/internal/browser/files/file-handle-class';
import { receiveFile, sendFile } from '@electron/internal/browser/files/own-files';
import { portObserver } from '@electron/internal/browser/port-observer';
import { joinNodePort } from '@electron/internal/browser/worker-ports/joiner';

import { MessageChannel, MessagePort as NodePort, receiveMessageOnPort } from 'worker_threads';

import type { FileHandle } from 'fs/promises';

const { getPrototypeOf } = Object;
const { isPrototypeOf } = Object.prototype;

const isNodePort = (value: object): value is NodePort => isPrototypeOf.call(NodePort.prototype, value);

const refusal = (text: string) => new DOMException(text, 'DataCloneError');

/**
 * Node moves all or none: the ports' queues, the files. Only Node can tell whether it will.
 * @throws DataCloneError
 */
function takeFromScript(objects: object[]): object[] {
  const { port1, port2 } = new MessageChannel();
  try {
    port1.postMessage(objects, objects as []);
    return receiveMessageOnPort(port2)!.message;
  } catch (error) {
    if (objects.some(isNodePort)) throw refusal('A worker_threads port in the transfer list is already detached.');
    throw refusal(`A FileHandle in the transfer list cannot be transferred: ${(error as Error).message}`);
  } finally {
    port1.close();
  }
}

/** What travels in the place of each. No one else has them. */
export function sendTaken(objects: object[]): Electron.MessagePortMain[] {
  const ports = objects.map((each) => (isNodePort(each) ? joinNodePort(each) : sendFile(each as FileHandle)));
  portObserver?.standIn(objects, ports);
  return ports;
}

/** What a binding that does not know Node's own objects needs to transfer them. */
export function createNodeObjects(): ElectronInternal.NodeObjects {
  const { prototype } = fileHandleClass();
  return {
    prototypes: [NodePort.prototype, prototype],

    kindOf(value) {
      if (isNodePort(value)) return 'port';
      return getPrototypeOf(value) === prototype && typeof (value as FileHandle).fd === 'number' ? 'file' : undefined;
    },

    problemOf: (file) => problemOfFile(file as FileHandle),

    take: (objects) => sendTaken(takeFromScript(objects)),

    receiveFile
  };
}
