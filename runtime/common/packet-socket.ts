import { decodePackets, encodePackets, packetSize } from './packet';

import type { Packet } from './packet';

/** What Chromium's WebSocket and that of `ws` have in common. */
export interface SocketLike {
  binaryType: string;
  addEventListener(type: 'message', listener: (event: { data: any }) => void): void;
  addEventListener(type: 'close' | 'error', listener: () => void): void;
  send(bytes: Uint8Array): void;
  close(): void;
}

// A frame is sent once the running script is done, or earlier when it holds this many bytes.
const fullFrame = 1 << 18;

/** Either end of the WebSocket between the main process and the hub. Packets sent by one run of script share a frame. */
export class PacketSocket {
  #socket: SocketLike;
  #queue: Packet[] = [];
  #size = 0;

  onpacket: (packet: Packet) => void = () => {};
  onclose: () => void = () => {};

  constructor(socket: SocketLike) {
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('message', ({ data }) => {
      for (const packet of decodePackets(new Uint8Array(data))) this.onpacket(packet);
    });
    socket.addEventListener('close', () => this.onclose());
    // An error is followed by 'close'.
    socket.addEventListener('error', () => {});
  }

  send(packet: Packet) {
    if (this.#queue.length === 0) queueMicrotask(() => this.#flush());
    this.#queue.push(packet);
    this.#size += packetSize(packet);
    if (this.#size >= fullFrame) this.#flush();
  }

  close() {
    this.#flush();
    this.#socket.close();
  }

  #flush() {
    if (this.#queue.length === 0) return;
    this.#socket.send(encodePackets(this.#queue));
    this.#queue = [];
    this.#size = 0;
  }
}
