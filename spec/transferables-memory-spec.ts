import { expect } from 'chai';

import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

import { openExchange } from './lib/exchange';
import { closeAllWindows, run } from './lib/windows';

const MiB = 2 ** 20;
// Twice the limit is enough to tell; ELECTRON_PORTS_STREAM_MIB=1024 sends a whole gigabyte.
const total = Number(process.env.ELECTRON_PORTS_STREAM_MIB ?? 128) * MiB;
const chunkSize = MiB;
const slice = 10 * MiB;
const limit = 64 * MiB;

/** The resident memory of a process in bytes. */
function residentMemory(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))!;
  return Number(kilobytes) * 1024;
}

describe('a large stream from a renderer to the main process', function () {
  this.timeout(300_000);
  afterEach(closeAllWindows);

  it(`takes less than 64 MiB more of each process for ${total / MiB} MiB that are read slowly`, async function () {
    // Elsewhere there is no /proc to look at.
    if (process.platform !== 'linux') this.skip();
    const { window, next } = await openExchange();
    await run(
      window,
      (count, size) => {
        let sent = 0;
        const stream = new ReadableStream({
          pull(controller) {
            if (sent === count) return controller.close();
            const chunk = new Uint8Array(size).fill(1);
            new DataView(chunk.buffer).setUint32(0, sent++);
            controller.enqueue(chunk);
          }
        });
        exchange.port.postMessage(stream, [stream]);
      },
      total / chunkSize,
      chunkSize
    );
    const reader = (await next()).getReader();
    const { requestGarbageCollectionForTesting } = process._linkedBinding('electron_common_v8_util');
    const processes = [
      { name: 'main', pid: process.pid, first: 0, most: 0 },
      { name: 'renderer', pid: window.webContents.getOSProcessId(), first: 0, most: 0 }
    ];
    let [received, chunks] = [0, 0];
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      expect(new DataView(value.buffer, value.byteOffset).getUint32(0)).to.equal(chunks++);
      received += value.length;
      if (received % slice !== 0) continue;
      // A producer that nothing holds would run ahead in this time.
      await wait(50);
      // Garbage is no sign of a producer that runs ahead. The page has `gc` from the suite's switches.
      requestGarbageCollectionForTesting();
      await run(window, () => (globalThis as unknown as { gc(): void }).gc());
      for (const each of processes) {
        const now = residentMemory(each.pid);
        // What the first slice brings about, code and heaps, stays for good.
        each.first ||= now;
        each.most = Math.max(each.most, now);
      }
    }
    expect(received).to.equal(total);
    for (const { name, first, most } of processes) {
      expect((most - first) / MiB, `MiB more in the ${name} process`).to.be.below(limit / MiB);
    }
  });
});
