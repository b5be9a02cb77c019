// What the Node.js sides make of each kind of thing that travels. Serializer and transfer list know no kind by name.

import { TagTable } from '../../common/kinds/wire-kind';
import { arrayBuffer } from './array-buffer';
import { blob } from './blob';
import { exception } from './exception';
import { fileHandle } from './file-handle';
import { opaque } from './opaque';
import { port } from './port';
import { stream } from './stream';
import { transferredFile } from './transferred-file';

import type { KindName } from '../../common/kinds';
import type { NodeKind, Transfer } from './node-kind';

const byName: Record<KindName, NodeKind> = {
  port,
  arrayBuffer,
  stream,
  blob,
  fileHandle,
  transferredFile,
  exception,
  opaque
};
const kinds = Object.values(byName);

export const kindsByTag = new TagTable(kinds);

const written = kinds.filter(({ write }) => write);

/** The kind of an object that is written as a host object; undefined for any other. */
export const writtenKindOf = (object: object): NodeKind | undefined => written.find((kind) => kind.is(object));

const transferred = kinds.filter((kind): kind is NodeKind & { transfer: Transfer } => kind.transfer !== undefined);

/** How an object is transferred; undefined for what no list may hold. */
export function transferOf(value: unknown): Transfer | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  return transferred.find((kind) => kind.is(value))?.transfer;
}

const expectations = transferred.map(({ transfer }) => transfer.expected);

/** What error texts say that a list may hold. */
export const expected = `${expectations.slice(0, -1).join(', ')} or ${expectations.at(-1)}`;
