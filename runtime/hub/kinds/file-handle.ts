import { wireKinds } from '../../common/kinds';

import type { HubKind } from './hub-kind';

/** Blink carries no methods: a renderer makes a TransferredFile of the object with the port. */
export const fileHandle: HubKind<never, { index: number }> = {
  wire: wireKinds.fileHandle,
  is: (_object): _object is never => false,
  open: ({ index }, { extra, list }) => ({ transferredFile: list(extra(index, MessagePort)) })
};
