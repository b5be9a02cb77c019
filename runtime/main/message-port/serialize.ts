import { types } from 'node:util';

import { readValue, writeValue } from '../../common/clone';
import { readHostObject, writePort } from '../../common/host-objects';
import { isAnyPort } from './transfer-list';

import type { Message } from './endpoint';
import type { AnyPort } from './transfer-list';

/**
 * @param name what error texts call the value
 * @throws DataCloneError `An object could not be cloned: ...`; whatever a getter of the value throws
 */
export function serialize(
  value: unknown,
  { ports, buffers }: { ports: readonly AnyPort[]; buffers: readonly ArrayBuffer[] },
  name: string
): Uint8Array {
  return writeValue(value, {
    name,
    transfer: buffers,
    isProxy: types.isProxy,
    delegate: {
      writeHostObject(object, writer) {
        if (!isAnyPort(object)) return false;
        writePort(object, ports, writer);
        return true;
      }
    }
  });
}

/** @throws when the bytes cannot be read: the receiver gets `messageerror` */
export function deserialize({ body, buffers }: Message, ports: readonly AnyPort[]): unknown {
  return readValue(body, {
    transferred: buffers,
    delegate: { readHostObject: (reader) => readHostObject(reader, ports) }
  });
}
