import type { ValueReader, ValueWriter } from './clone';

/** What stands behind V8's host object tag. The tags are Blink's own, so that there is one table to know. */
const enum HostTag {
  /** `M`, then the port's index among the ports that go along. */
  MessagePort = 0x4d
}

/** Writes a port as its place in `ports`. */
export function writePort<Port>(port: Port, ports: readonly Port[], writer: ValueWriter) {
  const index = ports.indexOf(port);
  if (index === -1) throw writer.refuse('a port that is not in the transfer list');
  writer.writeUint32(HostTag.MessagePort);
  writer.writeUint32(index);
}

/** @throws Error for any tag that this side does not know: the whole message cannot be read, then */
export function readHostObject<Port extends object>(reader: ValueReader, ports: readonly Port[]): Port {
  const tag = reader.readUint32();
  if (tag !== HostTag.MessagePort) throw new Error(`Unknown host object tag ${tag}`);
  const port = ports[reader.readUint32()];
  if (!port) throw new Error('A port is missing from the message');
  return port;
}
