import { types } from 'node:util';

import { isPlainObject, readValue, writeValue } from '../../common/clone';
import { maximumMessageDepth } from '../../common/message-depth';
import { checkSize } from '../../common/message-size';
import { kindsByTag, writtenKindOf } from '../kinds';
import { EndpointPort } from './endpoint-port';

import type { ValueReader, ValueWriter } from '../../common/clone';
import type { Arrival, Enclosures, OpenPort } from '../kinds/node-kind';
import type { Extra, Message } from './endpoint';
import type { Codec } from './endpoint-port';

/**
 * @param name what error texts call the value
 * @param wrapping how many objects of the runtime's own are around what script gave
 * @throws DataCloneError `An object could not be cloned: ...`; whatever a getter of the value throws
 */
export function serialize(value: unknown, enclosures: Enclosures, name: string, wrapping = 0): Uint8Array {
  const body = writeValue(value, {
    name,
    transfer: enclosures.buffers,
    isProxy: types.isProxy,
    maxDepth: maximumMessageDepth + wrapping,
    delegate: { writeHostObject: (object, writer) => writeHostObject(object, enclosures, writer) }
  });
  checkSize({ body, buffers: enclosures.buffers });
  return body;
}

function writeHostObject(object: object, enclosures: Enclosures, writer: ValueWriter): boolean {
  if (isPlainObject(object)) return false;
  const kind = writtenKindOf(object);
  return kind !== undefined && kind.write!(object, enclosures, writer, openPort) !== false;
}

/** @throws when the bytes cannot be read: the receiver gets `messageerror` */
export function deserialize(message: Message, ports: Arrival['ports']): unknown {
  const arrival: Arrival = { ports, extras: message.extras, openPort };
  return readMessage(message, (tag, reader) => {
    const kind = kindsByTag.find(tag);
    return kind.open!(kind.wire.read(tag, reader), arrival);
  });
}

/** The same for a receiver that makes something else of what travelled beside the bytes. */
export function readMessage(
  { body, buffers }: Message,
  readObject: (tag: number, reader: ValueReader) => object
): unknown {
  return readValue(body, {
    transferred: buffers,
    delegate: { readHostObject: (reader) => readObject(reader.readUint32(), reader) }
  });
}

/** What goes along with a message that has no transfer list. */
class Held implements Enclosures {
  readonly ports = [];
  readonly buffers = [];
  readonly extras: Extra[] = [];

  indexOf(): undefined {}

  hold(extra: Extra): number {
    return this.extras.push(extra) - 1;
  }
}

const codec: Codec = {
  encode(value) {
    const held = new Held();
    const body = serialize(value, held, 'message');
    for (const extra of held.extras) extra.retain?.();
    return { body, buffers: held.buffers, endpoints: [], extras: held.extras };
  },
  decode: (message) => deserialize(message, [])
};

export const openPort: OpenPort = (endpoint) => new EndpointPort(endpoint, codec);
