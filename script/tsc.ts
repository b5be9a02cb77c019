// `tsc -p .` and `tsc -p examples`, but with the repository's own *.d.ts checked as well.

import ts from 'typescript';

import { root } from './tools';
import { createProgram } from './typescript';

// The examples are apps: they are checked as an app's own TypeScript would see the API.
const diagnostics = ['', 'examples'].flatMap((folder) => {
  const program = createProgram(folder);
  return [
    ...program.getOptionsDiagnostics(),
    ...program.getGlobalDiagnostics(),
    ...program
      .getSourceFiles()
      .filter(({ fileName }) => !fileName.includes('/node_modules/'))
      .flatMap((file) => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)])
  ];
});
const format = process.stdout.isTTY ? ts.formatDiagnosticsWithColorAndContext : ts.formatDiagnostics;
process.stdout.write(
  format(diagnostics, {
    getCurrentDirectory: () => root,
    getCanonicalFileName: (name) => name,
    getNewLine: () => '\n'
  })
);
process.exitCode = diagnostics.length > 0 ? 1 : 0;
