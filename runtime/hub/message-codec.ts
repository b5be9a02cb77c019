import { readValue, writeValue } from '../common/clone';
import { readHostObject, writePort } from '../common/host-objects';

import type { Packet } from '../common/packet';

/** The bytes that the main process reads for a message that Blink deserialized here. */
export function encodeMessage(data: unknown, ports: readonly MessagePort[]): Pick<Packet, 'body'> {
  const body = writeValue(data, {
    name: 'message',
    delegate: {
      writeHostObject(object, writer) {
        if (!(object instanceof MessagePort)) return false;
        writePort(object, ports, writer);
        return true;
      }
    }
  });
  return { body };
}

/** The value to post for a message of the main process, with `ports` and the packet's buffers in their places. */
export function decodeMessage({ body, buffers }: Packet, ports: readonly MessagePort[]): unknown {
  return readValue(body, {
    transferred: buffers,
    delegate: { readHostObject: (reader) => readHostObject(reader, ports) }
  });
}
