// What travels beside a message's bytes: one line for each kind, one file for what both sides know of it. The compiler
// asks each side, in its own table, what it makes of the kind.

import { arrayBuffer } from './array-buffer';
import { blob } from './blob';
import { exception } from './exception';
import { fileHandle } from './file-handle';
import { opaque } from './opaque';
import { port } from './port';
import { stream } from './stream';
import { transferredFile } from './transferred-file';

/** In the order in which an object is looked for: what is opaque is what is nothing else. */
export const wireKinds = { port, arrayBuffer, stream, blob, fileHandle, transferredFile, exception, opaque };

export type KindName = keyof typeof wireKinds;
