import { SourceMap } from 'node:module';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** As DevTools has it: from 0 on. */
export interface Place {
  url?: string;
  lineNumber: number;
  columnNumber?: number;
}

interface Bundle {
  map: SourceMap;
  folder: string;
}

/** Of each preload script that is a bundle, by its name. */
const bundles = new Map<string, Bundle>();

/** What stacks call a script: its path, as in Electron, where V8 takes that. */
export const sourceName = (path: string) =>
  /[\s'"]/.test(path) ? pathToFileURL(path).href.replaceAll("'", '%27') : path;

/** @returns the bundle's name: in the page its lines are not those of a file */
export function noteBundle(path: string, map: string): string {
  const name = `${sourceName(path)}?bundle`;
  bundles.set(name, { map: new SourceMap(JSON.parse(map)), folder: dirname(path) });
  return name;
}

/** Where it is in the file that it comes from, when it is in a bundle. */
export function originalPlace(place: Place): Place {
  const { url = '', lineNumber, columnNumber = 0 } = place;
  const bundle = bundles.get(url);
  const found = bundle?.map.findEntry(lineNumber, columnNumber);
  if (!bundle || !found || !('originalSource' in found)) return place;
  const { originalSource, originalLine, originalColumn } = found;
  return {
    url: sourceName(resolve(bundle.folder, originalSource)),
    lineNumber: originalLine,
    columnNumber: originalColumn
  };
}

/** What a page says, with such places for those of stacks in it. */
export function withOriginalPlaces(text: string): string {
  for (const name of bundles.keys()) {
    const [start, ...rest] = text.split(`${name}:`);
    text = start + rest.map((each) => withOriginalPlace(name, each)).join('');
  }
  return text;
}

/** @param rest what follows its name: a line, a column, and more */
function withOriginalPlace(name: string, rest: string): string {
  const [end, line, column] = /^(\d+):(\d+)/.exec(rest) ?? [];
  if (end === undefined) return `${name}:${rest}`;
  const {
    url,
    lineNumber,
    columnNumber = 0
  } = originalPlace({
    url: name,
    lineNumber: Number(line) - 1,
    columnNumber: Number(column) - 1
  });
  return `${url}:${lineNumber + 1}:${columnNumber + 1}${rest.slice(end.length)}`;
}
