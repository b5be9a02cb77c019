// What one runtime does in another way than the other, or not at all (docs/building.md, "What the fork does not have").

import type {} from './without-windows';
import type Mocha from 'mocha';

/** It is the stock runtime, which has a hub: everything else is Electron, in all that it says of itself. */
export const isStock = (() => {
  try {
    return Boolean(process._linkedBinding('electron_ports_hub' as never));
  } catch {
    return false;
  }
})();

/**
 * Skips a test of what the stock runtime does in another way than Electron.
 * @param way Electron's, as a sentence's end
 */
export function skipInElectron(test: Mocha.Context, way: string) {
  if (isStock) return;
  globalThis.skipWithoutWindows?.('a window');
  skip(test, `Electron ${way}`);
}

/**
 * Skips a test of what the stock runtime cannot do.
 * @param limit the stock runtime's, as a sentence's end
 */
export function skipOnStock(test: Mocha.Context, limit: string) {
  if (isStock) skip(test, `the stock runtime ${limit}`);
}

function skip(test: Mocha.Context, why: string) {
  console.log(`skipped: ${why}`);
  test.skip();
}
