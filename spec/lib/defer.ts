const cleanups: (() => unknown)[] = [];

/** Has something undone at the end of the test, the last first. */
export function defer(cleanup: () => unknown) {
  cleanups.push(cleanup);
}

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});
