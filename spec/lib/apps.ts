// Whole apps in processes of their own, on the runtime that runs the specs.

import { spawn } from 'node:child_process';
import { on, once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { defer } from './defer';
import { temporaryFolder } from './files';
import { isStock } from './needs';

import type {} from './without-windows';
import type { ChildProcess } from 'node:child_process';

type Main = (electron: typeof Electron.CrossProcessExports) => unknown;

/** The command that runs an app. */
function command(): string[] {
  if (isStock) return [process.execPath, join(process.cwd(), 'script', 'electron-ports.mjs')];
  return process.getuid?.() === 0 ? [process.execPath, '--no-sandbox'] : [process.execPath];
}

export interface AppEnd {
  code: number | null;
  signal: string | null;
  /** What it printed, line by line. */
  lines: string[];
  /** Without the lines of Chromium's log, such as that there is no D-Bus. */
  errors: string;
}

const ofChromium = /^\[\d+:.*?:(INFO|WARNING|ERROR):.*\n/gm;

/** An app that runs. It is ended with its test. */
export class App {
  readonly process: ChildProcess;
  readonly ended: Promise<AppEnd>;
  readonly #lines: AsyncIterableIterator<[string]>;
  readonly #errors: () => string;

  constructor(args: string[], env: NodeJS.ProcessEnv = {}) {
    const [file, ...first] = command();
    this.process = spawn(file, [...first, ...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe']
    });
    const lines: string[] = [];
    let errors = '';
    this.#errors = () => errors;
    const output = createInterface({ input: this.process.stdout! });
    output.on('line', (line) => lines.push(line));
    this.#lines = on(output, 'line', { close: ['close'] }) as AsyncIterableIterator<[string]>;
    this.process.stderr!.on('data', (text) => (errors += text));
    this.ended = once(this.process, 'close').then(([code, signal]) => ({
      code,
      signal,
      lines,
      errors: errors.replace(ofChromium, '')
    }));
    defer(() => this.process.kill('SIGKILL'));
  }

  /** The next line that it prints, of those that were not asked for yet. Rejects with its errors if it ends without. */
  async line(): Promise<string> {
    const { done, value } = await this.#lines.next();
    if (!done) return value[0];
    const { code, signal, errors } = await this.ended;
    throw new Error(`The app ended without another line (${signal ?? code}): ${errors}`);
  }

  /** Waits for what it prints as an error. */
  async error(pattern: RegExp): Promise<string> {
    for (;;) {
      const [found] = pattern.exec(this.#errors()) ?? [];
      if (found !== undefined) return found;
      await once(this.process.stderr!, 'data');
    }
  }
}

/** Starts a main script, given as a function that sees nothing but its argument and Node.js. */
export function startApp(main: Main, env?: NodeJS.ProcessEnv): App {
  if (String(main).includes('BrowserWindow')) globalThis.skipWithoutWindows?.('a window');
  const folder = temporaryFolder({
    'package.json': '{ "name": "spec-app", "main": "main.js" }',
    'main.js': `(${main})(require('electron'));`
  });
  return new App([folder], env);
}

/** Runs such a script until it ends. */
export function runApp(main: Main, env?: NodeJS.ProcessEnv): Promise<AppEnd> {
  return startApp(main, env).ended;
}
