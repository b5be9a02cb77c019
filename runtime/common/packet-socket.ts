import { attachmentsOf, decodePackets, encodePackets, packetSize } from './packet';

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
  /** Puts the next frame, an attachment, into the packet that waits for it. */
  #onAttachment: ((bytes: ArrayBuffer) => void) | undefined;

  onpacket: (packet: Packet) => void = () => {};
  onclose: () => void = () => {};

  constructor(socket: SocketLike) {
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('message', ({ data }) => this.#receive(data));
    socket.addEventListener('close', () => this.onclose());
    // An error is followed by 'close'.
    socket.addEventListener('error', () => {});
  }

  send(packet: Packet) {
    if (this.#queue.length === 0) queueMicrotask(() => this.#flush());
    this.#queue.push(packet);
    this.#size += packetSize(packet);
    const attachments = attachmentsOf(packet);
    if (this.#size >= fullFrame || attachments.length > 0) this.#flush();
    for (const each of attachments) this.#socket.send(each);
  }

  close() {
    this.#flush();
    this.#socket.close();
  }

  #receive(data: ArrayBuffer) {
    if (this.#onAttachment) {
      this.#onAttachment(data);
      return;
    }
    for (const { packet, missing } of decodePackets(new Uint8Array(data))) {
      if (missing.length === 0) {
        this.#handle(packet);
        continue;
      }
      this.#onAttachment = (bytes) => {
        missing.shift()!(bytes);
        if (missing.length > 0) return;
        this.#onAttachment = undefined;
        this.#handle(packet);
      };
    }
  }

  /** An error in one packet does not keep the packets behind it from being handled. */
  #handle(packet: Packet) {
    try {
      this.onpacket(packet);
    } catch (error) {
      console.error('A packet could not be handled:', error);
    }
  }

  #flush() {
    if (this.#queue.length === 0) return;
    this.#socket.send(encodePackets(this.#queue));
    this.#queue = [];
    this.#size = 0;
  }
}
