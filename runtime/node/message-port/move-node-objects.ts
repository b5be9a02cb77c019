import { types } from 'node:util';
import { MessageChannel, MessagePort as NodePort, receiveMessageOnPort } from 'node:worker_threads';

const nothing: ReadonlyMap<object, object> = new Map();

/**
 * Detaches what is Node's own, all or none, and returns what took the place of each object. Node moves the memory, the
 * port's queue and the file; only Node can tell whether it will.
 * @throws DataCloneError when it cannot; everything is as before, then
 */
export function moveNodeObjects(objects: readonly object[]): ReadonlyMap<object, object> {
  if (objects.length === 0) return nothing;
  const { port1, port2 } = new MessageChannel();
  try {
    if (objects.some((object) => types.isArrayBuffer(object) && isFixed(object, port1))) throw fixed();
    post(objects, port1);
    const arrived: object[] = receiveMessageOnPort(port2)!.message;
    return new Map(objects.map((object, index) => [object, arrived[index]]));
  } finally {
    port1.close();
  }
}

/**
 * Whether Node cannot detach a buffer. Node 20 then copies it and says nothing, and later ones may have taken others before
 * they refuse it. Listed twice it is refused at any rate: as a duplicate, of those that can be detached, and nothing is taken.
 */
function isFixed(buffer: ArrayBuffer, port: NodePort): boolean {
  // A WebAssembly.Memory has whole pages.
  if (buffer.byteLength % 65_536 !== 0 && buffer.byteLength !== Buffer.poolSize) return false;
  try {
    port.postMessage(undefined, [buffer, buffer]);
    return true;
  } catch (error) {
    return !(error as Error).message.includes('duplicate');
  }
}

function post(objects: readonly object[], port: NodePort) {
  try {
    port.postMessage(objects, objects as []);
  } catch (error) {
    if (objects.some((object) => object instanceof NodePort)) {
      throw refusal('A worker_threads port in the transfer list is already detached, or an ArrayBuffer cannot be.');
    }
    if (objects.every((object) => types.isArrayBuffer(object))) throw fixed();
    throw refusal(`A FileHandle in the transfer list cannot be transferred: ${(error as Error).message}`);
  }
}

const refusal = (text: string) => new DOMException(text, 'DataCloneError');

const fixed = () =>
  refusal(
    'An ArrayBuffer in the transfer list cannot be detached: it belongs to a WebAssembly.Memory or to the pool of Buffer.from(). Transfer a copy.'
  );
