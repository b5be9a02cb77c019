import type { ValueReader, ValueWriter } from '../clone';

/** Whether an object has to be in the transfer list; `optional` ones are copied otherwise. */
export type Listing = 'required' | 'optional' | 'never';

/**
 * One kind of thing that is not in a message's bytes but travels beside them, as both ends of a link know it. What a side
 * makes of it, it says in a file of the same name: runtime/node/kinds/, runtime/hub/kinds/.
 */
export interface WireKind<Fields = unknown> {
  /** The classes of its objects in a renderer. docs/transferables.md has a row for them. */
  readonly classes: readonly string[];
  readonly listing: Listing;
  /** What begins it, behind V8's host object tag: Blink's own where it has one. */
  readonly tags: readonly number[];
  /** Writes tag and fields. */
  write(fields: Fields, writer: ValueWriter): void;
  read(tag: number, reader: ValueReader): Fields;
}

/** The place of an object among the message's ports or its extras. */
export interface Indexed {
  index: number;
}

/** A kind of which nothing is written but its place. */
export function indexedKind(
  facts: Pick<WireKind, 'classes' | 'listing'> & { readonly tag: number }
): WireKind<Indexed> {
  const { tag, ...rest } = facts;
  return {
    ...rest,
    tags: [tag],
    write({ index }, writer) {
      writer.writeUint32(tag);
      writer.writeUint32(index);
    },
    read: (_tag, reader) => ({ index: reader.readUint32() })
  };
}

/** What a side has of each kind, by the tag that begins it. */
export class TagTable<Kind extends { readonly wire: WireKind }> {
  #byTag: (Kind | undefined)[] = [];

  constructor(kinds: readonly Kind[]) {
    for (const kind of kinds) {
      for (const tag of kind.wire.tags) {
        if (this.#byTag[tag]) throw new Error(`Two kinds have the host object tag ${tag}`);
        this.#byTag[tag] = kind;
      }
    }
  }

  /** @throws Error for a tag that this side does not know: the whole message cannot be read, then */
  find(tag: number): Kind {
    const kind = this.#byTag[tag];
    if (!kind) throw new Error(`Unknown host object tag ${tag}`);
    return kind;
  }
}
