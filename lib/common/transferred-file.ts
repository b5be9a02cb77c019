import { InternalChannel } from '@electron/internal/common/internal-channel';
import { InternalChannelError } from '@electron/internal/common/internal-channel-error';
import type { PortLike } from '@electron/internal/common/port-like';

/** What is in a message in place of a FileHandle, and what becomes a TransferredFile. */
export interface FileInMessage {
  transferredFile: unknown;
}

interface State {
  channel: InternalChannel;
  /** Operations that have begun. */
  running: Set<Promise<unknown>>;
  /** Set when `close()` was called. */
  closed: Promise<void> | undefined;
}

// Small enough that neither process notices, large enough that the way there and back does not matter.
const partSize = 256 * 1024;

// Not in private fields: what becomes a TransferredFile is an object that is there already.
const states = new WeakMap<object, State>();

/** A file that its user forgot to close does not stay open forever. */
const collected = new FinalizationRegistry<InternalChannel>((channel) => channel.close('it was collected'));

/** @throws RangeError with Node's code */
function checkPosition(name: string, value: unknown) {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return;
  const error = new RangeError(`The value of "${name}" is out of range: it must be an integer from 0, got ${value}`);
  throw Object.assign(error, { code: 'ERR_OUT_OF_RANGE' });
}

/** Electron's own settings of TypeScript do not know that a stream is one. */
const iterable = (stream: ReadableStream<Uint8Array>) => stream as unknown as AsyncIterable<Uint8Array>;

async function* partsOf(chunk: unknown): AsyncGenerator<Uint8Array> {
  if (chunk instanceof Blob) {
    for await (const part of iterable(chunk.stream())) yield* partsOf(part);
    return;
  }
  const bytes = bytesOf(chunk);
  // Copies, as a message with a view takes all that the view is of.
  for (let start = 0; start < bytes.length; start += partSize) yield bytes.slice(start, start + partSize);
}

function bytesOf(chunk: unknown): Uint8Array {
  if (typeof chunk === 'string') return new TextEncoder().encode(chunk);
  if (ArrayBuffer.isView(chunk)) return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  if (chunk instanceof ArrayBuffer) return new Uint8Array(chunk);
  const error = new TypeError('What is written must be a string, an ArrayBuffer, a view of one or a Blob');
  throw Object.assign(error, { code: 'ERR_INVALID_ARG_TYPE' });
}

/** Whoever serves the file may answer with anything. */
const isPart = (bytes: unknown, length: number): bytes is Uint8Array<ArrayBuffer> =>
  bytes instanceof Uint8Array && bytes.length <= length;

/**
 * A file that another process has open, by way of a port. Deliberately no FileHandle: it has no position of its own, and
 * what it reads and writes are the web's streams. The file is closed with it, and with its port.
 */
export class TransferredFile {
  // What it was in the message, and the reason that a clone of it without its port is refused rather than empty.
  declare readonly transferredFile: unknown;

  private constructor() {
    throw new TypeError('Illegal constructor');
  }

  /** The file as it is now, read to its end. A file that was handed over does not know its name. */
  async file(name = '', { type = '' } = {}): Promise<File> {
    return operate(this, async (request) => {
      const lastModified = (await request('lastModified')) as number;
      const parts: Blob[] = [];
      // A Blob of each part, so that the bytes go to where Chromium keeps blobs.
      for (let position = 0; ; ) {
        const part = await readPart(request, position, Infinity);
        if (part.length === 0) return new File(parts, name, { type, lastModified });
        parts.push(new Blob([part]));
        position += part.length;
      }
    });
  }

  /** The bytes from `start` to before `end`, each read only when it is asked for. */
  readable({ start = 0, end = Infinity }: { start?: number; end?: number } = {}): ReadableStream<Uint8Array> {
    checkPosition('start', start);
    if (end !== Infinity) checkPosition('end', end);
    let position = start;
    const source: UnderlyingByteSource = {
      type: 'bytes',
      pull: async (controller) => {
        const bytes = await operate(this, (request) => readPart(request, position, end));
        if (bytes.length > 0) {
          position += bytes.length;
          controller.enqueue(bytes);
          return;
        }
        controller.close();
        controller.byobRequest?.respond(0);
      }
    };
    return new ReadableStream(source, { highWaterMark: 0 });
  }

  /** Writes to the file itself from `start` on, each chunk when the one before has been written. */
  writable({ start = 0, truncate = false }: { start?: number; truncate?: boolean } = {}): WritableStream {
    checkPosition('start', start);
    let position = start;
    return new WritableStream({
      start: async () => {
        if (truncate) await operate(this, (request) => request('truncate', start));
      },
      write: (chunk, { signal }) =>
        operate(this, async (request) => {
          for await (const part of partsOf(chunk)) {
            signal.throwIfAborted();
            await request('write', position, part);
            position += part.length;
          }
        })
    });
  }

  /** Closes the file, once, after the operations that have begun. */
  close(): Promise<void> {
    const state = stateOf(this);
    const close = async () => {
      try {
        // Nobody answers, else.
        if (isEntangled(this)) await Promise.allSettled(state.running);
        if (isEntangled(this)) await state.channel.request('close');
      } catch (error) {
        // A port that is gone has taken the file along.
        if (!(error instanceof InternalChannelError)) throw error;
      } finally {
        state.channel.close();
      }
    };
    return (state.closed ??= close());
  }
}

Object.defineProperty(TransferredFile.prototype, Symbol.toStringTag, { value: 'TransferredFile', configurable: true });

function stateOf(file: object): State {
  const state = states.get(file);
  if (!state) throw new TypeError('Illegal invocation');
  return state;
}

/**
 * Whether a file's port is this end's still. One that was closed here or sent on takes every message without a word; one
 * that is entangled refuses to be sent over itself.
 */
function isEntangled({ transferredFile: port }: TransferredFile): boolean {
  try {
    (port as MessagePort).postMessage(null, [port as MessagePort]);
    return false;
  } catch {
    return true;
  }
}

/** @throws what the file's process says, Node's errors with their codes */
type Request = (method: string, ...args: unknown[]) => Promise<unknown>;

/** Does what takes any number of requests, and is waited for before the file is closed. */
async function operate<T>(file: TransferredFile, operation: (request: Request) => Promise<T>): Promise<T> {
  const { channel, running, closed } = stateOf(file);
  if (closed) throw Object.assign(new Error('file closed'), { code: 'EBADF' });
  const result = operation(async (method, ...args) => {
    try {
      if (isEntangled(file)) return await channel.request(method, ...args);
    } catch (error) {
      if (!(error instanceof InternalChannelError)) throw error;
    }
    throw new DOMException('The other end of the file is gone, or its port was closed or sent on.', 'NetworkError');
  });
  running.add(result);
  try {
    return await result;
  } finally {
    running.delete(result);
  }
}

/** The next bytes before `end`; none at the end of the file, or of what was asked for. */
async function readPart(request: Request, position: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
  const length = Math.min(partSize, end - position);
  if (length <= 0) return new Uint8Array(0);
  const bytes = await request('read', position, length);
  if (!isPart(bytes, length)) throw new DOMException('More of the file came than was asked for.', 'DataError');
  return bytes;
}

/**
 * Makes what was in a message in place of a FileHandle a TransferredFile: the object itself, so that it is still the one
 * in the message. One that is a TransferredFile already is left as it is.
 * @param port over which the file is reached; used once, and not at all for what is one already
 */
export function adoptFile(object: FileInMessage, port: () => PortLike): TransferredFile {
  const file = object as TransferredFile;
  if (states.has(file)) return file;
  const channel = new InternalChannel('file');
  channel.connect(port());
  states.set(file, { channel, running: new Set(), closed: undefined });
  collected.register(file, channel);
  return Object.setPrototypeOf(file, TransferredFile.prototype);
}
