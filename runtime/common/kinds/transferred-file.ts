import { indexedKind } from './wire-kind';

/** A TransferredFile, and what stands for a FileHandle in a message of a renderer: the place of its port among the message's. */
export const transferredFile = indexedKind({ classes: ['TransferredFile'], listing: 'required', tag: 0x2d /* - */ });
