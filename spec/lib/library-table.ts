// docs/libraries.md, to be compared with what ran.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The cells of a table's rows, by the package that the first names. */
export function readLibraryTable(heading: string): Map<string, string[]> {
  const text = readFileSync(join(process.cwd(), 'docs', 'libraries.md'), 'utf8');
  const section = text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`))!;
  const rows = section.split('\n').filter((line) => line.startsWith('| ['));
  return new Map(
    rows.map((row) => {
      const [name, ...cells] = row
        .split('|')
        .map((cell) => cell.trim())
        .slice(1, -1);
      return [/`([^`]+)`/.exec(name)![1], cells];
    })
  );
}

/** As it is installed here. */
export function versionOf(name: string): string {
  const path = join(process.cwd(), 'node_modules', name, 'package.json');
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
}
