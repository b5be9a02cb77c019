// Round trips and throughput between main and a renderer: over a port, by puppeteer's means, and by node-ipc to another
// Node.js process.

import { join } from 'node:path';

import { Comparison } from '../lib/comparison';
import { servePage } from '../lib/page-server';
import { payload, payloadSizes } from '../lib/payloads';
import { runBenchmark } from '../lib/run';
import { sample } from '../lib/sample';
import { nodeIpcWay, portWay, puppeteerWay } from './ways';

import type { Way } from './ways';

const burstsPerRound = 3;

/** Waits for so many replies of so many bytes. */
function replies(way: Way, count: number, bytes: number): Promise<void> {
  return new Promise((resolve, reject) => {
    way.onreply = ({ length }) => {
      if (length !== bytes) reject(new Error(`A message of ${length} instead of ${bytes} bytes came back`));
      else if (--count === 0) resolve();
    };
  });
}

function roundTrips(way: Way, bytes: number, trips: number): Promise<number[]> {
  const message = payload(bytes);
  return sample(() => {
    const replied = replies(way, 1, bytes);
    way.post({ do: 'answer', message });
    return replied;
  }, trips);
}

/** Times `burst` again and again, and gives messages per second. */
async function rates(count: number, burst: () => Promise<void>): Promise<number[]> {
  return (await sample(burst, burstsPerRound)).map((milliseconds) => (count * 1000) / milliseconds);
}

function ratesToPeer(way: Way, bytes: number, count: number): Promise<number[]> {
  const message = payload(bytes);
  return rates(count, () => {
    const replied = replies(way, 1, 'taken'.length);
    for (let left = count - 1; left >= 0; left--) way.post({ do: 'take', message, isLast: left === 0 });
    return replied;
  });
}

function ratesFromPeer(way: Way, bytes: number, count: number): Promise<number[]> {
  return rates(count, () => {
    const replied = replies(way, count, bytes);
    way.post({ do: 'send', count, bytes });
    return replied;
  });
}

runBenchmark('main-to-renderer', 'Main to renderer', async ({ browser, rounds }) => {
  const server = await servePage(join(__dirname, 'page.js'));
  const ways: Record<string, Way> = {
    port: await portWay(server.url('127.0.0.1')),
    exposeFunction: await puppeteerWay(browser, server.url('127.0.0.1')),
    'node-ipc': await nodeIpcWay()
  };
  const sides = Object.keys(ways);
  const roundTrip = new Comparison({
    title: 'Round trip',
    unit: 'ms',
    sides,
    targets: [{ side: 'port', than: 'exposeFunction', atLeast: 3 }]
  });
  const toRenderer = new Comparison({ title: 'One way, from main', unit: 'messages/s', sides });
  const fromRenderer = new Comparison({ title: 'One way, to main', unit: 'messages/s', sides });
  for (const { name, bytes, trips, burst } of payloadSizes) {
    await roundTrip.run(name, rounds, (side) => roundTrips(ways[side], bytes, trips));
    await toRenderer.run(name, rounds, (side) => ratesToPeer(ways[side], bytes, burst), bytes);
    await fromRenderer.run(name, rounds, (side) => ratesFromPeer(ways[side], bytes, burst), bytes);
  }
  for (const way of Object.values(ways)) await way.close();
  server.close();
  return [roundTrip, toRenderer, fromRenderer].map((comparison) => comparison.result());
});
