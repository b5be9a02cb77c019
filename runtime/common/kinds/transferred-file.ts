import { indexedKind } from './wire-kind';

/** What stands for a FileHandle in a message of a renderer: the place of its port among the message's ports. */
export const transferredFile = indexedKind({ classes: ['TransferredFile'], listing: 'required', tag: 0x2d /* - */ });
