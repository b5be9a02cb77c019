// What an app can ask for and this runtime does not honour, where asking is not a call that could throw: said once, by name.

import type { EventEmitter } from 'node:events';

/** Electron's events that are never emitted here, but for those of one desktop only, which apps listen to everywhere. */
export const ignoredEvents = {
  app: [
    'accessibility-support-changed',
    'browser-window-blur',
    'browser-window-focus',
    'certificate-error',
    'gpu-info-update',
    'login',
    'render-process-gone',
    'second-instance',
    'select-client-certificate',
    'session-created',
    'will-finish-launching'
  ],
  win: [
    'always-on-top-changed',
    'blur',
    'enter-full-screen',
    'enter-html-full-screen',
    'focus',
    'leave-full-screen',
    'leave-html-full-screen',
    'maximize',
    'minimize',
    'move',
    'moved',
    'resize',
    'resized',
    'responsive',
    'restore',
    'unmaximize',
    'unresponsive',
    'will-move',
    'will-resize'
  ],
  webContents: [
    'audio-state-changed',
    'before-input-event',
    'before-mouse-event',
    'blur',
    'certificate-error',
    'content-bounds-updated',
    'context-menu',
    'cursor-changed',
    'devtools-closed',
    'devtools-focused',
    'devtools-open-url',
    'devtools-opened',
    'devtools-reload-page',
    'devtools-search-query',
    'did-attach-webview',
    'did-change-theme-color',
    'enter-html-full-screen',
    'focus',
    'found-in-page',
    'input-event',
    'ipc-message-sync',
    'leave-html-full-screen',
    'login',
    'media-paused',
    'media-started-playing',
    'page-favicon-updated',
    'paint',
    'preferred-size-changed',
    'preload-error',
    'responsive',
    'select-bluetooth-device',
    'select-client-certificate',
    'unresponsive',
    'update-target-url',
    'will-attach-webview',
    'will-frame-navigate',
    'will-navigate',
    'will-redirect',
    'zoom-changed'
  ]
};

const honoured = {
  options: ['show', 'width', 'height', 'title', 'webPreferences'],
  webPreferences: [
    'preload',
    'nodeIntegration',
    'nodeIntegrationInSubFrames',
    'contextIsolation',
    'sandbox',
    'additionalArguments'
  ]
};

/** What is so unless it is asked not to be. */
const onByDefault = new Set([
  'backgroundThrottling',
  'closable',
  'devTools',
  'focusable',
  'frame',
  'fullscreenable',
  'hasShadow',
  'images',
  'javascript',
  'maximizable',
  'minimizable',
  'movable',
  'resizable',
  'spellcheck',
  'textAreasAreResizable',
  'thickFrame',
  'webgl',
  'webSecurity'
]);

const said = new Set<string>();

function sayOnce(text: string) {
  if (said.has(text)) return;
  said.add(text);
  console.warn(text);
}

/** @param name what the text calls the object */
export function nameIgnoredEvents(emitter: EventEmitter, name: string, events: readonly string[]) {
  emitter.on('newListener', (event) => {
    if (typeof event === 'string' && events.includes(event)) {
      sayOnce(`${name}.on('${event}'): the stock runtime never emits it. Run the app on the fork.`);
    }
  });
}

/** An option that is undefined, or what it is by default, asks for nothing. */
function nameIgnored(given: object, known: readonly string[], callOf: (key: string) => string) {
  for (const [key, value] of Object.entries(given)) {
    if (value === undefined || value === onByDefault.has(key) || known.includes(key)) continue;
    sayOnce(`${callOf(key)}: the stock runtime ignores it. Run the app on the fork.`);
  }
}

/** Of `new BrowserWindow`. */
export function nameIgnoredOptions(options: { webPreferences?: object | null }) {
  nameIgnored(options, honoured.options, (key) => `new BrowserWindow({ ${key} })`);
  const { webPreferences } = options;
  nameIgnored(webPreferences ?? {}, honoured.webPreferences, (key) => `new BrowserWindow({ webPreferences.${key} })`);
}

/** Of `loadURL`, which honours none. */
export function nameIgnoredLoadOptions(options: object) {
  nameIgnored(options, [], (key) => `loadURL(url, { ${key} })`);
}
