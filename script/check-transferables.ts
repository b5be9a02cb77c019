// Whether the table of docs/transferables.md has what runtime/common/kinds has: every class, and whether it has to be listed.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { wireKinds } from '../runtime/common/kinds';
import { isTransferable, isTransferOnly } from '../runtime/common/kinds/opaque';
import { root } from './tools';

import type { Listing } from '../runtime/common/kinds/wire-kind';

const inWords: Record<Listing, string> = { required: 'yes', optional: 'yes, else a copy', never: 'no' };

interface Row {
  classes: string[];
  inMain: string;
  listed: string;
}

/** The rows of the first table, without what is refused: there the column is empty. */
function readRows(): Row[] {
  const lines = readFileSync(join(root, 'docs', 'transferables.md'), 'utf8').split('\n');
  const start = lines.findIndex((line) => line.startsWith('| in a renderer'));
  const table = lines.slice(start + 2, lines.indexOf('', start));
  return table
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map(([, inRenderer, inMain, listed]) => ({
      classes: [...inRenderer.matchAll(/`(\w+)`/g)].map(([, name]) => name),
      inMain,
      listed
    }))
    .filter(({ classes, listed }) => classes.length > 0 && listed !== '');
}

/** Of a class that only a renderer can hold. */
function opaqueListing(className: string): Listing {
  if (isTransferOnly(className)) return 'required';
  return isTransferable(className) ? 'optional' : 'never';
}

const { opaque: _opaque, ...named } = wireKinds;
const expected = new Map<string, Listing>();
for (const { classes, listing } of Object.values(named)) for (const each of classes) expected.set(each, listing);

const rows = readRows();
const listedAs = new Map(rows.flatMap(({ classes, listed }) => classes.map((each) => [each, listed])));
const wrong: string[] = [];
for (const [className, listing] of expected) {
  const listed = listedAs.get(className);
  if (listed !== inWords[listing]) {
    wrong.push(
      `${className}: listed is "${listed ?? 'missing'}" in docs/transferables.md, "${inWords[listing]}" in code`
    );
  }
}
for (const { classes, inMain, listed } of rows) {
  for (const each of classes) {
    if (expected.has(each)) continue;
    const isOpaque = inMain.includes('OpaqueHandle');
    if (!isOpaque) wrong.push(`${each}: in docs/transferables.md, and no kind has it`);
    else if (listed !== inWords[opaqueListing(each)]) {
      wrong.push(`${each}: listed is "${listed}" in docs/transferables.md, "${inWords[opaqueListing(each)]}" in code`);
    }
  }
}

console.log(
  wrong.length > 0 ? wrong.join('\n') : `docs/transferables.md has all of ${listedAs.size} classes as code has them`
);
process.exitCode = wrong.length > 0 ? 1 : 0;
