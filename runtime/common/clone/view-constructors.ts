import { VIEW_TAGS } from './tags';

interface ViewConstructor {
  /** A DataView has none, and counts bytes. */
  readonly BYTES_PER_ELEMENT?: number;
  new (buffer: ArrayBuffer, byteOffset: number, length?: number): ArrayBufferView;
}

const constructors: [number, ViewConstructor][] = [];
for (const [name, tag] of Object.entries(VIEW_TAGS)) {
  const constructor = (globalThis as unknown as Record<string, ViewConstructor | undefined>)[name];
  // Float16Array is younger than Node.js 20.
  if (constructor !== undefined) constructors.push([tag, constructor]);
}

/** The kinds of views that this platform has, by V8's letter. */
export const viewConstructors: ReadonlyMap<number, ViewConstructor> = new Map(constructors);
