import { Blob, File } from 'buffer';

/** Where the bytes of a Blob are that is not of this process. */
export interface BlobSource {
  /** The bytes from `start` to before `end`, where there is at least one, read only as far as they are asked for. */
  read(start: number, end: number): AsyncIterable<Uint8Array>;
  /** Called when one more Blob refers to it. */
  retain?(): void;
}

/** A part of a blob, in bytes, and its MIME type. */
export interface BlobRange {
  start: number;
  end: number;
  type: string;
}

export interface RemotePart<Source extends BlobSource = BlobSource> extends BlobRange {
  source: Source;
}

const parts = new WeakMap<Blob, RemotePart>();

/** The part of a renderer's blob that a Blob here stands for; undefined for a Blob of this process. */
export function remotePartOf(blob: Blob): RemotePart | undefined {
  return parts.get(blob);
}

/** WebIDL's [Clamp]: to the nearest integer, the even one of two, and within what is safe. */
function clamp(number: number): number {
  if (Number.isNaN(number)) return 0;
  const within = Math.min(Math.max(number, Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER);
  const below = Math.floor(within);
  const rest = within - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 !== 0) ? below + 1 : below;
}

/** A relative position, as `slice` takes them. */
function positionIn(size: number, position: number): number {
  const integer = clamp(Number(position));
  return integer < 0 ? Math.max(size + integer, 0) : Math.min(integer, size);
}

async function* bytesOf({ source, start, end }: RemotePart): AsyncGenerator<Uint8Array> {
  if (start < end) yield* source.read(start, end);
}

async function readAll(part: RemotePart): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(part.end - part.start);
  let position = 0;
  for await (const chunk of bytesOf(part)) {
    bytes.set(chunk, position);
    position += chunk.length;
  }
  return bytes;
}

/** A byte stream, as that of every Blob. */
function streamOf(part: RemotePart): ReadableStream<Uint8Array> {
  const chunks = bytesOf(part);
  return new ReadableStream({
    type: 'bytes',
    async pull(controller: ReadableByteStreamController) {
      const { done, value } = await chunks.next();
      if (!done) return controller.enqueue(value as Uint8Array<ArrayBuffer>);
      controller.close();
      controller.byobRequest?.respond(0);
    },
    async cancel(reason: unknown) {
      await chunks.return(reason);
    }
  });
}

/** What reads from the source, in place of what reads Node's own memory. */
const methods = {
  slice(this: Blob, start = 0, end = this.size, type = ''): Blob {
    const { source, start: offset } = parts.get(this)!;
    const from = positionIn(this.size, start);
    const to = Math.max(positionIn(this.size, end), from);
    source.retain?.();
    return createRemoteBlob(source, { start: offset + from, end: offset + to, type });
  },
  stream(this: Blob) {
    return streamOf(parts.get(this)!);
  },
  async arrayBuffer(this: Blob): Promise<ArrayBuffer> {
    return (await readAll(parts.get(this)!)).buffer;
  },
  bytes(this: Blob): Promise<Uint8Array> {
    return readAll(parts.get(this)!);
  },
  async text(this: Blob): Promise<string> {
    // "UTF-8 decode", which takes a byte order mark for one.
    return new TextDecoder().decode(await readAll(parts.get(this)!));
  }
};

function refuse(): never {
  throw new DOMException(
    "The bytes of a renderer's Blob are not in this process: read them first, as in new Blob([await blob.arrayBuffer()]).",
    'NotReadableError'
  );
}

function makeRemote<T extends Blob>(blob: T, part: RemotePart): T {
  parts.set(blob, { ...part, type: blob.type });
  Object.defineProperties(blob, {
    size: { value: part.end - part.start, configurable: true },
    type: { value: blob.type, configurable: true }
  });
  for (const [name, value] of Object.entries(methods)) {
    Object.defineProperty(blob, name, { value, writable: true, configurable: true });
  }
  // Node takes a Blob's bytes from here when another Blob is made of it or a worker gets it: they would be missing, and
  // no one could be told.
  for (const key of Object.getOwnPropertySymbols(blob)) {
    if (key.description === 'kHandle') Object.defineProperty(blob, key, { get: refuse, configurable: true });
  }
  return blob;
}

/** Makes a Blob that stands for bytes of elsewhere one of this process. @param bytes all of them */
export function makeLocal(blob: Blob, bytes: ArrayBuffer) {
  const { type } = parts.get(blob)!;
  parts.delete(blob);
  for (const name of ['size', 'type', ...Object.keys(methods)]) Reflect.deleteProperty(blob, name);
  const local = new Blob([bytes], { type });
  for (const key of Object.getOwnPropertySymbols(local)) {
    Object.defineProperty(blob, key, Object.getOwnPropertyDescriptor(local, key)!);
  }
}

/** A Blob of a renderer as a Blob of Node's. Its bytes stay where they are until they are read. */
export function createRemoteBlob(source: BlobSource, range: BlobRange): Blob {
  const blob = new Blob([], { type: range.type });
  return makeRemote(blob, { ...range, source });
}

/**
 * The same for a File.
 * @param lastModified now by default
 */
export function createRemoteFile(source: BlobSource, range: BlobRange, name: string, lastModified?: number): File {
  const file = new File([], name, { type: range.type, lastModified });
  return makeRemote(file, { ...range, source });
}
