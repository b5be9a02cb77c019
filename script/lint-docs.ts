// docs/api/ has to be in the format that Electron's own documentation has.

import { readApiDocumentation } from './docs';

try {
  console.log(`docs/api: ${(await readApiDocumentation()).length} classes, modules and structures`);
} catch (error) {
  console.log(String(error));
  process.exitCode = 1;
}
