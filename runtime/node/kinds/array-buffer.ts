import { types } from 'node:util';

import { wireKinds } from '../../common/kinds';

import type { NodeKind } from './node-kind';

/** Zero-length buffers are detached in a way that leaves a mark, too. Node 20 has no `detached` property. */
function isDetached(buffer: ArrayBuffer): boolean {
  try {
    buffer.slice(0, 0);
    return false;
  } catch {
    return true;
  }
}

export const arrayBuffer: NodeKind<ArrayBuffer, never> = {
  wire: wireKinds.arrayBuffer,
  /** Of any realm. */
  is: (value): value is ArrayBuffer => types.isArrayBuffer(value),
  transfer: {
    expected: 'an ArrayBuffer',
    nameOf: () => 'ArrayBuffer',
    problemOf: (buffer) => (isDetached(buffer) ? 'is already detached.' : undefined),
    place: 'buffers',
    extras: () => 0,
    isNodes: () => true,
    take: () => []
  }
};
