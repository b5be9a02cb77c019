import type { PortReport } from '@electron/internal/common/port-report';

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { onDetached } from '../chromium/on-detached';
import { releaseLogged } from '../page/logged-objects';
import { isolatedWorldName } from '../page/renderer-scripts';

import type { PortModel } from '../../../inspector/model/port-model';
import type { ObserverConfig } from '../../common/observer-config';
import type { InspectedTarget } from './hooks';
import type { CDPSession, Protocol } from 'puppeteer-core';

/** What the watching of all pages has in common. */
export interface PageWatchContext {
  model: PortModel;
  config: ObserverConfig;
  /** The hub's pages are the runtime's own. */
  hubOrigin: string;
  /** Gives a report of a realm to the model. */
  report(realm: string, report: PortReport): void;
  /** @returns the report that a page of a window sent, if it is one */
  check(window: string, payload: string): PortReport | undefined;
  now(): number;
}

const bundle = () => readFileSync(join(__dirname, '..', 'renderer', 'inspector', 'observe.js'), 'utf8');

/** The script that observes, as it is injected. The runtime's own pages are left alone. */
function observerScript(config: ObserverConfig, hubOrigin: string): string {
  const isOwn = `location.origin === ${JSON.stringify(hubOrigin)}`;
  const prologue = `'use strict'; if (${isOwn}) { delete globalThis.${config.bindingName}; return; }`;
  return `(() => { ${prologue} const observerConfig = ${JSON.stringify(config)}; ${bundle()} })();\n//# sourceURL=${config.ownSource}inspector`;
}

interface Context {
  uniqueId: string;
  /** Of the frame that it is of, or the worker. */
  frameId: string;
  realm: string | undefined;
}

interface WatchedTarget {
  id: string;
  /** Its window's. */
  group: string;
  kind: 'frame' | 'worker';
  url: string;
  process: string;
  tells(frameId: string): boolean;
}

const ignore = () => {};

/** As the model knows a frame, or a worker. */
export const holderId = (kind: 'frame' | 'worker', id: string, window: string) => `${kind} ${id} of ${window}`;

// Milliseconds. A page whose script is busy collects when it is done.
const patienceForCollection = 5000;

const attachToWorkers = {
  autoAttach: true,
  waitForDebuggerOnStart: true,
  flatten: true,
  filter: [{ type: 'iframe' }, { type: 'worker' }]
};

/** Watches one target of a window by DevTools: its page, a frame of another site in it, a worker. */
export class TargetWatch {
  /** What is in the window, this one included. */
  readonly parts: Set<TargetWatch>;
  /** Of the target's own frame, or the worker. */
  readonly id: string;
  #context: PageWatchContext;
  #session: CDPSession;
  /** The window's. */
  #group: string;
  #kind: 'frame' | 'worker';
  #process: string;
  #tells: (frameId: string) => boolean;
  #pid = 0;
  #contexts = new Map<number, Context>();
  #urls = new Map<string, string>();
  /** Of the frames that have, or had, script in it. */
  #holders = new Set<string>();
  readonly #workers = new Set<TargetWatch>();

  constructor(context: PageWatchContext, session: CDPSession, target: WatchedTarget, parts: Set<TargetWatch>) {
    this.#context = context;
    this.#session = session;
    this.id = target.id;
    this.#group = target.group;
    this.#kind = target.kind;
    this.#process = target.process;
    this.#tells = target.tells;
    this.#urls.set(target.id, target.url);
    this.parts = parts;
    parts.add(this);
  }

  /** Watches a worker. @param isWaiting whether it waits for that; otherwise what was there is known from its first use */
  async startWorker(isWaiting: boolean): Promise<void> {
    const session = this.#session;
    this.#listen();
    releaseLogged(session);
    if (!isWaiting) {
      await Promise.all([
        session.send('Runtime.addBinding', { name: this.#context.config.bindingName }),
        session.send('Runtime.enable'),
        session.send('Target.setAutoAttach', attachToWorkers),
        session.send('Runtime.evaluate', { expression: this.#source() })
      ]);
      // From here on nothing of it is missed.
      this.#hold(this.id);
      return;
    }
    // It has its globals only when its own script is about to run.
    session.once('Debugger.paused', () => {
      session.send('Runtime.evaluate', { expression: this.#source() }).catch(ignore);
      session.send('Debugger.disable').catch(ignore);
    });
    await Promise.all([
      session.send('Runtime.addBinding', { name: this.#context.config.bindingName }),
      session.send('Runtime.enable'),
      session.send('Target.setAutoAttach', attachToWorkers),
      session.send('Debugger.enable'),
      session.send('Debugger.setInstrumentationBreakpoint', { instrumentation: 'beforeScriptExecution' }),
      session.send('Runtime.runIfWaitingForDebugger')
    ]);
  }

  /** Watches a page. Sent in one go, before anything that its owner sends. */
  async startPage({ contexts, isSetUp, worldName, isLinked, inSubframes }: InspectedTarget): Promise<void> {
    const session = this.#session;
    const { config } = this.#context;
    this.#listen();
    const add = (worldName: string | undefined, hasLinks: boolean) =>
      session.send('Page.addScriptToEvaluateOnNewDocument', {
        source: this.#source({ hasLinks, inSubframes }),
        worldName
      });
    const sent: Promise<unknown>[] = [
      session.send('Runtime.addBinding', { name: config.bindingName }),
      add(undefined, isLinked && worldName === undefined),
      ...(worldName === undefined ? [] : [add(worldName, isLinked)])
    ];
    if (isSetUp) sent.push(session.send('Target.setAutoAttach', attachToWorkers));
    for (const [id, { uniqueId, name, isDefault, frameId, document }] of contexts) {
      this.#urls.set(frameId, document.url);
      // What was there before is known from its first use.
      if (this.#addContext(id, uniqueId, isDefault, name, frameId)) {
        sent.push(session.send('Runtime.evaluate', { expression: this.#source(), uniqueContextId: uniqueId }));
      }
    }
    await Promise.all(sent);
  }

  #source({ hasLinks = false, inSubframes = false } = {}): string {
    const { config, hubOrigin } = this.#context;
    const linkObserverName = hasLinks ? config.linkObserverName : undefined;
    return observerScript({ ...config, linkObserverName, inSubframes }, hubOrigin);
  }

  /** Has the process known, and shows the holder, though it may have reported nothing yet. @param url of its own frame */
  describe(pid: number, url: string) {
    this.#urls.set(this.id, url);
    this.#pid = pid;
    this.#hold(this.id);
    for (const holder of this.#holders) this.#context.model.describe(holder, { pid });
    this.#context.model.describe(this.#holderId(this.id), { name: url });
  }

  setLog(on: boolean) {
    const { controlName } = this.#context.config;
    const expression = `dispatchEvent(new Event('${controlName}-${on ? 'log' : 'no-log'}'))`;
    for (const { uniqueId, realm } of this.#contexts.values()) {
      if (!realm) continue;
      this.#session.send('Runtime.evaluate', { expression, uniqueContextId: uniqueId }).catch(ignore);
    }
  }

  async collectGarbage(): Promise<void> {
    const collected = this.#session.send('HeapProfiler.collectGarbage').catch(ignore);
    await Promise.race([collected, wait(patienceForCollection, undefined, { ref: false })]);
  }

  /** Nothing of it is there any more. A page that crashed may load again, and is there again then. */
  gone(why: string) {
    if (this.#kind === 'worker') this.parts.delete(this);
    this.#endRealms(why);
    for (const holder of this.#holders) this.#context.model.holderGone(holder, why, this.#context.now());
    this.#holders.clear();
  }

  /** Its frame goes on in another process, or goes. What is left there may not have been told to. */
  leave() {
    this.parts.delete(this);
    this.#endRealms('its document was left');
  }

  /** A frame is there no more. */
  forget(frameId: string) {
    this.#urls.delete(frameId);
    this.#holders.delete(this.#holderId(frameId));
  }

  #endRealms(why: string) {
    for (const id of [...this.#contexts.keys()]) this.#onContextGone(id, why);
    for (const worker of this.#workers) worker.gone(why);
    this.#workers.clear();
  }

  #listen() {
    const session = this.#session;
    const { bindingName } = this.#context.config;
    session.on('Runtime.bindingCalled', ({ name, payload, executionContextId }) => {
      if (name === bindingName) this.#onReport(executionContextId, payload);
    });
    session.on('Runtime.executionContextCreated', ({ context }) => this.#onContext(context));
    session.on('Runtime.executionContextDestroyed', ({ executionContextId }) =>
      this.#onContextGone(executionContextId)
    );
    session.on('Runtime.executionContextsCleared', () => {
      for (const id of [...this.#contexts.keys()]) this.#onContextGone(id);
    });
    session.on('Page.frameNavigated', ({ frame }) => {
      if (!this.#tells(frame.id)) return;
      this.#urls.set(frame.id, frame.url);
      this.#context.model.describe(this.#holderId(frame.id), { name: frame.url });
    });
    session.on('Inspector.targetCrashed', () => this.gone('its renderer crashed'));
    session.on('Target.attachedToTarget', (event) => this.#onChild(event));
  }

  #onContext({ id, uniqueId, name, auxData }: Protocol.Runtime.ExecutionContextDescription) {
    const { frameId = this.id, isDefault = true } = (auxData ?? {}) as { frameId?: string; isDefault?: boolean };
    if (this.#tells(frameId)) this.#addContext(id, uniqueId, isDefault, name, frameId);
  }

  /** @returns whether it is one that is watched */
  #addContext(id: number, uniqueId: string, isDefault: boolean, name: string, frameId: string): boolean {
    const isWatched = isDefault || name === isolatedWorldName;
    this.#onContextGone(id);
    // What a renderer calls its own is nobody else's.
    const realm = isWatched ? `${this.#session.id()} ${uniqueId}` : undefined;
    this.#contexts.set(id, { uniqueId, frameId, realm });
    if (realm !== undefined) {
      const holder = this.#holderId(frameId);
      this.#holders.add(holder);
      this.#context.model.addRealm(realm, holder, this.#group);
    }
    return isWatched;
  }

  /** As the model knows one of its frames, or the worker. */
  #holderId(id: string): string {
    return holderId(this.#kind, id, this.#group);
  }

  #onContextGone(id: number, why = this.#kind === 'worker' ? 'its worker ended' : 'its document was left') {
    const context = this.#contexts.get(id);
    this.#contexts.delete(id);
    if (context?.realm) this.#context.model.realmGone(context.realm, why, this.#context.now());
  }

  #onReport(executionContextId: number, payload: string) {
    const { realm, frameId } = this.#contexts.get(executionContextId) ?? {};
    if (realm === undefined || frameId === undefined) return;
    const report = this.#context.check(this.#group, payload);
    if (!report) return;
    this.#hold(frameId);
    this.#context.report(realm, report);
  }

  #hold(frameId: string) {
    const id = this.#holderId(frameId);
    this.#holders.add(id);
    const known = this.#context.model.kindOf(id);
    if (known && !known.gone) return;
    const name = this.#urls.get(frameId) || 'about:blank';
    this.#context.model.hold({ id, kind: this.#kind, name, process: this.#process, pid: this.#pid });
  }

  #onChild({ sessionId, targetInfo, waitingForDebugger }: Protocol.Target.AttachedToTargetEvent) {
    const session = this.#session.connection()?.session(sessionId);
    if (!session) return;
    const { type, url, targetId: id } = targetInfo;
    // Frames are the page's owner's.
    if (type !== 'worker') return;
    const tells = (frameId: string) => frameId === id;
    const target = { id, group: this.#group, kind: 'worker', url, process: this.#process, tells } as const;
    const watch = new TargetWatch(this.#context, session, target, this.parts);
    this.#workers.add(watch);
    onDetached(session, () => {
      this.#workers.delete(watch);
      watch.gone('its worker ended');
    });
    watch.startWorker(waitingForDebugger).catch(ignore);
  }
}
