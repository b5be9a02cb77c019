import { build } from 'esbuild';

import { readFile, stat } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import { noteBundle, sourceName } from './preload-places';

/** A preload script as it was when it was read. */
export interface Preload {
  /** The body of a CommonJS module's function, unless it could not be read. */
  code?: string;
  /** What stacks and the console call it. */
  name?: string;
  error?: string;
  /** When each file that it was made of was changed, and how long it is. */
  stamps: ReadonlyMap<string, string>;
}

/** @returns empty when it is not there */
async function stamp(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  return found ? `${found.mtimeMs} ${found.size}` : '';
}

/** @param since what was changed later may not have been read, and counts as changed once more */
async function stampsOf(paths: Iterable<string>, since: number): Promise<Map<string, string>> {
  const stamps = await Promise.all([...paths].map(async (path) => [path, await stamp(path)] as const));
  return new Map(stamps.map(([path, found]) => [path, parseFloat(found) >= since ? 'changing' : found]));
}

/** Whether it could be another by now. */
export async function hasChanged({ error, stamps }: Preload): Promise<boolean> {
  // What it lacked may be there.
  if (error !== undefined) return true;
  const isSame = await Promise.all([...stamps].map(async ([path, known]) => (await stamp(path)) === known));
  return !isSame.every(Boolean);
}

/**
 * Reads a preload script, with every file that it imports by a path in it. What it requires by a bare name stays a call to
 * `require`. A CommonJS module that imports no file is left as it is, so that its lines are the file's own.
 */
export async function bundlePreload(path: string): Promise<Preload> {
  const start = Date.now();
  try {
    const { outputFiles, metafile } = await build({
      entryPoints: [path],
      bundle: true,
      write: false,
      metafile: true,
      sourcemap: 'external',
      sourcesContent: false,
      // What the sources in the map are relative to.
      outdir: dirname(path),
      format: 'cjs',
      platform: 'browser',
      external: ['electron', 'electron/*', 'node:*', ...builtinModules],
      // Else it is "development", whatever the environment says.
      define: {
        'process.env.NODE_ENV': 'process.env.NODE_ENV',
        'import.meta.url': JSON.stringify(pathToFileURL(path)),
        'import.meta.filename': JSON.stringify(path),
        'import.meta.dirname': JSON.stringify(dirname(path))
      },
      charset: 'utf8',
      logLevel: 'silent'
    });
    const inputs = Object.entries(metafile.inputs);
    const files = inputs.map(([file]) => resolve(file));
    const stamps = await stampsOf([path, ...files], start);
    if (inputs.length === 1 && inputs[0][1].format !== 'esm' && /\.c?js$/.test(path)) {
      const text = await readFile(path, 'utf8');
      return { code: asBody(text.replace(/^\uFEFF/, '')), name: sourceName(path), stamps };
    }
    const [map, bundle] = outputFiles;
    return { code: asBody(bundle.text), name: noteBundle(path, map.text), stamps };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error), stamps: new Map() };
  }
}

/** A function cannot begin with what a file can. */
const asBody = (text: string) => text.replace(/^#!/, '//');
