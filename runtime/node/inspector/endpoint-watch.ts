import { controlReporter } from '@electron/internal/browser/inspector/process-watch';
import type { WatchControl } from '@electron/internal/browser/inspector/process-watch';
import type { PortReport } from '@electron/internal/common/port-report';
import { PortReporter } from '@electron/internal/common/port-reporter';
import type { PortRecord } from '@electron/internal/common/port-reporter';
import { Stamp } from '@electron/internal/common/port-stamp';

import { requestGarbageCollectionForTesting } from '../garbage-collection';
import { endpointsOf, observeEndpoints } from '../message-port/endpoint';
import { appStack } from './app-stack';
import { messageTree } from './message-tree';
import { findUnreachablePorts } from './unreachable-ports';

import type { Endpoint, EndpointObserver, Message } from '../message-port/endpoint';

type MaybeRecord = PortRecord | undefined;

const nothing: readonly Endpoint[] = [];
const noRecords: readonly MaybeRecord[] = [];

/** Most messages bring nothing, and are to cost nothing. */
const enclosedIn = (message: Message): readonly Endpoint[] =>
  message.endpoints.length + message.extras.length === 0 ? nothing : endpointsOf(message);

const maximumNumbers = 10_000;

/** Reports what happens at every endpoint of this thread. */
class EndpointWatch implements EndpointObserver {
  readonly reporter: PortReporter;
  /** Records by the port that script holds, or by the endpoint while none ever has. */
  #collected = new FinalizationRegistry<PortRecord>((record) => this.reporter.collected(record));
  /** Of endpoints that went to the carrier lately, by their Blink ports. */
  #byNumber = new Map<number, PortRecord>();

  constructor(send: (report: PortReport) => void, isBusy?: () => boolean) {
    this.reporter = new PortReporter({
      send,
      isBusy,
      later: (callback, milliseconds) => setTimeout(callback, milliseconds).unref(),
      now: () => performance.timeOrigin + performance.now()
    });
  }

  made(one: Endpoint, other: Endpoint) {
    const stack = appStack();
    const records = this.reporter.made(stack ? 'app' : 'runtime', stack);
    this.#put(one, records?.[0]);
    this.#put(other, records?.[1]);
  }

  adopted(endpoint: Endpoint, owner: object) {
    const record = Stamp.of(endpoint);
    if (!record) return;
    this.#collected.unregister(endpoint);
    this.#collected.register(owner, record);
  }

  started(endpoint: Endpoint) {
    const record = this.#find(endpoint);
    if (record) this.reporter.started(record);
  }

  posted(endpoint: Endpoint, message: Message, bytes: number) {
    const record = this.#find(endpoint);
    if (record?.state !== 'open') return;
    const { reporter } = this;
    const enclosed = enclosedIn(message);
    const records = enclosed === nothing ? noRecords : enclosed.map((each) => Stamp.of(each));
    reporter.sent(record, bytes, records, reporter.isLogging ? () => messageTree(message) : undefined);
  }

  read(endpoint: Endpoint, message: Message) {
    const record = this.#find(endpoint);
    if (!record) return;
    const enclosed = enclosedIn(message);
    const records = this.reporter.received(record, enclosed.length);
    for (let i = 0; i < records.length; i++) this.#put(enclosed[i], records[i]);
  }

  closed(endpoint: Endpoint, why: 'close' | 'collected' | 'unread') {
    const record = Stamp.of(endpoint);
    if (record) this.reporter.closed(record, why, why === 'close' ? appStack() : '');
  }

  lost(endpoint: Endpoint) {
    const record = Stamp.of(endpoint);
    if (record) this.reporter.lost(record);
  }

  moved(endpoint: Endpoint, port: number) {
    const record = Stamp.of(endpoint);
    if (record) this.#remember(port, record);
  }

  carried(endpoint: Endpoint, port: number) {
    const records = this.reporter.made('app', appStack());
    if (!records) return;
    this.#put(endpoint, records[0]);
    this.#remember(port, records[1]);
    // It has no endpoint, and is not known for longer than the other one.
    this.#collected.register(endpoint, records[1]);
  }

  handedOver(port: number, token: string) {
    const record = this.#byNumber.get(port);
    if (record) this.reporter.left(record, token);
  }

  arrived(endpoint: Endpoint, token: string) {
    this.#put(endpoint, this.reporter.entered(token));
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

  #put(endpoint: Endpoint, record: MaybeRecord) {
    if (!record) return;
    const last = Stamp.of(endpoint);
    // It has come again, and nobody had it as what it was.
    if (last && this.#collected.unregister(endpoint)) this.reporter.collected(last);
    Stamp.set(endpoint, record);
    this.#collected.register(endpoint, record, endpoint);
  }

  /** The record of an endpoint, which may have been there before anybody watched. */
  #find(endpoint: Endpoint): MaybeRecord {
    const known = Stamp.of(endpoint);
    if (known) return known;
    const record = this.reporter.found(appStack);
    this.#put(endpoint, record);
    return record;
  }
}

let control: WatchControl | undefined;

/** Collects, so that what is left is held by script, and tells what is not held by script either. */
async function search(reporter: PortReporter) {
  requestGarbageCollectionForTesting();
  try {
    reporter.unreachable(await findUnreachablePorts());
  } catch (error) {
    console.error('The port inspector could not search the heap:', error);
  }
}

/**
 * Has the endpoints of this thread reported from now on. Further calls do nothing more.
 * @param isBusy whether reports wait to be taken
 */
export function watchEndpoints(send: (report: PortReport) => void, isBusy?: () => boolean): WatchControl {
  if (control) return control;
  const watch = new EndpointWatch(send, isBusy);
  observeEndpoints(watch);
  const { reporter } = watch;
  return (control = controlReporter(reporter, () => search(reporter)));
}
