// What the hub makes of each kind of thing that travels. The message codec knows no kind by name.

import { TagTable } from '../../common/kinds/wire-kind';
import { blob } from './blob';
import { exception } from './exception';
import { fileHandle } from './file-handle';
import { opaque } from './opaque';
import { port } from './port';
import { stream } from './stream';
import { transferredFile } from './transferred-file';

import type { KindName } from '../../common/kinds';
import type { HubKind, Outgoing } from './hub-kind';

/** ArrayBuffers are no host objects: V8's own format has them. */
const byName: Record<Exclude<KindName, 'arrayBuffer'>, HubKind> = {
  port,
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
const plain = written.filter(({ isPlain }) => isPlain);
const others = written.filter(({ isPlain }) => !isPlain);

/** The kind of an object that is written as a host object; undefined for any other. */
export const writtenKindOf = (object: object, isPlain: boolean, outgoing: Outgoing): HubKind | undefined =>
  (isPlain ? plain : others).find((kind) => kind.is(object, outgoing));
