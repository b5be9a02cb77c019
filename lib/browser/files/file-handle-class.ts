import type { FileHandle } from 'fs/promises';

/** Node's class of open files. Made without a file, one is closed. */
export interface FileHandleClass {
  new (): FileHandle;
  readonly prototype: FileHandle;
}

// What Node requires its own modules by, as Electron's bundles may, too.
declare const __non_webpack_require__: (id: 'internal/fs/promises') => { FileHandle: FileHandleClass };

/** No public module has it. */
export const fileHandleClass = (): FileHandleClass => __non_webpack_require__('internal/fs/promises').FileHandle;
