import { indexedKind } from './wire-kind';

/** Its place among the message's ports. */
export const port = indexedKind({ classes: ['MessagePort'], listing: 'required', tag: 0x4d /* M */ });
