/** What Electron's main process has and this runtime has not. */
export const unavailableNames = [
  'autoUpdater',
  'BaseWindow',
  'BrowserView',
  'clipboard',
  'contentTracing',
  'crashReporter',
  'desktopCapturer',
  'dialog',
  'globalShortcut',
  'ImageView',
  'inAppPurchase',
  'Menu',
  'MenuItem',
  'nativeImage',
  'nativeTheme',
  'net',
  'netLog',
  'Notification',
  'powerMonitor',
  'powerSaveBlocker',
  'protocol',
  'pushNotifications',
  'safeStorage',
  'screen',
  'ServiceWorkerMain',
  'session',
  'ShareMenu',
  'sharedTexture',
  'shell',
  'systemPreferences',
  'TouchBar',
  'Tray',
  'View',
  'webFrameMain',
  'WebContentsView'
];

/** Stands for an API that is not offered: it can be named, as `const { dialog } = require('electron')` does, not used. */
export function unavailable(name: string): unknown {
  const fail = (): never => {
    throw new Error(`electron.${name}: the stock runtime does not offer it. Run the app on the fork.`);
  };
  return new Proxy(class {}, { get: fail, set: fail, apply: fail, construct: fail });
}
