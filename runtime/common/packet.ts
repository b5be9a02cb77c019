// What a client of the hub (the main process, its worker threads' bridge, a utility process) and the hub say to each
// other over their WebSocket: binary packets, several to a frame. Ports have positive numbers; negative ones are objects
// that the hub holds because they cannot leave Chromium.

/** From a client to the hub. Port numbers are the client's own: even ones are given by it, odd ones by the hub. */
export const enum ToHub {
  /** Make a channel whose ends are `port` and `ports[0]`. */
  Channel = 1,
  /** Post `body` from `port`. The first `count` of `ports` go with it; what `body` refers to besides are the others. */
  Post,
  /** Deliver what arrives at `port`, and tell when its other end goes away. */
  Start,
  /** The first `count` messages of `port` have reached the app: they need not be kept any more. */
  Consumed,
  /** The main process gives `port` up and will send it on; all but the first `count` messages are still unread. */
  Return,
  /** Close `port`, and what is in its messages but for the first `count`. */
  Close,
  /** Connect to the WebSocket whose address is `body`: it is the client `count`. */
  Connect,
  /** Give `port` to the client `count`, which is told `body` with it. */
  HandOver,
  /** Make the object `port`, a Blob of the bytes that arrive at `ports[0]` as a stream. */
  Blob,
  /** Send the part of the Blob `port` that `body` names, start and end, to `ports[0]` as a stream. */
  Read,
  /** Drop the object `port`. */
  Release
}

/** From the hub to a client. */
export const enum ToClient {
  /** `port` is new, and `body` the token that tells what it is: a document's link, or what another client gave. */
  Link = 1,
  /** `body` arrived at `port`, and the first `count` of `ports` with it; what `body` refers to besides are the others. */
  Message,
  /** Something arrived at `port` that cannot be read here; `body` is a text that says why. */
  MessageError,
  /** The other end of `port` is gone. Nothing more will arrive. */
  Closed,
  /** `port` cannot be had any more, as too much waits on it; `body` is a text that says so. */
  Overrun,
  /** `port`, which the client sent on, had messages taken out of it: it stays behind a relay. */
  Relayed
}

export interface Packet {
  type: number;
  port: number;
  count: number;
  ports: readonly number[];
  body: Uint8Array;
  /** ArrayBuffers that were transferred: they travel beside the body, not in it. */
  buffers: readonly ArrayBuffer[];
  /** Why it could not be read here, if so: there was no memory for its buffers. */
  failure?: string;
}

const nothing = new Uint8Array(0);

export function packet(type: number, port: number, fields: Partial<Packet> = {}): Packet {
  return { type, port, count: 0, ports: [], body: nothing, buffers: [], ...fields };
}

// Lengths go up to 2^53, so they are written as doubles; the whole header is a row of doubles, which keeps this file
// short: type, port, count, body length, number of ports and of buffers, then each port, then each buffer's length and
// maximal length (-1 for one that cannot be resized).
const fixedFields = 6;

/** A body or buffer of this size has a frame of its own behind its packet's, which spares both sides a copy. */
const large = 1 << 16;

function isLarge({ byteLength, resizable }: Pick<ArrayBuffer, 'byteLength' | 'resizable'>): boolean {
  return byteLength >= large && !resizable;
}

/** What `encodePackets` does not write, in the order in which it follows. */
export function attachmentsOf({ body, buffers }: Packet): Uint8Array[] {
  const attachments = buffers.filter(isLarge).map((buffer) => new Uint8Array(buffer));
  return body.length >= large ? [body, ...attachments] : attachments;
}

/** The number of bytes that `encodePackets` takes for a packet. */
export function packetSize({ ports, buffers, body }: Packet): number {
  const header = 8 * (fixedFields + ports.length + 2 * buffers.length);
  const start = header + (body.length < large ? body.length : 0);
  return buffers.reduce((sum, buffer) => sum + (isLarge(buffer) ? 0 : buffer.byteLength), start);
}

export function encodePackets(packets: readonly Packet[]): Uint8Array {
  const bytes = new Uint8Array(packets.reduce((sum, each) => sum + packetSize(each), 0));
  const view = new DataView(bytes.buffer);
  let offset = 0;
  const writeNumber = (value: number) => {
    view.setFloat64(offset, value);
    offset += 8;
  };
  const writeBytes = (value: Uint8Array) => {
    bytes.set(value, offset);
    offset += value.length;
  };
  for (const { type, port, count, ports, body, buffers } of packets) {
    for (const field of [type, port, count, body.length, ports.length, buffers.length]) writeNumber(field);
    for (const each of ports) writeNumber(each);
    for (const buffer of buffers) {
      writeNumber(buffer.byteLength);
      writeNumber(buffer.resizable ? buffer.maxByteLength : -1);
    }
    if (body.length < large) writeBytes(body);
    for (const buffer of buffers) if (!isLarge(buffer)) writeBytes(new Uint8Array(buffer));
  }
  return bytes;
}

/** A packet, and who takes the attachments that are still to come. */
interface DecodedPacket {
  packet: Packet;
  missing: ((attachment: ArrayBuffer) => void)[];
}

/** The packets of one frame. Bodies are views of `bytes`, buffers are copies. Only the last can lack attachments. */
export function* decodePackets(bytes: Uint8Array): Generator<DecodedPacket> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let offset = 0;
  const readNumber = () => {
    offset += 8;
    return view.getFloat64(offset - 8);
  };
  const readBytes = (length: number) => {
    offset += length;
    return bytes.subarray(offset - length, offset);
  };
  while (offset < bytes.length) {
    const [type, port, count, bodyLength, portCount, bufferCount] = Array.from({ length: fixedFields }, readNumber);
    const ports = Array.from({ length: portCount }, readNumber);
    const sizes = Array.from({ length: bufferCount }, () => ({ length: readNumber(), maximum: readNumber() }));
    const missing: DecodedPacket['missing'] = [];
    let body: Uint8Array = nothing;
    if (bodyLength < large) body = readBytes(bodyLength);
    else missing.push((attachment) => (packet.body = new Uint8Array(attachment)));
    let failure: string | undefined;
    const buffers = sizes.map(({ length, maximum }, index) => {
      if (isLarge({ byteLength: length, resizable: maximum >= 0 })) {
        missing.push((attachment) => (buffers[index] = attachment));
        return nothing.buffer;
      }
      const contents = readBytes(length);
      try {
        const buffer = maximum < 0 ? new ArrayBuffer(length) : new ArrayBuffer(length, { maxByteLength: maximum });
        new Uint8Array(buffer).set(contents);
        return buffer;
      } catch {
        failure = `there is no memory for an ArrayBuffer of ${Math.max(length, maximum)} bytes`;
        return nothing.buffer;
      }
    });
    const packet: Packet = { type, port, count, ports, body, buffers, failure };
    yield { packet, missing };
  }
}
