import type { PortReport, ReporterOptions } from '@electron/internal/common/port-report';
import { PortReporter } from '@electron/internal/common/port-reporter';
import type { PortRecord } from '@electron/internal/common/port-reporter';

import { requestGarbageCollectionForTesting } from '../garbage-collection';
import { endpointsOf, observeEndpoints } from '../message-port/endpoint';
import { appStack } from './app-stack';
import { messageTree } from './message-tree';

import type { Endpoint, EndpointObserver, Message } from '../message-port/endpoint';

type MaybeRecord = PortRecord | undefined;

const maximumNumbers = 10_000;

/** Reports what happens at every endpoint of this thread. */
class EndpointWatch implements EndpointObserver {
  readonly reporter: PortReporter;
  #records = new WeakMap<Endpoint, MaybeRecord>();
  #collected = new FinalizationRegistry<PortRecord>((record) => this.reporter.collected(record));
  /** Of endpoints that went to the carrier lately, by their Blink ports. */
  #byNumber = new Map<number, PortRecord>();

  constructor(send: (report: PortReport) => void) {
    this.reporter = new PortReporter({
      send,
      later: (callback, milliseconds) => setTimeout(callback, milliseconds).unref(),
      now: () => performance.timeOrigin + performance.now()
    });
  }

  made(one: Endpoint, other: Endpoint) {
    const stack = appStack();
    const records = this.reporter.made(stack ? 'app' : 'runtime', stack);
    this.#records.set(one, records?.[0]);
    this.#records.set(other, records?.[1]);
  }

  adopted(endpoint: Endpoint, owner: object) {
    const record = this.#records.get(endpoint);
    if (record) this.#collected.register(owner, record);
  }

  started(endpoint: Endpoint) {
    const record = this.#find(endpoint);
    if (record) this.reporter.started(record);
  }

  posted(endpoint: Endpoint, message: Message, bytes: number) {
    const record = this.#find(endpoint);
    if (record?.state !== 'open') return;
    const enclosed = endpointsOf(message).map((each) => this.#records.get(each));
    this.reporter.sent(record, bytes, enclosed, () => messageTree(message));
  }

  read(endpoint: Endpoint, message: Message) {
    const record = this.#find(endpoint);
    if (!record) return;
    const enclosed = endpointsOf(message);
    const records = this.reporter.received(record, enclosed.length);
    for (let i = 0; i < records.length; i++) this.#records.set(enclosed[i], records[i]);
  }

  closed(endpoint: Endpoint, why: 'close' | 'collected' | 'unread') {
    const record = this.#records.get(endpoint);
    if (record) this.reporter.closed(record, why, why === 'close' ? appStack() : '');
  }

  lost(endpoint: Endpoint) {
    const record = this.#records.get(endpoint);
    if (record) this.reporter.lost(record);
  }

  moved(endpoint: Endpoint, port: number) {
    const record = this.#records.get(endpoint);
    if (record) this.#remember(port, record);
  }

  carried(endpoint: Endpoint, port: number) {
    const records = this.reporter.made('app', appStack());
    if (!records) return;
    this.#records.set(endpoint, records[0]);
    this.#remember(port, records[1]);
  }

  handedOver(port: number, token: string) {
    const record = this.#byNumber.get(port);
    if (record) this.reporter.left(record, token);
  }

  arrived(endpoint: Endpoint, token: string) {
    this.#records.set(endpoint, this.reporter.entered(token));
  }

  relayed(port: number) {
    const record = this.#byNumber.get(port);
    if (record) this.reporter.relayed(record);
  }

  #remember(port: number, record: PortRecord) {
    this.#byNumber.set(port, record);
    if (this.#byNumber.size <= maximumNumbers) return;
    const [oldest] = this.#byNumber.keys();
    this.#byNumber.delete(oldest);
  }

  /** The record of an endpoint, which may have been there before anybody watched. */
  #find(endpoint: Endpoint): MaybeRecord {
    if (this.#records.has(endpoint)) return this.#records.get(endpoint);
    const record = this.reporter.found(appStack());
    this.#records.set(endpoint, record);
    return record;
  }
}

/** What the inspector can have a thread do that reports to it. */
export interface WatchControl {
  set(options: ReporterOptions): void;
  /** Reports at once what there is. */
  flush(): void;
}

let control: WatchControl | undefined;

/** Has the endpoints of this thread reported from now on. Further calls do nothing more. */
export function watchEndpoints(send: (report: PortReport) => void): WatchControl {
  if (control) return control;
  let collected = 0;
  const watch = new EndpointWatch(send);
  observeEndpoints(watch);
  control = {
    set({ log, collections }) {
      watch.reporter.isLogging = log;
      if (collections > collected) requestGarbageCollectionForTesting();
      collected = collections;
    },
    flush: () => watch.reporter.flush()
  };
  return control;
}
