// What the DOM of the Chromium that the stock runtime starts has, and TypeScript's does not know yet.

interface MessagePort {
  /** Blink's feature MessagePortCloseEvent, which Electron turns on, too. */
  onclose: ((this: MessagePort, event: Event) => void) | null;
}

/** https://wicg.github.io/scheduling-apis/ */
interface Scheduler {
  postTask(
    task: () => unknown,
    options?: { priority?: 'user-blocking' | 'user-visible' | 'background' }
  ): Promise<unknown>;
}

declare const scheduler: Scheduler;
