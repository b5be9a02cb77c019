import { inspect } from 'node:util';

const isError = (reason: unknown): reason is Error => reason instanceof Error && typeof reason.stack === 'string';

/**
 * As in Electron, an unhandled rejection prints a warning, and ends nothing. Node.js would end the process, and has no
 * switch for it but on its command line. An app's own listener takes the place of the warning.
 */
export function warnOfUnhandledRejections() {
  process.on('unhandledRejection', (reason) => {
    if (process.listenerCount('unhandledRejection') > 1) return;
    process.emitWarning(isError(reason) ? reason.stack! : inspect(reason), 'UnhandledPromiseRejectionWarning');
  });
}
