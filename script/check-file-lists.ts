// Whether filenames.gni and the tree agree: GN builds what is listed, so a file that is not listed is not tested, and
// one that is listed and gone breaks the build only of those who have Chromium.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { files, root } from './tools';

const label = /"\/\/electron_ports\/([^"]+)"/g;

const listed = [...readFileSync(join(root, 'filenames.gni'), 'utf8').matchAll(label)].map(([, path]) => path);

// A fork's renderers run Electron's own lib/renderer: ours is the stock runtime's.
const present = [
  ...files('shell', /\.(cc|h|mm|mojom)$/),
  ...files('lib', /\.ts$/).filter((path) => !path.startsWith('lib/renderer/'))
];

const wrong = [
  ...present.filter((path) => !listed.includes(path)).map((path) => `${path} is not in filenames.gni`),
  ...listed.filter((path) => !existsSync(join(root, path))).map((path) => `${path} is in filenames.gni, but not there`),
  ...listed.filter((path, i) => listed.indexOf(path) !== i).map((path) => `${path} is twice in filenames.gni`)
];

console.log(wrong.length > 0 ? wrong.join('\n') : `filenames.gni lists all ${present.length} files of shell/ and lib/`);
process.exitCode = wrong.length > 0 ? 1 : 0;
