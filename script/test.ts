// `npm test`: every check there is, the cheap ones first. One that fails does not keep the others from running. At the end
// come the names of what failed, and as the last line, on stdout, `N passed, N failed, N skipped`.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { root } from './tools';

interface Step {
  title: string;
  /** The script and its arguments. */
  command: [name: string, ...args: string[]];
  /** Its last line has to be of the same form as the one here; it is added up. Without, the step counts as one. */
  counts?: boolean;
  /** Why the step is to be skipped, if it is. */
  missing?: () => Promise<string | undefined> | string | undefined;
}

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

const needs = (name: string) => (): string | undefined =>
  existsSync(join(root, 'script', `${name}.ts`)) ? undefined : `there is no script/${name}.ts yet`;

const steps: Step[] = [
  { title: 'Linters, formatting, links', command: ['lint'] },
  { title: 'Types', command: ['tsc'] },
  { title: 'Format of docs/api', command: ['lint-docs'] },
  { title: 'Docs beside typings', command: ['check-api'] },
  { title: 'Imports', command: ['check-imports'] },
  { title: 'Docs beside the kinds that travel', command: ['check-transferables'] },
  { title: 'File lists', command: ['check-file-lists'], missing: needs('check-file-lists') },
  { title: 'Patches', command: ['verify-patches'], missing: needs('verify-patches') },
  { title: 'Docs beside the running API', command: ['check-api', '--running'], missing: needs('electron') },
  { title: 'Package', command: ['check-package'] },
  {
    title: 'Tools that run Electron',
    command: ['check-tools'],
    missing: () => (process.argv.includes('--with-tools') ? undefined : 'it installs 150 MB: npm test -- --with-tools')
  },
  { title: 'Specs', command: ['spec'], counts: true, missing: needs('spec') },
  { title: 'Native tests', command: ['native', '--built'], missing: nativeTreeIsMissing }
];

async function nativeTreeIsMissing(): Promise<string | undefined> {
  const missing = needs('native')() ?? needs('native/state')();
  if (missing) return missing;
  const { status } = await runScript(['native/state']);
  return status === 0 ? undefined : 'native tree not built (npm run native)';
}

/** The lines `failed: NAME: REASON` of all steps: in the output of thousands of tests nobody finds them. */
const failures: string[] = [];

/** Runs a script with its output shown, except the line with its counts: there is to be one such line only. */
async function runScript(command: Step['command']): Promise<{ status: number | null; counts?: Counts }> {
  const child = spawn(process.execPath, [join(root, 'script', 'run.mjs'), ...command], {
    cwd: root,
    env: process.stdout.isTTY ? { ...process.env, FORCE_COLOR: '1' } : process.env,
    stdio: ['ignore', 'pipe', 'inherit']
  });
  const closed = once(child, 'close');
  let counts: Counts | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    const match = /^(\d+) passed, (\d+) failed, (\d+) skipped$/.exec(line);
    if (line.startsWith('failed: ')) failures.push(line);
    if (match) counts = { passed: Number(match[1]), failed: Number(match[2]), skipped: Number(match[3]) };
    else console.log(line);
  }
  const [status] = (await closed) as [number | null];
  return { status, counts };
}

async function runStep({ title, command, counts: hasCounts = false, missing }: Step): Promise<Counts> {
  console.log(`\n# ${title} (${command.join(' ')})`);
  const reason = await missing?.();
  if (reason) {
    console.log(`skipped: ${title}: ${reason}`);
    return { passed: 0, failed: 0, skipped: 1 };
  }
  const { status, counts } = await runScript(command);
  if (!counts && hasCounts) console.log(`${command[0]} ended without its counts`);
  const failed = status === 0 && (counts || !hasCounts) ? 0 : 1;
  if (!counts) return { passed: 1 - failed, failed, skipped: 0 };
  // The status may know of a failure that the counts do not show: a crash after the last test, for one.
  return { ...counts, failed: Math.max(counts.failed, failed) };
}

const sum: Counts = { passed: 0, failed: 0, skipped: 0 };
const failed: string[] = [];
for (const step of steps) {
  const counts = await runStep(step);
  for (const key of ['passed', 'failed', 'skipped'] as const) sum[key] += counts[key];
  if (counts.failed > 0) failed.push(step.title);
}

console.log(failed.length > 0 ? `\nFailed: ${failed.join('; ')}` : '');
for (const line of failures) console.log(line);
console.log(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
process.exitCode = sum.failed > 0 ? 1 : 0;
