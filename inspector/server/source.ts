import { readFile, stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';

import { nothingSeen } from './snapshot';

import type { SourceState } from '../model/source-state';
import type { Snapshot } from './snapshot';

const around = 12;
const maximumSize = 1 << 22;
const maximumLine = 400;
const isScript = /\.(?:[cm]?[jt]sx?|html?|vue|svelte)$/;

function pathOf(file: string): string | undefined {
  try {
    return file.startsWith('file:') ? fileURLToPath(file) : isAbsolute(file) ? file : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The lines around a place of a channel's stack. A page can say what it likes in a stack: nothing but scripts is read, and
 * who asks has the token.
 */
export async function readSource(snapshot: Snapshot, query: URLSearchParams): Promise<SourceState | undefined> {
  const channel = snapshot.since(nothingSeen).update.channels.find(({ id }) => id === query.get('channel'));
  const stack = query.get('of') === 'closed' ? channel?.closed?.stack : channel?.stack;
  const place = stack?.split('\n')[Number(query.get('frame') ?? 0)];
  const [, file, line, column] =
    /(?:\(|^(?:async )?)?((?:file:|[a-z]+:)?[^()]*?):(\d+):(\d+)\)?$/.exec(place ?? '') ?? [];
  if (place === undefined || file === undefined) return undefined;
  const where = { place, line: Number(line), column: Number(column), first: 1, lines: [] };
  const path = pathOf(file);
  if (path === undefined || !isScript.test(path)) return where;
  try {
    const facts = await stat(path);
    if (!facts.isFile() || facts.size > maximumSize) return { ...where, path };
    const all = (await readFile(path, 'utf8')).split('\n');
    const first = Math.max(1, where.line - around);
    const lines = all.slice(first - 1, where.line + around).map((each) => each.slice(0, maximumLine));
    return { ...where, path, first, lines };
  } catch {
    return { ...where, path };
  }
}
