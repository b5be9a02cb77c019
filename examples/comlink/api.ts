// What each side offers to the others: the one thing that all of them have to agree on.

export interface MainApi {
  greet(name: string): string;
  /** Rejects, as an example of an error. */
  fail(): never;
  /** Ends the example. */
  done(): void;
}

export interface WorkerApi {
  /** @param onFound called for each prime, from the other process */
  primes(below: number, onFound: (prime: number) => unknown): Promise<number>;
}

/** What the main process sends along with a window's ports. */
export interface Ports {
  main: MessagePort;
  /** To the other window. */
  peer: MessagePort;
}
