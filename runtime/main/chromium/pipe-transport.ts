import { constants } from 'node:buffer';

import type { Readable, Writable } from 'node:stream';
import type { ConnectionTransport } from 'puppeteer-core';

/** The DevTools protocol over a pair of pipes: JSON texts, each ended by a zero byte. */
export class PipeTransport implements ConnectionTransport {
  onmessage?: (message: string) => void;
  onclose?: () => void;
  readonly #output: Writable;
  #parts: Buffer[] = [];
  readonly #maximumLength: number;

  /** @param maximumLength of a message, in bytes; Node.js can make no string of a longer one */
  constructor(output: Writable, input: Readable, maximumLength: number = constants.MAX_STRING_LENGTH) {
    this.#output = output;
    this.#maximumLength = maximumLength;
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
      const message = this.#text();
      start = end + 1;
      // Each in a task of its own, so that what one settles runs before the next is looked at.
      setImmediate(() => this.onmessage?.(message));
    }
    if (start < chunk.length) this.#parts.push(chunk.subarray(start));
  }

  /** What has come of a message. A page that writes half a gigabyte to its console is no reason to end. */
  #text(): string {
    const parts = this.#parts;
    this.#parts = [];
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    if (length <= this.#maximumLength) return Buffer.concat(parts).toString();
    const head = parts[0].toString('latin1', 0, 200);
    console.error(`What Chromium sent is too long, ${length} bytes, and is lost: ${head.slice(0, 80)}...`);
    // An answer is waited for. Its number is at its beginning, its session at its end.
    const [, id] = /^\{"id":(\d+),/.exec(head) ?? [];
    const [, sessionId] = /"sessionId":"(\w+)"\}$/.exec(parts.at(-1)!.toString('latin1').slice(-200)) ?? [];
    const error = { code: -32000, message: `The answer is too long: ${length} bytes` };
    return JSON.stringify(id === undefined ? { method: 'tooLong', sessionId } : { id: Number(id), error, sessionId });
  }
}
