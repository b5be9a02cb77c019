/**
 * Messages are strings of ASCII, as all ways that are compared can send those as they are: neither JSON nor Base64 gets
 * in the way of those that carry text only.
 */
export interface PayloadSize {
  name: string;
  bytes: number;
  /** How many round trips make a round. */
  trips: number;
  /** How many messages are sent at once where throughput is measured. */
  burst: number;
}

export const payloadSizes: readonly PayloadSize[] = [
  { name: '16 B', bytes: 16, trips: 300, burst: 500 },
  { name: '1 KB', bytes: 1024, trips: 300, burst: 500 },
  { name: '64 KB', bytes: 64 * 1024, trips: 60, burst: 40 },
  { name: '1 MB', bytes: 1024 * 1024, trips: 20, burst: 8 }
];

/** For ways that are said to carry anything. */
export const largePayloadSizes: readonly PayloadSize[] = [
  { name: '16 MB', bytes: 16 * 1024 * 1024, trips: 3, burst: 2 },
  { name: '64 MB', bytes: 64 * 1024 * 1024, trips: 1, burst: 1 }
];

export const payload = (bytes: number): string => 'm'.repeat(bytes);
