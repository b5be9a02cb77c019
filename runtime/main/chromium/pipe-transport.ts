import type { Readable, Writable } from 'node:stream';
import type { ConnectionTransport } from 'puppeteer-core';

/** The DevTools protocol over a pair of pipes: JSON texts, each ended by a zero byte. */
export class PipeTransport implements ConnectionTransport {
  onmessage?: (message: string) => void;
  onclose?: () => void;
  readonly #output: Writable;
  #parts: Buffer[] = [];

  constructor(output: Writable, input: Readable) {
    this.#output = output;
    // When Chromium goes away, what is being written is lost; that it went away is what `close` of the input tells.
    output.on('error', () => {});
    input.on('error', () => {});
    input.on('data', (chunk: Buffer) => this.#read(chunk));
    input.on('close', () => this.onclose?.());
  }

  send(message: string): void {
    this.#output.write(`${message}\0`);
  }

  close(): void {
    this.#output.end();
  }

  #read(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(0); end !== -1; end = chunk.indexOf(0, start)) {
      this.#parts.push(chunk.subarray(start, end));
      const message = Buffer.concat(this.#parts).toString();
      this.#parts = [];
      start = end + 1;
      // Each in a task of its own, so that what one settles runs before the next is looked at.
      setImmediate(() => this.onmessage?.(message));
    }
    if (start < chunk.length) this.#parts.push(chunk.subarray(start));
  }
}
