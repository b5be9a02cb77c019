import { MessageChannelMain } from 'electron/main';

import * as fc from 'fast-check';

import { setTimeout as delay } from 'node:timers/promises';

import { isStock } from '../needs';
import { Model } from './model';
import { openers, openMain } from './owners';

import type { Command, Happening, Report } from './agent';
import type { ModelEnd } from './model';
import type { Owner, OwnerListener } from './owners';

const kinds = { open: 8, post: 24, send: 20, give: 24, start: 20, close: 8, kill: 1, settle: 4 };

/** What happens next; whose turn it is and where to is chosen by the numbers, among what is possible by then. */
export interface Step {
  kind: keyof typeof kinds;
  one: number;
  other: number;
  count: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.oneof(...Object.entries(kinds).map(([kind, weight]) => ({ weight, arbitrary: fc.constant(kind) }))),
  one: fc.nat({ max: 999 }),
  other: fc.nat({ max: 999 }),
  count: fc.integer({ min: 1, max: 4 })
}) as fc.Arbitrary<Step>;

export const transferScript: fc.Arbitrary<Step[]> = fc.array(step, { maxLength: 60, size: 'max' });

const maxChannels = 8;
/** Milliseconds until what should have happened counts as lost. */
const patience = 10_000;

const pick = <T>(from: readonly T[], number: number): T | undefined => from[number % from.length];
const numbersOf = (ends: readonly ModelEnd[]) => ends.map(({ id }) => id);

/**
 * Runs scripts, one after the other, over the same owners as long as they live. What a script does is told to them
 * without waiting for one to be done before the next is told.
 */
export class ScriptRunner implements OwnerListener {
  #folder: string;
  #owners = new Map<string, Owner>();
  #main = this.#openMain();
  #model = new Model();
  #happenings = new Map<number, Happening[]>();
  #reports = new Map<number, () => void>();
  #problems: string[] = [];
  #lastToken = 0;
  #killed = new Set<string>();
  /** Whether the worker thread was told to send an end on, and has not said that it has. */
  #workerSends = false;
  /** What the script did, a line each. */
  #log: string[] = [];

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** What others hand over comes to the main process. */
  arrive: OwnerListener['arrive'] = (ends) => this.#main.give(ends);

  report(owner: string, { token, happenings, problems }: Report) {
    for (const each of happenings) {
      const known = this.#happenings.get(each.id);
      if (known) known.push(each);
      else this.#problems.push(`${owner} tells of end ${each.id}, which there is not`);
    }
    this.#problems.push(...problems.map((each) => `${owner}: ${each}`));
    this.#reports.get(token)?.();
    this.#reports.delete(token);
  }

  /** @throws Error that says what went otherwise than by the rules */
  async run(steps: readonly Step[]) {
    this.#model = new Model();
    this.#happenings.clear();
    this.#problems = [];
    this.#log = [];
    try {
      await this.#openOwners();
      for (const each of steps) await this.#step(each);
      await this.#finish();
    } catch (error) {
      await this.dispose();
      throw new Error([(error as Error).message, ...this.#log].join('\n  '));
    }
  }

  async dispose() {
    const owners = [...this.#owners.values()];
    this.#main.command({ do: 'reset' });
    this.#owners.clear();
    this.#killed.clear();
    await Promise.all(owners.map((owner) => owner.dispose()));
    this.#main = this.#openMain();
  }

  #openMain(): Owner {
    return openMain(this, (to, ends) => this.#owners.get(to)!.give(ends));
  }

  async #openOwners() {
    for (const name of this.#killed) {
      await this.#owners.get(name)!.dispose();
      this.#owners.delete(name);
    }
    this.#killed.clear();
    this.#owners.set('main', this.#main);
    const missing = Object.entries(openers).filter(([name]) => !this.#owners.has(name));
    const opened = await Promise.all(missing.map(([name, open]) => open(name, this, this.#folder)));
    for (const owner of opened) this.#owners.set(owner.name, owner);
    // A process may take its time to start.
    await this.#sync(6 * patience);
  }

  #alive(): string[] {
    return [...this.#owners.keys()].filter((name) => !this.#killed.has(name));
  }

  #command(owner: string, command: Command) {
    this.#owners.get(owner)!.command(command);
  }

  async #step({ kind, one, other, count }: Step) {
    const model = this.#model;
    const end = pick(model.held(), one);
    switch (kind) {
      case 'open':
        if (model.ends.length < 2 * maxChannels) this.#open();
        break;
      case 'post':
        if (end) this.#post(end, count);
        break;
      case 'send':
        if (end) await this.#send(end, this.#choose(model.at(end.at!), other, count));
        break;
      case 'give':
        if (end) this.#give(this.#choose(model.at(end.at!), one, count), pick(this.#alive(), other)!);
        break;
      case 'start':
        if (end && !end.isStarted) this.#start(end);
        break;
      case 'close':
        if (end) await this.#close(end);
        break;
      case 'kill':
        await this.#kill(pick(this.#alive(), one)!, other);
        break;
      case 'settle':
        await this.#settle();
    }
  }

  #choose(from: readonly ModelEnd[], first: number, count: number): ModelEnd[] {
    return [...new Set(Array.from({ length: count }, (_, index) => pick(from, first + index)!))];
  }

  #open() {
    const { port1, port2 } = new MessageChannelMain();
    const ends = this.#model.open();
    this.#log.push(`main opens ${numbersOf(ends)}`);
    for (const { id } of ends) this.#happenings.set(id, []);
    this.#main.give([port1, port2].map((port, index) => ({ id: ends[index].id, hop: 0, port })));
  }

  #post(end: ModelEnd, count: number) {
    const numbers = Array.from({ length: count }, () => this.#model.post(end, []));
    this.#log.push(`${end.at} posts ${numbers} from ${end.id}`);
    this.#command(end.at!, { do: 'post', id: end.id, numbers });
  }

  async #send(over: ModelEnd, candidates: ModelEnd[]) {
    const model = this.#model;
    const ends = candidates.filter((each) => model.canGoOver(each, over));
    if (ends.length === 0) return;
    // Who holds them next must not depend on who is faster.
    if (model.peerOf(over).isLeaving) await this.#sync();
    const owner = over.at!;
    const after = ends.flatMap((each) => numbersOf(model.readBy(each)));
    const number = model.post(over, ends);
    this.#workerSends ||= owner === 'worker';
    this.#log.push(`${owner} posts ${number} from ${over.id} with ${numbersOf(ends)}`);
    this.#command(owner, { do: 'send', id: over.id, number, ends: numbersOf(ends), after });
  }

  #give(candidates: ModelEnd[], to: string) {
    const owner = candidates[0].at!;
    const ends = candidates.filter((each) => this.#model.canTravel(each));
    if (owner === to || ends.length === 0) return;
    if (owner !== 'main' && to !== 'main') this.#handOver(ends, 'main');
    this.#handOver(ends, to);
  }

  #handOver(ends: ModelEnd[], to: string) {
    const owner = ends[0].at!;
    const after = ends.flatMap((each) => numbersOf(this.#model.readBy(each)));
    this.#model.give(ends, to);
    this.#workerSends ||= owner === 'worker';
    this.#log.push(`${owner} gives ${numbersOf(ends)} to ${to}`);
    this.#command(owner, { do: 'give', ends: numbersOf(ends), to, after });
  }

  #start(end: ModelEnd) {
    this.#log.push(`${end.at} starts ${end.id}`);
    this.#model.start(end);
    this.#command(end.at!, { do: 'start', id: end.id });
  }

  async #close(end: ModelEnd) {
    // What is to be lost with it has to be in it, and what a worker thread sends on must have been sent (`canTravel`).
    if (end.unread.flat().length > 0 || this.#workerSends) await this.#sync();
    const owner = end.at!;
    const after = numbersOf(this.#model.readBy(end));
    this.#log.push(`${owner} closes ${end.id}`);
    this.#model.close(end);
    this.#command(owner, { do: 'close', id: end.id, after });
  }

  async #kill(owner: string, way: number) {
    if (owner === 'main') return;
    // All that was told to it has left it.
    await this.#sync();
    // The two processes that a port went between find each other by way of those it passed (docs/building.md).
    if (!isStock) await delay(500);
    this.#killed.add(owner);
    const how = await this.#owners.get(owner)!.kill(way);
    this.#log.push(`${owner} is gone by ${how}`);
    this.#model.kill(owner);
  }

  async #settle() {
    this.#log.push('everything settles');
    await this.#sync();
  }

  /** Waits until every owner has done what it was told, and has told what happened. */
  async #sync(limit = patience) {
    const reports = this.#alive().map((owner) => {
      const token = ++this.#lastToken;
      const reported = new Promise<void>((resolve) => this.#reports.set(token, resolve));
      this.#command(owner, { do: 'sync', token, after: numbersOf(this.#model.at(owner)) });
      return { owner, token, reported };
    });
    let timer: NodeJS.Timeout;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        const silent = reports.filter(({ token }) => this.#reports.has(token)).map(({ owner }) => owner);
        reject(new Error(`${silent} did not get what it should have`));
      }, limit);
    });
    await Promise.race([late, Promise.all(reports.map(({ reported }) => reported))]).finally(() => clearTimeout(timer));
    this.#workerSends = false;
    this.#model.settle();
    if (this.#problems.length > 0) throw new Error(this.#problems.join('; '));
  }

  async #finish() {
    for (const owner of this.#alive()) this.#command(owner, { do: 'finish' });
    this.#model.startAll();
    await this.#allHappened();
    // What should not have arrived would come before this.
    for (const end of this.#model.held()) this.#post(end, 1);
    await this.#allHappened();
    const wrong = this.#wrong();
    if (wrong.length > 0) throw new Error(wrong.join('; '));
    for (const owner of this.#alive()) this.#command(owner, { do: 'reset' });
  }

  /** Waits for what is on its way. */
  async #allHappened() {
    for (const end = Date.now() + patience; ; ) {
      await this.#sync();
      const missing = this.#missing();
      if (missing.length === 0) return;
      if (Date.now() > end) throw new Error(missing.join('; '));
    }
  }

  #heard(end: ModelEnd, what: Happening['what']) {
    return this.#happenings.get(end.id)!.filter((each) => each.what === what);
  }

  /** What has not happened and has to. */
  #missing(): string[] {
    return this.#model.held().flatMap((end) => {
      const { posted, isGone } = this.#model.peerOf(end);
      const messages = this.#heard(end, 'message').length;
      const closes = this.#heard(end, 'close').filter(({ hop }) => hop === end.hop).length;
      return [
        ...(messages < posted ? [`end ${end.id} at ${end.at} got ${messages} of ${posted} messages`] : []),
        ...(isGone && closes === 0 ? [`end ${end.id} at ${end.at} got no close`] : [])
      ];
    });
  }

  /** What has happened and should not have. */
  #wrong(): string[] {
    return this.#model.ends.flatMap((end) => {
      const wrong: string[] = [];
      const all = this.#happenings.get(end.id)!;
      const peer = this.#model.peerOf(end);
      const inOrder = [...all].sort((one, other) => one.hop - other.hop);
      const numbers = inOrder.filter(({ what }) => what === 'message').map(({ number }) => number);
      if (numbers.some((number, index) => number !== index)) wrong.push(`got ${numbers}`);
      if (numbers.length > peer.posted) wrong.push(`got ${numbers.length} of ${peer.posted} messages`);
      const closes = inOrder.filter(({ what }) => what === 'close');
      if (closes.length > 0 && !peer.isGone) wrong.push('got a close, and its other end is there');
      if (new Set(closes.map(({ hop }) => hop)).size < closes.length) wrong.push('got more than one close');
      const firstClose = inOrder.findIndex(({ what }) => what === 'close');
      const lastMessage = inOrder.map(({ what }) => what).lastIndexOf('message');
      if (firstClose !== -1 && firstClose < lastMessage) wrong.push('got a message after its close');
      if (this.#heard(end, 'messageerror').length > 0) wrong.push('got a messageerror');
      if (this.#heard(end, 'stray').length > 0) wrong.push('had something happen where it was before');
      return wrong.map((each) => `end ${end.id} ${each}: ${describe(inOrder)}`);
    });
  }
}

const describe = (happenings: readonly Happening[]) =>
  happenings.map(({ hop, what, number }) => `${what}${number < 0 ? '' : ` ${number}`} (hop ${hop})`).join(', ');
