// The four kinds of realm that can hold a port, each with something in it that takes orders over one.

import { BrowserWindow, MessageChannelMain, utilityProcess } from 'electron/main';
import type { MessagePortMain } from 'electron/main';

import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';

import type { Library } from '../fixtures/libraries/library';
import type { Answer } from '../fixtures/libraries/realm';

export const realmKinds = ['main', 'renderer', 'utility', 'worker'] as const;
export type RealmKind = (typeof realmKinds)[number];

interface Work {
  library: string;
  does: 'serve' | 'use' | 'ask';
}

type Unnumbered = { does: 'leave' | 'tell' } | (Work & { port: MessagePortMain });

const built = (name: string) => join(process.cwd(), 'dist', 'spec', 'fixtures', 'libraries', name);
const realmModule = pathToFileURL(built('realm.mjs')).href;

/** A module of spec/fixtures/libraries/, in this process. */
export async function loadLibrary(name: string): Promise<Library> {
  const { libraries } = (await import(realmModule)) as { libraries: Record<string, () => Promise<Library>> };
  return libraries[name]();
}

/** Where libraries are used. */
export class Realm {
  readonly kind: RealmKind;
  #orders: MessagePortMain;
  #close: () => unknown;
  #count = 0;
  #waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();

  private constructor(kind: RealmKind, orders: MessagePortMain, close: () => unknown) {
    this.kind = kind;
    this.#orders = orders;
    this.#close = close;
    orders.onmessage = ({ data }) => {
      const answer = data as Answer;
      const { resolve, reject } = this.#waiting.get(answer.id)!;
      this.#waiting.delete(answer.id);
      if ('error' in answer) reject(new Error(`in the ${kind}: ${answer.error}`));
      else resolve(answer.result);
    };
  }

  static async open(kind: RealmKind): Promise<Realm> {
    const { port1, port2 } = new MessageChannelMain();
    return new Realm(kind, port1, await starters[kind](port2));
  }

  /** Has a library do something with a port, which is given away. */
  order({ library, does }: Work, port: MessagePortMain): Promise<unknown> {
    return this.#send({ library, does, port }, [port]);
  }

  /** Has it close the port that a library got last. */
  leave() {
    return this.#send({ does: 'leave' });
  }

  /** Has it tell the library so. */
  tell() {
    return this.#send({ does: 'tell' });
  }

  #send(order: Unnumbered, transfer: MessagePortMain[] = []): Promise<unknown> {
    const id = this.#count++;
    const answer = new Promise<unknown>((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    this.#orders.postMessage({ id, ...order }, transfer);
    return answer;
  }

  close() {
    this.#orders.close();
    return this.#close();
  }
}

const starters: Record<RealmKind, (orders: MessagePortMain) => Promise<() => unknown>> = {
  async main(orders) {
    const { takeOrders } = await import(realmModule);
    takeOrders(orders);
    return () => {};
  },

  /** A page as apps have it: isolated, its scripts bundled. */
  async renderer(orders) {
    const window = new BrowserWindow({ show: false, webPreferences: { preload: built('port-preload.cjs') } });
    window.webContents.on('console-message', ({ level, message }) => {
      if (level === 'error') console.error(`in the renderer: ${message}`);
    });
    await window.loadFile(join(process.cwd(), 'spec', 'fixtures', 'libraries', 'page.html'));
    window.webContents.postMessage('orders', null, [orders]);
    return () => window.destroy();
  },

  async utility(orders) {
    const child = utilityProcess.fork(built('in-node.mjs'));
    child.postMessage(null, [orders]);
    await once(child, 'spawn');
    return () => child.kill();
  },

  async worker(orders) {
    const worker = new Worker(built('in-node.mjs'));
    const port = orders.toWorkerPort();
    worker.postMessage(port, [port]);
    return () => worker.terminate();
  }
};
