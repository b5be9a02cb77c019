import type { WireKind } from './wire-kind';

/** No host object: V8's own format has it, by its place among the message's buffers or with its bytes. */
export const arrayBuffer: WireKind<never> = {
  classes: ['ArrayBuffer'],
  listing: 'optional',
  tags: [],
  write() {},
  read() {
    throw new Error('An ArrayBuffer is no host object');
  }
};
