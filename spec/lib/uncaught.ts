/** What is thrown and not caught, until `done` is called. */
export function uncaught() {
  const listeners = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  const texts: string[] = [];
  process.on('uncaughtException', ({ message }) => texts.push(message));
  return {
    texts,
    done() {
      process.removeAllListeners('uncaughtException');
      for (const listener of listeners) process.on('uncaughtException', listener);
    }
  };
}
