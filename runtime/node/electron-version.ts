/** Whose API this is. */
export const electronVersion = '43.4.1';

/**
 * Says that this is Electron, run with a path: libraries that read the command line skip the script's name by
 * `defaultApp`.
 */
export function announceElectron() {
  // Node.js 24 may freeze its own.
  Object.defineProperty(process, 'versions', { value: { ...process.versions }, enumerable: true, configurable: true });
  const readonly = { enumerable: true, configurable: true };
  Object.defineProperty(process.versions, 'electron', { value: electronVersion, ...readonly });
  Object.defineProperty(process, 'defaultApp', { value: true, ...readonly });
}
