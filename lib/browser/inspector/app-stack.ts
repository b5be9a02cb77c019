const depth = 40;

/**
 * Where the app's own code is on the stack, one place a line; empty when it is not there. What Electron and Node.js bundle
 * is left out.
 * @param isOwn whether a line is of the runtime's own code beside that
 */
export function appStack(isOwn = (_line: string) => false): string {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = depth;
  const { stack } = new Error();
  Error.stackTraceLimit = stackTraceLimit;
  // An app can have stacks of its own kind.
  if (typeof stack !== 'string') return '';
  return stack
    .split('\n')
    .slice(1)
    .filter((line) => !line.includes('node:') && !isOwn(line))
    .filter((line) => /:\d+:\d+\)?$/.test(line))
    .map((line) => line.trim().replace(/^at /, ''))
    .join('\n');
}
