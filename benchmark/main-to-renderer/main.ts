// Round trips and throughput between main and a renderer: over a port, by puppeteer's means, and by node-ipc to another
// Node.js process. Beside them what a port goes by, hop by hop: a bare WebSocket, and a bare page that relays one to another.

import { join } from 'node:path';

import { Comparison } from '../lib/comparison';
import { servePage } from '../lib/page-server';
import { largePayloadSizes, payload, payloadSizes } from '../lib/payloads';
import { runBenchmark } from '../lib/run';
import { sample } from '../lib/sample';
import { nodeIpcWay, portWays, puppeteerWay, webSocketWay } from './ways';

import type { PayloadSize } from '../lib/payloads';
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

function roundTrips(next: () => Way, bytes: number, trips: number): Promise<number[]> {
  const message = payload(bytes);
  return sample(() => {
    const way = next();
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
  const [near, far] = [server.url('127.0.0.1'), server.url('localhost')];
  const [port] = await portWays(near, 1);
  const ways: Record<string, Way> = {
    port,
    exposeFunction: await puppeteerWay(browser, near),
    'node-ipc': await nodeIpcWay(),
    WebSocket: await webSocketWay(browser, near),
    relay: await webSocketWay(browser, near, far)
  };
  const sides = Object.keys(ways);
  const targets = [{ side: 'port', than: 'exposeFunction', atLeast: 3 }];
  const roundTrip = new Comparison({ title: 'Round trip', unit: 'ms', sides, targets });
  const toRenderer = new Comparison({ title: 'One way, from main', unit: 'messages/s', sides, targets });
  const fromRenderer = new Comparison({ title: 'One way, to main', unit: 'messages/s', sides, targets });
  const compare = async ({ name, bytes, trips, burst }: PayloadSize, rounds: number, sides: readonly string[]) => {
    await roundTrip.run(name, rounds, (side) => roundTrips(() => ways[side], bytes, trips), undefined, sides);
    await toRenderer.run(name, rounds, (side) => ratesToPeer(ways[side], bytes, burst), bytes, sides);
    await fromRenderer.run(name, rounds, (side) => ratesFromPeer(ways[side], bytes, burst), bytes, sides);
  };
  for (const size of payloadSizes) await compare(size, rounds, sides);
  // The time of node-ipc grows with the square of the size: it looks for the end of a message in all that has come.
  const others = sides.filter((side) => side !== 'node-ipc');
  for (const size of largePayloadSizes) await compare(size, Math.ceil(rounds / 3), others);
  for (const way of Object.values(ways)) await way.close();
  const overMany = await compareNumbersOfChannels(near, rounds);
  server.close();
  return [roundTrip, toRenderer, fromRenderer, overMany].map((comparison) => comparison.result());
});

/** Round trips over one channel after another, of how many there are. */
async function compareNumbersOfChannels(url: string, rounds: number): Promise<Comparison> {
  const bytes = 16;
  const most = 10_000;
  const ways = await portWays(url, most);
  const counts: Record<string, number> = { '1': 1, '1,000': 1000, '10,000': most };
  const sides = Object.keys(counts);
  const comparison = new Comparison({ title: 'Round trips over so many channels', unit: 'ms', sides });
  let turn = 0;
  await comparison.run('16 B', rounds, (side) => roundTrips(() => ways[turn++ % counts[side]], bytes, 1000));
  await ways[0].close();
  return comparison;
}
