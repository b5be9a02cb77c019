import { createInterface } from 'node:readline';

import type { Readable } from 'node:stream';

/**
 * The first line that comes out of a pipe; undefined when the pipe ends, or breaks, before it.
 * @param onLater called with each line behind it
 */
export function firstLine(pipe: Readable, onLater = (_line: string) => {}): Promise<string | undefined> {
  return new Promise((resolve) => {
    const lines = createInterface(pipe);
    lines
      .once('line', (line) => {
        resolve(line);
        lines.on('line', onLater);
      })
      .once('close', () => resolve(undefined))
      // The pipe's errors are emitted here, too, at any later time. `close` follows them.
      .on('error', () => resolve(undefined));
  });
}
