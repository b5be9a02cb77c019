/**
 * What a person can do about a script that cannot be loaded, in a line.
 * @param script the script's path, or the name that it was given by
 * @returns undefined for what is the script's own error
 */
export function explainLoadError(error: unknown, script: string): string | undefined {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ERR_UNKNOWN_FILE_EXTENSION' && /\.[cm]?ts$/.test(script)) {
    return `Unable to run ${script}: Node.js ${process.version} strips no types; use 22.18 or newer, or compile it`;
  }
  if (code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND') {
    return `Unable to run ${script}: ${message.split('\n', 1)[0]}`;
  }
  return undefined;
}
