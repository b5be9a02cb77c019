// What main.ts asks an app for, and what inspected-peer.ts answers.

export type InspectedRequest =
  | { what: 'url' }
  | { what: 'trips'; way: 'main' | 'utility' | 'renderer' | 'direct'; bytes: number; trips: number };

/** Where the ports are shown; how long each round trip took, in milliseconds. */
export interface InspectedAnswer {
  url?: string;
  times?: number[];
}
