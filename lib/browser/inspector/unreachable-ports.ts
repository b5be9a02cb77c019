import { Heap } from '@electron/internal/browser/inspector/heap';

/**
 * The numbers of the ports of this thread that script has no way to. Nothing but a walk through the whole heap can tell,
 * which stops the thread for a second or so.
 */
export async function findUnreachablePorts(): Promise<number[]> {
  const heap = await Heap.take();
  const ports = heap.findStamped();
  const reached = heap.findReached(({ from, to, type }) => {
    if (!ports.has(to)) return true;
    // A started port is kept by the binding: by a root of its own, or by its other end.
    return heap.nameOf(from) !== 'C++ Persistent roots' && !(type === 'element' && ports.has(from));
  });
  return [...ports].filter(([port]) => !reached[port]).map(([, id]) => id);
}
