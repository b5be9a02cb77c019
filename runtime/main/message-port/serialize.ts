import { types } from 'node:util';

import { readValue, writeValue } from '../../common/clone';
import { readHostObject, writePort } from '../../common/host-objects';
import { MessagePortMain } from './message-port-main';

import type { Message } from './endpoint';
import type { TransferList } from './transfer-list';

/**
 * @param name what error texts call the value
 * @throws DataCloneError `An object could not be cloned: ...`; whatever a getter of the value throws
 */
export function serialize(value: unknown, list: TransferList, name: string): Uint8Array {
  return writeValue(value, {
    name,
    transfer: list.buffers,
    isProxy: types.isProxy,
    delegate: {
      writeHostObject(object, writer) {
        if (!MessagePortMain.isPort(object)) return false;
        writePort(object, list.ports, writer);
        return true;
      }
    }
  });
}

/** @throws when the bytes cannot be read: the receiver gets `messageerror` */
export function deserialize({ body, buffers }: Message, ports: readonly MessagePortMain[]): unknown {
  return readValue(body, {
    transferred: buffers,
    delegate: { readHostObject: (reader) => readHostObject(reader, ports) }
  });
}
