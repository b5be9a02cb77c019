// Whether the native tree is built, for `npm test`: exit status 0 if at least one stage is, and no other build is running in it.
// Reads two small files, starts nothing.

import { builtStages, otherUser } from './tree';

const stages = builtStages('plain');
const user = otherUser();
console.log(
  user !== undefined
    ? `native tree in use by process ${user}`
    : stages.length > 0
      ? `native tree built: ${stages.join(', ')}`
      : 'native tree not built (npm run native)'
);
process.exitCode = stages.length > 0 && user === undefined ? 0 : 1;
