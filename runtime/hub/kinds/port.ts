import { wireKinds } from '../../common/kinds';

import type { HubKind } from './hub-kind';

export const port: HubKind<MessagePort, { index: number }> = {
  wire: wireKinds.port,
  is: (object): object is MessagePort => object instanceof MessagePort,
  write(object, { places }, writer) {
    const index = places.get(object);
    if (index === undefined) throw writer.refuse('a port that is not in the transfer list');
    wireKinds.port.write({ index }, writer);
  },
  open({ index }, { ports }) {
    if (!ports[index]) throw new Error('A port is missing from the message');
    return ports[index];
  }
};
