import type { SocketLike } from '../../common/packet-socket';
import type { CDPSession } from 'puppeteer-core';

const bytesPerCollection = 1 << 25;

/**
 * Has Chromium collect in the hub's page for every 32 MiB that it sent here. What is left of a message there is mostly bytes
 * outside of V8's heap, for which alone it would wait until there are well over 64 MiB of them.
 */
export function collectByTraffic(session: CDPSession, socket: Pick<SocketLike, 'addEventListener'>) {
  let bytes = 0;
  socket.addEventListener('message', ({ data }) => {
    bytes += data.byteLength;
    if (bytes < bytesPerCollection) return;
    bytes = 0;
    // Fails once the page is gone, which is told elsewhere.
    session.send('HeapProfiler.collectGarbage').catch(() => {});
  });
}
