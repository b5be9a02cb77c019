import { crossRealmWritable } from '@electron/internal/common/streams/cross-realm-writable';

import { readValue } from '../common/clone';
import { StreamPort } from './stream-port';
import { openReadable } from './streams';

/** An object, or a Blob whose bytes are on their way. */
export type Held = object | Promise<Blob>;

/** What the hub holds for one client, because it cannot leave Chromium, or has just come: by number, all negative. */
export class HeldObjects {
  #objects = new Map<number, Held>();
  #lastNumber = 1;

  add(object: object): number {
    const number = -(this.#lastNumber += 2);
    this.#objects.set(number, object);
    return number;
  }

  get(number: number): Held | undefined {
    return this.#objects.get(number);
  }

  release(number: number) {
    this.#objects.delete(number);
  }

  /** Makes a Blob of a client's. */
  receiveBlob(number: number, channel: MessagePort) {
    const blob = readBlob(openReadable(channel).stream);
    // A message that waits for it will say so.
    blob.catch(() => {});
    this.#objects.set(number, blob);
  }

  /** Sends a part of a Blob to a client. */
  sendBlob(number: number, range: Uint8Array, channel: MessagePort) {
    const blob = this.#objects.get(number);
    const [start, end] = readValue(range) as [number, number];
    if (!(blob instanceof Blob)) return channel.close();
    const { stream } = crossRealmWritable(new StreamPort(channel));
    blob
      .slice(start, end)
      .stream()
      .pipeTo(stream)
      .catch(() => {});
  }
}

async function readBlob(stream: ReadableStream): Promise<Blob> {
  const parts: Blob[] = [];
  // A Blob of each chunk, so that the bytes go to where Chromium keeps blobs, and not into this page's memory.
  for await (const chunk of stream) parts.push(new Blob([chunk]));
  return new Blob(parts);
}
