import { indexedKind } from './wire-kind';

/** A FileHandle that Node.js sends: the place of its channel, or of the file itself, among the extras. Blink has none. */
export const fileHandle = indexedKind({ classes: ['TransferredFile'], listing: 'required', tag: 0x2b /* + */ });
