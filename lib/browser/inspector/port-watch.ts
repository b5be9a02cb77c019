import { appStack } from '@electron/internal/browser/inspector/app-stack';
import { controlReporter } from '@electron/internal/browser/inspector/process-watch';
import type { WatchControl } from '@electron/internal/browser/inspector/process-watch';
import { findUnreachablePorts } from '@electron/internal/browser/inspector/unreachable-ports';
import { observePorts } from '@electron/internal/browser/port-observer';
import type { PortObserver } from '@electron/internal/browser/port-observer';
import { messageBytes } from '@electron/internal/common/message-bytes';
import type { PortReport } from '@electron/internal/common/port-report';
import { PortReporter } from '@electron/internal/common/port-reporter';
import type { PortRecord } from '@electron/internal/common/port-reporter';
import { Stamp } from '@electron/internal/common/port-stamp';
import { valueTree } from '@electron/internal/common/value-tree';

import { MessagePort as NodePort } from 'worker_threads';

type Port = Electron.MessagePortMain;
type MaybeRecord = PortRecord | undefined;

const binding = process._linkedBinding('electron_browser_message_port');
const { prototype } = binding.MessagePortMain;
const { isPrototypeOf } = Object.prototype;
const { apply } = Reflect;

const isPort = (value: unknown): value is Port => isPrototypeOf.call(prototype, value as object);
const nameOf = (object: object) => (isPort(object) ? 'MessagePort' : undefined);
const none: readonly object[] = [];

/** What is listed in the last argument of a call, as far as it can be read without running script once more. */
export function listedIn(transfer: unknown): readonly object[] {
  const list = Array.isArray(transfer)
    ? transfer
    : typeof transfer === 'object' && transfer !== null
      ? Object.getOwnPropertyDescriptor(transfer, 'transfer')?.value
      : undefined;
  return Array.isArray(list) ? list : none;
}

/** As both threads of a process know it. */
const parkingKey = (number: number) => `${process.pid} parked ${number}`;

/** A port that travels, and its name, which it has not any more when it has gone. */
interface Traveller {
  record: MaybeRecord;
  name: string;
}

/**
 * Reports what happens to the ports of this thread. Where one goes is known by the number of the message, or, where a page
 * has it meanwhile, by the name that it keeps.
 */
export class PortWatch implements PortObserver {
  readonly reporter: PortReporter;
  #collected = new FinalizationRegistry<PortRecord>((record) => {
    if (record.state === 'open' && !record.isStarted) this.reporter.closed(record, 'collected');
    this.reporter.collected(record);
  });
  /** The inspector's own. */
  #ignored = new WeakSet<object>();
  /** What has come with the message that is told of next, where that is known before. */
  #arrived: { records: readonly MaybeRecord[]; names: string[] } | undefined;
  /** The ports that went for ports of Node.js. */
  #standIns = new WeakMap<object, Traveller>();

  constructor(send: (report: PortReport) => void) {
    this.reporter = new PortReporter({
      send,
      later: (callback, milliseconds) => setTimeout(callback, milliseconds).unref(),
      now: () => performance.timeOrigin + performance.now()
    });
  }

  ignore(...ports: Port[]) {
    for (const port of ports) this.#ignored.add(port);
  }

  made({ port1, port2 }: { port1: Port; port2: Port }, by?: 'runtime') {
    const stack = appStack();
    const records = this.reporter.made(by ?? (stack ? 'app' : 'runtime'), stack);
    this.put(port1, records?.[0]);
    this.put(port2, records?.[1]);
  }

  came(ports: readonly Port[]) {
    for (const port of ports) this.put(port, this.reporter.entered(binding.portName!(port)));
  }

  arriving(ports: readonly Port[]) {
    const records = this.reporter.coming(ports.length);
    ports.forEach((port, index) => this.put(port, records[index]));
    this.#arrived = { records, names: ports.map((port) => binding.portName!(port)) };
  }

  parked(port: Port, number: number) {
    const record = this.find(port);
    if (record) this.reporter.left(record, parkingKey(number));
  }

  unparked(port: Port, number: number) {
    this.put(port, this.reporter.entered(parkingKey(number)));
  }

  standIn(objects: readonly object[], ports: readonly Port[]) {
    objects.forEach((object, index) => {
      const traveller = this.#traveller(ports[index]);
      const { record, name } = traveller;
      if (object instanceof NodePort) this.#standIns.set(object, traveller);
      // For a file: it is not among the ports of a message.
      else if (record) this.reporter.left(record, name);
    });
  }

  /**
   * Ports are about to go to a page.
   * @returns what to call once they have gone
   */
  leaving(transfer: unknown, to: { id: string; name: string }): () => void {
    const going = listedIn(transfer)
      .filter(isPort)
      .map((port) => this.#traveller(port));
    return () => {
      for (const { record, name } of going) if (record?.state === 'open') this.reporter.left(record, name, to);
    };
  }

  #traveller(port: Port): Traveller {
    return { record: this.find(port), name: binding.portName!(port) };
  }

  internal(ports: readonly Port[]) {
    for (const port of ports) {
      const record = this.reporter.found(() => '');
      this.put(port, record);
    }
  }

  happened(port: Port, type: ElectronInternal.PortEventType, ports: readonly object[]) {
    const record = this.find(port);
    if (type === 'close') {
      if (record) this.reporter.lost(record);
    } else {
      this.read(record, ports);
    }
  }

  /** A message has come, with these. */
  read(record: MaybeRecord, ports: readonly object[]) {
    if (!this.#arrived) this.arriving(ports.filter(isPort));
    const { records, names } = this.#arrived!;
    this.#arrived = undefined;
    this.reporter.read(record, records, 0, names);
  }

  put(object: object, record: MaybeRecord) {
    if (!record) return;
    Stamp.set(object, record);
    this.#collected.register(object, record);
  }

  /** The record of a port, which may have been there before anybody watched. */
  find(port: Port): MaybeRecord {
    const known = Stamp.of(port);
    if (known || this.#ignored.has(port)) return known;
    const record = this.reporter.found(appStack);
    this.put(port, record);
    return record;
  }

  /**
   * Has a message counted once it was posted.
   * @param record of who posts it
   * @param post posts it
   */
  posting<T>(record: PortRecord, message: unknown, transfer: unknown, post: () => T): T {
    // The call may detach what is in the message, and run getters: all is looked at before.
    const listed = listedIn(transfer).map((item) => ({
      item,
      traveller: isPort(item) ? this.#traveller(item) : undefined
    }));
    const bytes = messageBytes(message);
    const value = this.reporter.isLogging ? valueTree(message, nameOf) : undefined;
    const result = post();
    // A getter has closed the port, and nothing was posted.
    if (record.state !== 'open') return result;
    const gone: Traveller[] = [];
    for (const { item, traveller = this.#standIns.get(item) } of listed) if (traveller) gone.push(traveller);
    this.reporter.sent(
      record,
      bytes,
      gone.map(({ record }) => record),
      value === undefined ? undefined : () => value,
      gone.map(({ name }) => name)
    );
    return result;
  }
}

/** Has the calls of script on ports seen, which nobody looks at until then. */
function watchCalls(watch: PortWatch) {
  const { postMessage, start, close } = prototype;
  const calls: Partial<Port> = {
    postMessage(this: Port, ...args: [unknown]) {
      const post = () => apply(postMessage, this, args);
      const record = isPort(this) ? watch.find(this) : undefined;
      if (record?.state !== 'open') return post();
      const [message, transfer] = args as unknown[];
      return watch.posting(record, message, transfer, post);
    },
    start(this: Port) {
      apply(start, this, []);
      const record = watch.find(this);
      if (record) watch.reporter.started(record);
    },
    close(this: Port) {
      apply(close, this, []);
      const record = watch.find(this);
      if (record?.state === 'open') watch.reporter.closed(record, 'close', appStack());
    }
  };
  for (const [name, value] of Object.entries(calls)) {
    Object.defineProperty(prototype, name, { value, writable: true, configurable: true });
  }
}

/** Tells what script has no way to. Looking collects what nothing refers to. */
async function search({ reporter }: PortWatch) {
  try {
    reporter.unreachable(await findUnreachablePorts());
  } catch (error) {
    console.error('The port inspector could not search the heap:', error);
  }
}

let watched: { watch: PortWatch; control: WatchControl } | undefined;

/** Has the ports of this thread reported from now on. Further calls do nothing more. */
export function watchPorts(send: (report: PortReport) => void): { watch: PortWatch; control: WatchControl } {
  if (watched) return watched;
  const watch = new PortWatch(send);
  observePorts(watch);
  watchCalls(watch);
  return (watched = { watch, control: controlReporter(watch.reporter, () => search(watch)) });
}
