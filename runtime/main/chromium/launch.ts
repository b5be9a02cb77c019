import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { accessSync, closeSync, constants, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { AppError } from '../app-error';
import { findChromium } from './find';
import { chromiumFlags, PREFERENCES } from './flags';
import { PipeTransport } from './pipe-transport';
import { attachToPages } from './targets';

import type { ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { Browser, Connection } from 'puppeteer-core';

export interface Chromium<Client> {
  readonly client: Client;
  /** Chromium's first process. It leads a process group, which holds every other process of this Chromium. */
  readonly process: ChildProcess & { readonly pid: number };
  /** A temporary directory. Everything that Chromium writes is in there. */
  readonly userDataDir: string;
  /** Ends Chromium. Resolves when no process and no file of it is left. Further calls get the same promise. */
  close(): Promise<void>;
  /**
   * Has a child of this process end when this one is killed, if it does not by itself.
   * @returns to be called when it has ended, and its number may be another's
   */
  adopt(pid: number): () => void;
}

export interface LaunchOptions {
  /** False needs a display. */
  headless: boolean;
  /** More for Chromium's command line, as `--name=value`. */
  switches?: readonly string[];
}

/** Makes a DevTools client of Chromium's pipes, once Chromium answers. */
type Connect<Client> = (transport: PipeTransport) => Promise<Client>;

/** The protocol alone: the runtime pauses new targets itself, which Puppeteer would let go on. */
export const connectDevTools: Connect<Connection> = async (transport) => {
  // Loaded while Chromium starts: both take their time.
  const { Connection } = await import('puppeteer-core');
  // An answer takes as long as it takes: that to a script, until its promise is settled.
  const connection = new Connection('', transport, 0, 0);
  await connection.send('Target.setDiscoverTargets', {
    discover: true,
    filter: [{ type: 'page' }, { type: 'iframe' }]
  });
  // Electron asks the person where to.
  await connection.send('Browser.setDownloadBehavior', { behavior: 'deny' });
  await attachToPages(connection);
  return connection;
};

export const connectPuppeteer: Connect<Browser> = async (transport) => {
  const { connect } = await import('puppeteer-core');
  return connect({ transport, defaultViewport: null });
};

/**
 * Starts a Chromium of its own and connects to it. However this process ends, and when Chromium ends by itself, no
 * process and no file of it stays.
 *
 * @throws AppError when no Chromium can be found or installed, or when it does not start
 */
export async function launchChromium<Client>(
  connect: Connect<Client>,
  { headless, switches = [] }: LaunchOptions
): Promise<Chromium<Client>> {
  const executable = await findChromium();
  const userDataDir = join(temporaryFolder(), `electron-ports-${randomBytes(6).toString('hex')}`);
  // Before there is anything to clean up.
  const janitor = startJanitor(userDataDir);
  const chromium = start(executable, chromiumFlags({ headless, userDataDir, switches }), userDataDir);
  const adopt = (pid: number) => {
    janitor.stdin.write(`${pid}\n`);
    return () => void janitor.stdin.write(`-${pid}\n`);
  };
  if (chromium.pid) adopt(chromium.pid);
  chromium.once('exit', () => janitor.stdin.end());
  chromium.once('error', () => janitor.stdin.end());

  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= end(chromium, janitor));
  try {
    const ended = failure(chromium, executable, userDataDir);
    const transport = new PipeTransport(chromium.stdio[3] as Writable, chromium.stdio[4] as Readable);
    const connected = connect(transport).catch(async (error) => {
      // The pipe closes a little before Chromium's end is known, which tells more.
      await Promise.race([ended, wait(1000, undefined, { ref: false })]);
      throw error;
    });
    const client = await Promise.race([connected, ended]);
    return { client, process: Object.assign(chromium, { pid: chromium.pid! }), userDataDir, close, adopt };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What Chromium makes in the folder that has the longest path is a socket, whose path has room for 107 bytes on Linux. */
const room = 107 - '/electron-ports-0123456789ab/tmp/org.chromium.Chromium.abcdef/SingletonSocket'.length;

/** @throws AppError of one line, which says what to do */
function temporaryFolder(): string {
  const isTooLong = process.platform === 'linux' && Buffer.byteLength(tmpdir()) > room;
  const folder = isTooLong ? '/tmp' : tmpdir();
  try {
    // TMPDIR may name one that is still to be made.
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK | constants.X_OK);
    return folder;
  } catch (error) {
    throw new AppError(
      `Chromium needs a folder for temporary files, and ${folder} cannot be used: ${(error as Error).message}. ` +
        'Set TMPDIR to a folder that can be written to'
    );
  }
}

function startJanitor(userDataDir: string): ChildProcess & { stdin: Writable } {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const janitor = spawn(process.execPath, [join(__dirname, 'chromium', 'janitor.cjs'), userDataDir], {
    env,
    cwd: dirname(userDataDir),
    // A session of its own, so that the terminal's Ctrl-C is for main only.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    windowsHide: true
  });
  // It could not be started: then files may stay, and that is all.
  janitor.on('error', () => {});
  janitor.unref();
  const stdin = janitor.stdin as Writable & { unref(): void };
  stdin.on('error', () => {});
  stdin.unref();
  return Object.assign(janitor, { stdin });
}

function start(executable: string, flags: readonly string[], userDataDir: string): ChildProcess {
  const temporary = join(userDataDir, 'tmp');
  const preferences = join(userDataDir, 'Default');
  mkdirSync(temporary, { recursive: true, mode: 0o700 });
  mkdirSync(preferences);
  writeFileSync(join(preferences, 'Preferences'), JSON.stringify(PREFERENCES));
  const log = openSync(join(userDataDir, 'chromium.log'), 'a');
  try {
    return spawn(executable, flags, {
      // Chromium keeps a socket in the temporary directory, which no process would remove after a kill, and a folder for
      // crash reports in the home directory even where it makes none.
      env: { ...process.env, TMPDIR: temporary, BREAKPAD_DUMP_LOCATION: userDataDir },
      // A process group of its own, which can be killed as a whole.
      detached: process.platform !== 'win32',
      stdio: ['ignore', 'ignore', log, 'pipe', 'pipe']
    });
  } finally {
    closeSync(log);
  }
}

const advice = 'Set ELECTRON_PORTS_CHROMIUM to the executable of another Chromium, Chrome or Edge';

/** Rejects when Chromium ends. */
async function failure(chromium: ChildProcess, executable: string, userDataDir: string): Promise<never> {
  const [code, signal] = await once(chromium, 'exit').catch((error: Error) => {
    throw new AppError(`Chromium did not start: ${executable}: ${error.message}. ${advice}`);
  });
  const log = readFileSync(join(userDataDir, 'chromium.log'), 'utf8').trim().split('\n').slice(-10).join('\n');
  const missing = /Missing X server|Failed to connect to Wayland display/.test(log);
  if (missing) throw new AppError(`Chromium did not start: ${displayText()}`);
  const how = `ended with ${signal ?? `exit code ${code}`}`;
  throw new AppError(`Chromium did not start: ${executable} ${how}. ${advice}${log && `\n${log}`}`);
}

function displayText(): string {
  const given = ['DISPLAY', 'WAYLAND_DISPLAY'].filter((name) => process.env[name]);
  return `there is no display at ${given.map((name) => `${name}=${process.env[name]}`).join(', ')}. Unset ${given.join(' and ')} to run without visible windows`;
}

async function end(chromium: ChildProcess, janitor: ChildProcess & { stdin: Writable }): Promise<void> {
  const running = chromium.pid !== undefined && chromium.exitCode === null && chromium.signalCode === null;
  const cleans = janitor.pid !== undefined && janitor.exitCode === null && janitor.signalCode === null;
  const left = cleans ? once(janitor, 'exit') : undefined;
  const gone = running ? once(chromium, 'exit') : undefined;
  janitor.ref();
  // Its profile is thrown away, so there is nothing that an orderly end would save.
  janitor.stdin.end('closed\n');
  if (!cleans) chromium.kill('SIGKILL');
  await gone;
  await left;
}
