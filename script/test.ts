import { spawnSync } from 'node:child_process';

const { status } = spawnSync('npx', ['tsc', '-p', '.'], { stdio: 'inherit' });
console.log(`${status === 0 ? 1 : 0} passed, ${status === 0 ? 0 : 1} failed, 0 skipped`);
process.exitCode = status ?? 1;
