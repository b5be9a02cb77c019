// Whether imports point one way: no file reaches itself again, and no room imports from one that it may not know. A room is
// a folder, or a file of one; the longest path that fits a file is its room. Folders say what they are.

import ts from 'typescript';

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

import { files, root } from './tools';

/** What each room may import from, beside itself. docs/architecture.md draws it. */
const rooms: Record<string, string[]> = {
  typings: [],
  // lib/ is what Electron bundles: bindings are all that it knows of a runtime.
  'lib/common': [],
  'lib/browser': ['lib/common'],
  'lib/renderer': ['lib/common'],
  // Its port is the class of the main process's, as in Electron.
  'lib/utility': ['lib/browser', 'lib/common'],
  'runtime/common': ['lib/common'],
  'runtime/hub': ['runtime/common', 'lib/common'],
  'runtime/renderer': ['runtime/common', 'lib/common', 'lib/renderer'],
  'runtime/node': ['runtime/common', 'lib/common', 'lib/browser'],
  'runtime/main': [
    'runtime/node',
    'runtime/common',
    'lib/common',
    'lib/browser',
    'inspector/model',
    'inspector/server'
  ],
  'runtime/utility': ['runtime/node', 'runtime/common', 'lib/common', 'lib/browser', 'lib/utility'],
  // It knows what a realm reports, and no runtime. What is served is the runtime's to say.
  'inspector/model': ['lib/common'],
  'inspector/server': ['inspector/model', 'lib/common'],
  'inspector/page': ['inspector/model', 'lib/common'],
  // The fork's own JavaScript, where Node.js stands in for Chromium. C++ is all else in shell/.
  'shell/node/lib': ['lib'],
  // The suite sees the public API, so that it runs on every runtime; and what the inspector's page gets.
  spec: ['inspector/model/state.ts'],
  // These look inside: at what only the stock runtime has, at lib/ as the fork's bindings use it, and at what reports come to.
  'spec/stock': ['spec', 'lib', 'runtime', 'inspector/model'],
  'spec/fixtures/chromium': ['runtime/main/chromium'],
  // Internal channels are for lib/ alone: no public API leads to one.
  'spec/internal-channel-spec.ts': ['spec', 'lib'],
  'spec/fixtures/internal-channel-preload.ts': ['lib'],
  benchmark: ['runtime/main/chromium', 'script/tools.ts'],
  script: ['benchmark', 'runtime/main', 'runtime/common/kinds']
};

const isIn = (path: string, room: string) => path === room || path.startsWith(`${room}/`);

function roomOf(path: string): string {
  const fitting = Object.keys(rooms).filter((room) => isIn(path, room));
  if (fitting.length === 0) throw new Error(`${path} is in no room of script/check-imports.ts`);
  return fitting.reduce((longest, room) => (room.length > longest.length ? room : longest));
}

const options: ts.CompilerOptions = {
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  allowJs: true,
  baseUrl: root,
  paths: { '@electron/internal/*': ['lib/*'] }
};

const toPath = (file: string) => relative(root, file).split(sep).join('/');

/** The repository's own files that a file imports, for their types too. */
function importsOf(path: string): string[] {
  const full = join(root, path);
  return ts.preProcessFile(readFileSync(full, 'utf8'), true, true).importedFiles.flatMap(({ fileName }) => {
    const { resolvedModule } = ts.resolveModuleName(fileName, full, options, ts.sys);
    return resolvedModule && !resolvedModule.isExternalLibraryImport ? [toPath(resolvedModule.resolvedFileName)] : [];
  });
}

const paths = ['typings', 'lib', 'runtime', 'inspector', 'shell', 'spec', 'benchmark', 'script'].flatMap((folder) =>
  files(folder, /\.[cm]?[jt]s$/)
);
const imports = new Map(paths.map((path) => [path, importsOf(path)]));

/** The ways from a file back to itself, each found once, with all who are in it. */
function findCycles(): string[][] {
  const cycles: string[][] = [];
  const done = new Set<string>();
  const way: string[] = [];
  const visit = (path: string) => {
    const start = way.indexOf(path);
    if (start >= 0) cycles.push([...way.slice(start), path]);
    if (start >= 0 || done.has(path)) return;
    way.push(path);
    for (const imported of imports.get(path) ?? []) visit(imported);
    way.pop();
    done.add(path);
  };
  for (const path of paths) visit(path);
  return cycles;
}

function findTrespassers(): string[] {
  return [...imports].flatMap(([path, imported]) => {
    const room = roomOf(path);
    return imported
      .filter((each) => roomOf(each) !== room && !rooms[room].some((allowed) => isIn(each, allowed)))
      .map((each) => `${path} imports ${each}: ${room} may not`);
  });
}

/** Each folder says what it is and what it is not. */
function findUnexplained(): string[] {
  const sources = [...paths, ...files('shell', /\.(cc|h)$/)];
  const folders = sources.filter((path) => /^(inspector|lib|runtime|shell)\//.test(path)).map((path) => dirname(path));
  return [...new Set([...folders, ...sources.map((path) => path.split('/')[0])])]
    .filter((folder) => !existsSync(join(root, folder, 'README.md')))
    .map((folder) => `${folder} has no README.md that says what it is`);
}

const found = [...findCycles().map((cycle) => cycle.join('\n    -> ')), ...findTrespassers(), ...findUnexplained()];
const count = [...imports.values()].reduce((sum, { length }) => sum + length, 0);
console.log(
  found.length > 0 ? found.join('\n') : `${count} imports of ${paths.length} files point one way, none leads back`
);
process.exitCode = found.length > 0 ? 1 : 0;
