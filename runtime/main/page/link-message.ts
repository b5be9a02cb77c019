import { serialize } from '../../node/message-port/serialize';

import type { ToDocument } from '../../common/link-messages';
import type { TransferList } from '../../node/message-port/transfer-list';

/**
 * Serializes what goes to a document. Error texts speak of what the app gave, not of the array around it.
 * @throws DataCloneError `An object could not be cloned: ...`
 */
export function serializeForDocument(message: ToDocument, list: TransferList): Uint8Array {
  try {
    return serialize(message, list, 'link', message[0] === 'post' ? 1 : 2);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    const given = message[0] === 'send' ? 'args' : message[0] === 'post' ? 'message' : 'result';
    const text = error.message.replace('link[2].result', given).replace('link[2]', given);
    throw new DOMException(text, error.name);
  }
}
