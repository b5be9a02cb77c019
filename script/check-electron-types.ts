// Whether the public typings compile beside those of other versions of Electron, as an app has them: both packages in its
// node_modules. It fetches Electron's packages without their binaries.

import ts from 'typescript';

import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { root } from './tools';

const versions = ['41.10.7', '42.11.18', '43.8.12', '44.11.5', '45.5.0'];

/** Everything that is installed here, but Electron: an app with what the test imports. */
function createApp(folder: string, electron: string) {
  const modules = join(folder, 'node_modules');
  mkdirSync(modules, { recursive: true });
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (!name.startsWith('.') && name !== 'electron') {
      symlinkSync(join(root, 'node_modules', name), join(modules, name), 'junction');
    }
  }
  cpSync(electron, join(modules, 'electron'), { recursive: true });
  for (const path of ['package.json', 'typings/electron-ports.d.ts']) {
    cpSync(join(root, path), join(modules, 'electron-ports', path));
  }
  cpSync(join(root, 'typings', 'test', 'ports.ts'), join(folder, 'app.ts'));
}

function problemsOf(folder: string): string[] {
  const program = ts.createProgram([join(folder, 'app.ts')], {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    lib: [
      'lib.es2024.d.ts',
      'lib.esnext.disposable.d.ts',
      'lib.dom.d.ts',
      'lib.dom.iterable.d.ts',
      'lib.dom.asynciterable.d.ts'
    ],
    types: ['node', 'electron', 'electron-ports'],
    typeRoots: [join(folder, 'node_modules', '@types'), join(folder, 'node_modules')],
    strict: true,
    noEmit: true,
    preserveSymlinks: true
  });
  const ours = program
    .getSourceFiles()
    .filter(({ fileName }) => fileName.endsWith('/app.ts') || fileName.includes('/electron-ports/'));
  return [
    ...program.getOptionsDiagnostics(),
    ...program.getGlobalDiagnostics(),
    ...ours.flatMap((file) => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)])
  ].map(({ file, start = 0, messageText }) => {
    const line = file ? file.getLineAndCharacterOfPosition(start).line + 1 : 0;
    return `${file?.fileName.slice(folder.length + 1)}:${line}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
  });
}

const folder = mkdtempSync(join(tmpdir(), 'electron-ports-types-'));
try {
  const aliases = versions.map((version) => `electron-${version}@npm:electron@${version}`);
  const args = [
    'install',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    '--prefix',
    folder,
    ...aliases
  ];
  const { status } = spawnSync('npm', args, { stdio: ['ignore', 2, 2], shell: process.platform === 'win32' });
  if (status !== 0) throw new Error('npm cannot install the versions of Electron');
  for (const version of versions) {
    const app = join(folder, version);
    createApp(app, join(folder, 'node_modules', `electron-${version}`));
    const problems = problemsOf(app);
    console.log(
      problems.length > 0 ? `beside Electron ${version}:\n${problems.join('\n')}` : `fits Electron ${version}`
    );
    if (problems.length > 0) process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
