// What measure.ts asks a binary for, and what fork-peer.ts answers.

/** Round trips of bytes over ports, the next of `channels` for each. */
export interface TripsRequest {
  measure: 'trips';
  /** Where the other end is; of `renderers` both are in pages, each in a process of its own. */
  peer: 'main' | 'utility' | 'renderer' | 'renderers';
  bytes: number;
  isTransferred: boolean;
  channels: number;
  warmUp: number;
  trips: number;
}

/** What started, open channels take. */
export interface MemoryRequest {
  measure: 'memory';
  channels: number;
}

export type ForkRequest = TripsRequest | MemoryRequest | { measure: 'nothing' | 'windows' };

/** Milliseconds, bytes of resident memory, or whether there are windows: 1 or 0. */
export type ForkAnswer = number[];
