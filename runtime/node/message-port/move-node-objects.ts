import { types } from 'node:util';
import { MessageChannel, MessagePort as NodePort, receiveMessageOnPort } from 'node:worker_threads';

import { isDetached } from '../kinds/array-buffer';

type Moved = Map<object, object>;

const nothing: ReadonlyMap<object, object> = new Map();

/**
 * Detaches what is Node's own, all or none, and returns what took the place of each object. Node moves the memory, the
 * port's queue and the file; only Node can tell whether it will.
 * @throws DataCloneError when it cannot; everything is as before, then
 */
export function moveNodeObjects(objects: readonly object[]): ReadonlyMap<object, object> {
  if (objects.length === 0) return nothing;
  const moved = moveSuspects(objects);
  const others = objects.filter((object) => !moved.has(object));
  const { port1, port2 } = new MessageChannel();
  try {
    port1.postMessage(others, others as []);
    const arrived: object[] = receiveMessageOnPort(port2)!.message;
    others.forEach((object, index) => moved.set(object, arrived[index]));
    return moved;
  } catch (error) {
    if (objects.some((object) => object instanceof NodePort)) {
      throw refusal('A worker_threads port in the transfer list is already detached, or an ArrayBuffer cannot be.');
    }
    if (others.every((object) => types.isArrayBuffer(object))) throw fixed();
    throw refusal(`A FileHandle in the transfer list cannot be transferred: ${(error as Error).message}`);
  } finally {
    port1.close();
  }
}

/**
 * Node 20 copies a buffer that it cannot detach, and says nothing; that shows only afterwards. So those that may be such
 * go first: when one is, nothing has been detached yet.
 */
function moveSuspects(objects: readonly object[]): Moved {
  const moved: Moved = new Map();
  for (const buffer of objects) {
    if (!types.isArrayBuffer(buffer)) continue;
    // A WebAssembly.Memory has whole pages.
    if (buffer.byteLength % 65_536 !== 0 && buffer.byteLength !== Buffer.poolSize) continue;
    try {
      moved.set(buffer, structuredClone(buffer, { transfer: [buffer] }));
    } catch {}
    if (!isDetached(buffer) || !moved.has(buffer)) throw fixed();
  }
  return moved;
}

const refusal = (text: string) => new DOMException(text, 'DataCloneError');

const fixed = () =>
  refusal(
    'An ArrayBuffer in the transfer list cannot be detached: it belongs to a WebAssembly.Memory or to the pool of Buffer.from(). Transfer a copy.'
  );
