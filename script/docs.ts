// docs/api/ as @electron/docs-parser reads it.

import { parseDocs } from '@electron/docs-parser';

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { root } from './tools';

export type ApiDocumentation = Awaited<ReturnType<typeof parseDocs>>;

/** The parser compares the number of parameters in a heading with that in the list below it, but not their names. */
function checkParameterNames(documentation: ApiDocumentation): void {
  for (const container of documentation) {
    if (container.type === 'Structure') continue;
    const methods = container.type === 'Class' ? container.instanceMethods : container.methods;
    for (const { name, signature, parameters } of methods) {
      const inHeading = signature.match(/[\w.]+/g) ?? [];
      if (inHeading.join() === parameters.map(({ name }) => name).join()) continue;
      throw new Error(`${container.name}: the parameters of ${name}${signature} are listed by other names`);
    }
  }
}

/** @throws what there is to complain about, with the name of the file or the class */
export async function readApiDocumentation(): Promise<ApiDocumentation> {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const options = { baseDirectory: root, moduleVersion: version, useReadme: false } as const;
  const documentation = await parseDocs({ ...options, packageMode: 'single' });
  checkParameterNames(documentation);
  return documentation;
}
