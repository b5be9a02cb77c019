import { Heap } from '@electron/internal/browser/inspector/heap';

/**
 * The numbers of the ports of this thread that are open and that script has no way to. Nothing but a walk through the whole
 * heap can tell, which stops the thread for a second or so.
 */
export async function findUnreachablePorts(): Promise<number[]> {
  const heap = await Heap.take();
  const endpoints = heap.findStamped();
  const ports = new Map<number, number>();
  heap.eachEdgeOfAll(({ from, to, type, name }) => {
    if (type === 'property' && name === '#endpoint' && endpoints.has(to)) ports.set(from, endpoints.get(to)!);
  });
  // A started port is kept by its endpoint, and not by script.
  const reached = heap.findReached(({ from, name }) => name !== '#owner' || !endpoints.has(from));
  return [...ports].filter(([port]) => !reached[port]).map(([, id]) => id);
}
