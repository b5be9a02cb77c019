// The repository as the TypeScript compiler sees it.

import ts from 'typescript';

import { join } from 'node:path';

import { root } from './tools';

/**
 * Own declaration files are checked too (`skipLibCheck` passes over them), those of packages are not.
 * @param folder of the tsconfig.json
 */
export function createProgram(folder = ''): ts.Program {
  const config = ts.getParsedCommandLineOfConfigFile(
    join(root, folder, 'tsconfig.json'),
    { skipLibCheck: false },
    {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic(diagnostic) {
        throw new Error(ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'));
      }
    }
  );
  if (!config) throw new Error('tsconfig.json cannot be read');
  return ts.createProgram({ rootNames: config.fileNames, options: config.options });
}
