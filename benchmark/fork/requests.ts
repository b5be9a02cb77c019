// What measure.ts asks a binary for, and what fork-peer.ts answers.

/** Round trips of bytes over ports, the next of `channels` for each. */
export interface TripsRequest {
  measure: 'trips';
  /** Where the other end is. */
  peer: 'main' | 'utility';
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

export type ForkRequest = TripsRequest | MemoryRequest | { measure: 'nothing' };

/** Milliseconds, or bytes of resident memory. */
export type ForkAnswer = number[];
