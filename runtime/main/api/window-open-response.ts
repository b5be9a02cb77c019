import type { BrowserWindowOptions } from './window-options';

/** What a page asks for. */
export interface WindowOpenDetails {
  url: string;
  /** The window's name; empty for none. */
  frameName: string;
  /** As DevTools tells them: those that Chromium knows. */
  features: string;
  disposition: 'foreground-tab' | 'background-tab' | 'new-window';
  referrer: { url: string; policy: 'strict-origin-when-cross-origin' };
  postBody: undefined;
}

export type WindowOpenHandler = (details: WindowOpenDetails) => unknown;

/** What becomes of it. Undefined: it is denied. */
export interface WindowOpenDecision {
  options: BrowserWindowOptions;
  outlivesOpener: boolean;
}

const allowed: WindowOpenDecision = { options: {}, outlivesOpener: false };

/** Says on the console what is wrong with an answer, as Electron does, where it denies. */
export function decide(handler: WindowOpenHandler | undefined, details: WindowOpenDetails) {
  if (!handler) return allowed;
  const response = handler(details);
  if (typeof response !== 'object' || response === null) {
    const given = response === null ? 'null' : `of type '${typeof response}'`;
    console.error(`The window open handler response must be an object, but was instead ${given}.`);
    return undefined;
  }
  const { action, overrideBrowserWindowOptions, outlivesOpener, createWindow } = response as Record<string, unknown>;
  if (action === 'deny') return undefined;
  if (action !== 'allow') {
    console.error("The window open handler response must be an object with an 'action' property of 'allow' or 'deny'.");
    return undefined;
  }
  if (typeof createWindow === 'function') {
    console.error(
      'webContents.setWindowOpenHandler: the stock runtime does not offer createWindow, and denies. Run the app on the fork.'
    );
    return undefined;
  }
  const isObject = typeof overrideBrowserWindowOptions === 'object' && overrideBrowserWindowOptions !== null;
  return {
    options: isObject ? (overrideBrowserWindowOptions as BrowserWindowOptions) : {},
    outlivesOpener: outlivesOpener === true
  };
}
