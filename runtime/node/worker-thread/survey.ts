import { maximumMessageSize } from '@electron/internal/common/maximum-message-size';

import { kindsByTag } from '../kinds';
import { readMessage } from '../message-port/serialize';

import type { Fetcher, NodeKind } from '../kinds/node-kind';
import type { Message } from '../message-port/endpoint';

interface Missing {
  kind: NodeKind;
  fields: unknown;
}

/** What a message brings that had to be fetched, in the order in which it is read. */
export interface Fetched {
  objects: object[];
  /** Frees them, when the message does not go on after all. */
  discard(): void;
}

/** What of a message Node.js cannot pass on before it has been fetched. */
export class Survey {
  readonly #missing: Missing[] = [];
  /** How many bytes that will be. */
  #size = 0;
  /** The indices of the ports that fetching uses up. */
  readonly usedPorts = new Set<number>();

  /** @throws when the message cannot be read */
  constructor(message: Message) {
    // Most messages have nothing of the kind.
    if (message.extras.length === 0 && message.endpoints.length === 0) return;
    readMessage(message, (tag, reader) => {
      const kind = kindsByTag.find(tag);
      const fields = kind.wire.read(tag, reader);
      if (kind.worker?.fetch) {
        this.#missing.push({ kind, fields });
        this.#size += kind.worker.sizeOf?.(fields) ?? 0;
        const port = kind.worker.usesPort?.(fields);
        if (port !== undefined) this.usedPorts.add(port);
      }
      return {};
    });
  }

  get isEmpty(): boolean {
    return this.#missing.length === 0;
  }

  /** @throws when something cannot be had, or is more than a message may hold: what was fetched before is freed */
  async fetch(message: Message, by: Fetcher): Promise<Fetched> {
    // One Blob can stand for any number of bytes, and for the same ones many times.
    if (this.#size > maximumMessageSize) throw new Error('It is too large');
    const objects: object[] = [];
    const discard = () => objects.forEach((object, index) => this.#missing[index].kind.worker!.discard?.(object));
    try {
      for (const { kind, fields } of this.#missing) objects.push(await kind.worker!.fetch!(fields, message, by));
    } catch (error) {
      discard();
      throw error;
    }
    return { objects, discard };
  }
}
