/**
 * Calls back when something has not come for so long. What came while this thread was busy is read first: timers that are
 * due run before it.
 * @returns a function that stops waiting
 */
export function whenLate(milliseconds: number, callback: () => void): () => void {
  let soon: NodeJS.Immediate | undefined;
  const timer = setTimeout(() => {
    soon = setImmediate(callback);
  }, milliseconds).unref();
  return () => {
    clearTimeout(timer);
    clearImmediate(soon);
  };
}
