import { onDetached } from '../chromium/on-detached';

import type { CDPSession } from 'puppeteer-core';

/** A window's page, as far as the inspector looks at it. */
export interface InspectedPage {
  /** The main frame's. */
  readonly frameId: string;
  readonly document: { readonly pid: number; readonly url: string };
  on(event: 'finish-load' | 'crashed' | 'closed', listener: () => void): unknown;
}

export interface InspectedContext {
  readonly uniqueId: string;
  readonly name: string;
  readonly isDefault: boolean;
  readonly frameId: string;
  readonly document: { readonly url: string };
}

/** A page, or a frame in a process of its own, as DevTools has it. */
export interface InspectedTarget {
  /** The main frame's id: what is in one window goes together. */
  readonly window: string;
  /** Its own frame's. */
  readonly id: string;
  readonly session: CDPSession;
  /** Whether it may say of a frame what that shows. A renderer that was taken over can name any. */
  tells(frameId: string): boolean;
  /** Where script runs in it. */
  readonly contexts: ReadonlyMap<number, InspectedContext>;
  /** Whether it attaches to frames already, and not to workers. */
  readonly isSetUp: boolean;
  /** Of its preload script, when that has a world of its own. */
  readonly worldName: string | undefined;
  /** Whether its documents have links, and whether those of frames inside it have. */
  readonly isLinked: boolean;
  readonly inSubframes: boolean;
}

/** A utility process, as the inspector sees it. */
export interface InspectedUtility {
  /** What it is to do, as a line for its pipe. Called again when that changes. */
  control(write: (line: string) => void): void;
  /** A line from it. */
  line(text: string): void;
  gone(code: number): void;
}

/** What the inspector has to know of early enough. */
export interface InspectorHooks {
  /** The global by which pages make their links. */
  readonly linkObserverName: string;
  pageOpened(page: InspectedPage): void;
  /** A target can be talked to, and nothing that is said to it later comes before what is said now. */
  targetOpened(target: InspectedTarget): void;
  /** A frame inside a page is there no more, in whichever process it was. */
  frameRemoved(window: string, frameId: string, isWindowClosed: boolean): void;
  utilityForked(modulePath: string, pid: number): InspectedUtility;
}

/** Undefined unless ports are inspected. */
export let inspectorHooks: InspectorHooks | undefined;

export function setInspectorHooks(hooks: InspectorHooks) {
  inspectorHooks = hooks;
}

// What is there, for an inspector that comes later.
export const openPages = new Set<InspectedPage>();
export const openTargets = new Set<InspectedTarget>();
export const runningUtilities = new Set<(hooks: InspectorHooks) => void>();

export function noteTarget(target: InspectedTarget) {
  openTargets.add(target);
  onDetached(target.session, () => openTargets.delete(target));
  inspectorHooks?.targetOpened(target);
}
