import { valueTree } from '@electron/internal/common/value-tree';
import type { ValueTree } from '@electron/internal/common/value-tree';

import { kindsByTag } from '../kinds';
import { readMessage } from '../message-port/serialize';

import type { Message } from '../message-port/endpoint';

/** Stands for what travels beside a message's bytes. */
class Enclosed {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

const nameOf = (object: object) => (object instanceof Enclosed ? object.name : undefined);

/** A message as it can be shown. What came with it is named, and stays as it is. */
export function messageTree(message: Message): ValueTree {
  try {
    const value = readMessage(message, (tag, reader) => {
      const { wire } = kindsByTag.find(tag);
      const fields: unknown = wire.read(tag, reader);
      if (fields instanceof DOMException) return fields;
      const { className, kind, file } = Object(fields) as { className?: string; kind?: string; file?: unknown };
      return new Enclosed(className ?? kind ?? (file ? 'File' : wire.classes[0]));
    });
    return valueTree(value, nameOf);
  } catch {
    return '(bytes that cannot be read)';
  }
}
