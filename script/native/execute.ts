// Running programs: loud ones, quiet ones, and what they said when they fail.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

import type { Readable } from 'node:stream';

export interface ExecuteOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Gets every line that the program prints, on stdout or stderr. Without, only a failure shows the last of them. */
  onLine?: (line: string) => void;
}

/**
 * Runs a program.
 * @returns its exit status
 * @throws when the program is not there
 */
export async function execute(command: string, args: string[], options: ExecuteOptions = {}): Promise<number> {
  const { cwd, env, onLine } = options;
  const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  // Nothing goes on in the background when this process is ended.
  const kill = (): boolean => child.kill();
  process.once('exit', kill);
  const read = async (stream: Readable): Promise<void> => {
    for await (const line of createInterface({ input: stream })) onLine?.(line);
  };
  const reading = Promise.all([read(child.stdout), read(child.stderr)]);
  const [status, signal] = (await once(child, 'close')) as [number | null, string | null];
  await reading;
  process.off('exit', kill);
  if (signal) throw new Error(`${command} was ended by ${signal}`);
  return status ?? 1;
}

/** Runs a program that has to succeed; what it said last is in the error when it does not. */
export async function must(command: string, args: string[], options: ExecuteOptions = {}): Promise<void> {
  const last: string[] = [];
  const onLine = (line: string): void => {
    last.push(line);
    if (last.length > 30) last.shift();
    options.onLine?.(line);
  };
  const status = await execute(command, args, { ...options, onLine });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: exit status ${status}\n${last.join('\n')}`);
}
