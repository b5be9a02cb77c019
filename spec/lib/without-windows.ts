// The fork's main process without Chromium (shell/node/) has no windows. A test that makes one there is skipped, and
// counted by what it lacks.

import type { Runnable, Runner } from 'mocha';

declare global {
  /** There on a runtime without windows: skips the test that runs now. Set by main.ts, for every bundle of a spec. */
  var skipWithoutWindows: ((lack: string) => never) | undefined;
}

const lacks = new Map<string, number>();

/** Gives the specs of a runtime without windows a BrowserWindow that skips the test that constructs it. */
export function skipWhatNeedsWindows(runner: Runner) {
  let running: Runnable;
  const skip = (lack: string): never => {
    lacks.set(lack, (lacks.get(lack) ?? 0) + 1);
    return running.skip();
  };
  runner.on('test', (test) => (running = test));
  runner.on('hook', (hook) => (running = hook));
  // What comes next is another hook, or the test.
  runner.on('hook end', (hook) => (running = hook.ctx?.currentTest ?? running));
  globalThis.skipWithoutWindows = skip;
  class BrowserWindow {
    static getAllWindows(): [] {
      return [];
    }
    constructor() {
      skip('a window');
    }
  }
  Object.assign(require('electron/main') as object, { BrowserWindow });
}

/** What the skipped tests lacked, a line each. */
export const missing = (): string[] => [...lacks].map(([lack, count]) => `${count} skipped for want of ${lack}`);
