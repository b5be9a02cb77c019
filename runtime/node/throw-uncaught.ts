import type { EventEmitter } from 'node:events';

/**
 * Rethrows what asynchronous work of the runtime failed with, where no caller waits for it: as an uncaught exception, as
 * if the app's listener that threw it had been called by an event, and not as a rejection of a promise that the app
 * never saw.
 */
export function throwUncaught(error: unknown) {
  process.nextTick(() => {
    throw error;
  });
}

/**
 * Emits to an app's listeners. What one of them throws is uncaught, and keeps the runtime from nothing.
 * @returns whether there was any
 */
export function emitToApp(emitter: EventEmitter, name: string, ...args: unknown[]): boolean {
  try {
    return emitter.emit(name, ...args);
  } catch (error) {
    throwUncaught(error);
    return true;
  }
}
