import { expect } from 'chai';

import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

import { openExchange } from './lib/exchange';
import { closeAllWindows, run } from './lib/windows';

const MiB = 2 ** 20;
// Twice the limit is enough to tell; ELECTRON_PORTS_STREAM_MIB=1024 sends a whole gigabyte.
const total = Number(process.env.ELECTRON_PORTS_STREAM_MIB ?? 128) * MiB;
const chunkSize = MiB;
const slice = 10 * MiB;
// A consumer of 10 MiB a second takes 102 s for a gigabyte; a producer that nothing holds runs ahead in less, too.
const pause = process.env.ELECTRON_PORTS_STREAM_MIB ? 1000 : 50;
const limit = 64 * MiB;

const statusOf = (pid: number) => readFileSync(`/proc/${pid}/status`, 'utf8');

/** The resident memory of a process in bytes. */
function residentMemory(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(statusOf(pid))!;
  return Number(kilobytes) * 1024;
}

/** This process and all that it started, directly or not. */
function allProcesses(): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      parents.set(Number(name), Number(/^PPid:\s+(\d+)$/m.exec(statusOf(Number(name)))![1]));
    } catch {
      // It has ended meanwhile.
    }
  }
  const found = [process.pid];
  for (const pid of found) for (const [child, parent] of parents) if (parent === pid) found.push(child);
  return found;
}

/** What a process is, as its command line tells. */
function kindOf(pid: number): string {
  if (pid === process.pid) return 'main';
  const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  const [, type = 'browser'] = /--type=([\w-]+)/.exec(line) ?? [];
  const [, service] = /--utility-sub-type=([\w.]+)/.exec(line) ?? [];
  return service ?? type;
}

describe('a large stream from a renderer to the main process', function () {
  this.timeout(900_000);
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
    const processes = allProcesses().map((pid) => ({ pid, name: `${kindOf(pid)} ${pid}`, first: 0, most: 0 }));
    let [received, chunks] = [0, 0];
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      expect(new DataView(value.buffer, value.byteOffset).getUint32(0)).to.equal(chunks++);
      received += value.length;
      if (received % slice !== 0) continue;
      // A producer that nothing holds would run ahead in this time.
      await wait(pause);
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
    const grown = processes.map(({ name, first, most }) => ({ name, MiB: Math.round((most - first) / MiB) }));
    if (process.env.ELECTRON_PORTS_STREAM_MIB) console.table(grown);
    for (const { name, MiB: more } of grown) {
      expect(more, `MiB more in the process ${name}`).to.be.below(limit / MiB);
    }
  });
});
