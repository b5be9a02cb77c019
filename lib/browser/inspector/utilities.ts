/** A utility process as the app has it. */
export type Utility = Electron.UtilityProcess & { emit(type: string, ...args: unknown[]): boolean };

const running = new Map<Utility, string>();
let onFork: ((utility: Utility, modulePath: string) => void) | undefined;

/** Called for each utility process, before the app has it. */
export function noteUtility(utility: Electron.UtilityProcess, modulePath: string) {
  running.set(utility as Utility, modulePath);
  utility.once('exit', () => running.delete(utility as Utility));
  onFork?.(utility as Utility, modulePath);
}

/** @param visit is called for each utility process: those that run, and those to come */
export function eachUtility(visit: (utility: Utility, modulePath: string) => void) {
  onFork = visit;
  for (const [utility, modulePath] of running) visit(utility, modulePath);
}
