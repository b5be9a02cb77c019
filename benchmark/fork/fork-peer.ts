// Runs as the main script of the binary that is measured, and uses only what upstream's ports have, too.

import { app, BrowserWindow, MessageChannelMain, utilityProcess } from 'electron/main';
import type { MessagePortMain } from 'electron/main';

import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { echoInPage, measureInPage, openPage } from './pages';

import type { ForkAnswer, ForkRequest, MemoryRequest, TripsRequest } from './requests';

interface Channel {
  port: MessagePortMain;
  close(): void;
}

const transferOf = (data: ArrayBuffer, isTransferred: boolean) =>
  isTransferred ? ([data] as unknown as [MessagePortMain]) : [];

async function openChannels({ peer, channels, isTransferred }: TripsRequest): Promise<Channel[]> {
  const pairs = Array.from({ length: channels }, () => new MessageChannelMain());
  if (peer === 'main') {
    for (const { port2 } of pairs) {
      port2.on('message', ({ data }) => port2.postMessage(data, transferOf(data, isTransferred)));
      port2.start();
    }
  } else if (peer === 'renderer') {
    const page = await openPage();
    await echoInPage(
      page,
      pairs.map(({ port2 }) => port2),
      isTransferred
    );
    pairs[0].port1.once('close', () => page.destroy());
  } else {
    const child = utilityProcess.fork(join(__dirname, 'utility-peer.cjs'));
    const ports = pairs.map(({ port2 }) => port2);
    child.postMessage({ isTransferred }, ports);
    await once(child, 'message');
    child.on('exit', () => {});
    pairs[0].port1.once('close', () => child.kill());
  }
  return pairs.map(({ port1, port2 }) => {
    port1.start();
    return {
      port: port1,
      close: () => {
        port1.close();
        if (peer === 'main') port2.close();
      }
    };
  });
}

async function measureTrips(request: TripsRequest): Promise<ForkAnswer> {
  if (request.peer === 'renderers') return measureInPage(request);
  const channels = await openChannels(request);
  const times: number[] = [];
  let data = new ArrayBuffer(request.bytes);
  for (let i = -request.warmUp; i < request.trips; i++) {
    const { port } = channels[(i + request.warmUp) % channels.length];
    const start = performance.now();
    data = await new Promise<ArrayBuffer>((resolve) => {
      port.once('message', (event) => resolve(event.data));
      port.postMessage(data, transferOf(data, request.isTransferred));
    });
    if (i >= 0) times.push(performance.now() - start);
  }
  if (data.byteLength !== request.bytes) throw new Error('The bytes that came back are not those that were sent');
  for (const channel of channels) channel.close();
  return times;
}

function measureMemory({ channels }: MemoryRequest): ForkAnswer {
  const before = process.memoryUsage().rss;
  const pairs = Array.from({ length: channels }, () => new MessageChannelMain());
  for (const { port1, port2 } of pairs) {
    port1.on('message', () => {});
    port1.start();
    port2.on('message', () => {});
    port2.start();
  }
  const after = process.memoryUsage().rss;
  for (const { port1, port2 } of pairs) {
    port1.close();
    port2.close();
  }
  return [after - before];
}

async function answer(request: ForkRequest): Promise<ForkAnswer> {
  if (request.measure === 'trips') return measureTrips(request);
  if (request.measure === 'windows') return [BrowserWindow ? 1 : 0];
  return request.measure === 'memory' ? measureMemory(request) : [];
}

async function run(): Promise<void> {
  // A window that is closed is not the end.
  app.on('window-all-closed', () => {});
  await app.whenReady();
  for await (const line of createInterface({ input: process.stdin })) {
    console.log(JSON.stringify(await answer(JSON.parse(line) as ForkRequest)));
  }
  app.exit(0);
}

run().catch((error) => {
  console.error(error);
  app.exit(1);
});
