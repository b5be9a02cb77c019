const exit = process.exit.bind(process);

/** Ends this process at once, whatever `process.exit` does by then. */
export const endProcess = (code: number): never => exit(code);

/**
 * As in Electron, `process.exit()` ends an app in order once it is ready: its windows close, and it is told `quit`. What
 * follows the call still runs then.
 */
export function exitByApp(app: { isReady(): boolean; exit(code: number): void }) {
  let isExiting = false;
  process.prependListener('exit', () => {
    isExiting = true;
  });
  process.exit = ((code?: number | string | null) => {
    // Node.js checks it.
    if (code !== undefined) process.exitCode = code;
    if (isExiting || !app.isReady()) exit();
    app.exit(Number(process.exitCode ?? 0));
  }) as typeof process.exit;
}
