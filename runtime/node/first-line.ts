import { createInterface } from 'node:readline';

import type { Readable } from 'node:stream';

/** The first line that comes out of a pipe; undefined when the pipe ends, or breaks, before it. */
export function firstLine(pipe: Readable): Promise<string | undefined> {
  return new Promise((resolve) => {
    createInterface(pipe)
      .once('line', resolve)
      .once('close', () => resolve(undefined))
      // The pipe's errors are emitted here, too, at any later time. `close` follows them.
      .on('error', () => resolve(undefined));
  });
}
