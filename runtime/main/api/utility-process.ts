import { spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { constants } from 'node:os';
import { join, resolve } from 'node:path';

import { firstLine } from '../../node/first-line';
import { createToken } from '../../node/hub/hub-connection';
import { Endpoint } from '../../node/message-port/endpoint';
import { asElectron, MessagePortMain } from '../../node/message-port/message-port-main';
import { emitToApp, throwUncaught } from '../../node/throw-uncaught';
import { chromium } from '../chromium-session';
import { inspectorHooks, runningUtilities } from '../inspector/hooks';
import { app } from './app';

import type { InspectedUtility, InspectorHooks } from '../inspector/hooks';
import type { ChildProcess } from 'node:child_process';
import type { Duplex, Readable } from 'node:stream';

type Stdio = 'pipe' | 'ignore' | 'inherit';

interface ForkOptions {
  env?: NodeJS.ProcessEnv;
  execArgv?: string[] | null;
  cwd?: string | null;
  stdio?: Stdio | Stdio[] | null;
  serviceName?: string | null;
}

/** @throws Error in Electron's words for anything but pipe, ignore and inherit */
function readStdio(stdio: unknown): [Stdio, Stdio] {
  const [stdin, ...outputs] = Array.isArray(stdio) ? stdio : ['ignore', stdio, stdio];
  if (outputs.length < 2) throw new Error('configuration missing for stdin, stdout or stderr.');
  if (stdin !== 'ignore') throw new Error('stdin value other than ignore is not supported.');
  if (outputs.slice(0, 2).some((value) => !['pipe', 'ignore', 'inherit'].includes(value))) {
    throw new Error('stdio must be of the following values: inherit, pipe, ignore');
  }
  return [outputs[0], outputs[1]];
}

/** Electron's name for what a utility process is to Chromium. */
const service = 'node.mojom.NodeService';

/** Electron's word for how a process ended that did not exit with 0. */
function reasonOf(signal: NodeJS.Signals | null): string {
  if (signal === null) return 'abnormal-exit';
  return ['SIGINT', 'SIGKILL', 'SIGTERM'].includes(signal) ? 'killed' : 'crashed';
}

// Milliseconds, as Chromium's base::EnsureProcessTerminated has it.
const patienceForEnd = 2000;
/** The same, until a pipe of a child that has ended is closed: a child of that may have it, too. */
const patienceForPipe = 1000;

/** @param then called when nothing more comes by a pipe */
function onceClosed(pipe: Duplex | undefined, then: () => void) {
  if (!pipe || pipe.closed) return then();
  const end = () => {
    clearTimeout(timer);
    pipe.off('close', end);
    then();
  };
  const timer = setTimeout(end, patienceForPipe).unref();
  pipe.once('close', end);
}

/** A child ends by itself when it sees that this process has. One that is busy sees nothing. */
const children = new Set<ChildProcess>();
process.on('exit', () => children.forEach((child) => child.kill('SIGKILL')));

/** As in Electron, an unhandled rejection prints a warning, and does not end the process. */
const nodeOptions = ['--unhandled-rejections=warn-with-error-code'];

/** A child process with Node.js and message ports. It holds its ports itself: they do not pass this process. */
class UtilityProcess extends EventEmitter {
  /** While it runs. */
  #child: ChildProcess | undefined;
  #stdout: Readable | null;
  #stderr: Readable | null;
  #port: MessagePortMain;
  /** By kill(). */
  #isKilled = false;
  #inspected: InspectedUtility | undefined;
  /** By which it reports to the inspector. */
  #pipe: Duplex | undefined;

  constructor(modulePath: string, args: readonly string[], { env, execArgv, cwd, stdio, serviceName }: ForkOptions) {
    super();
    const [stdout, stderr] = readStdio(stdio ?? 'inherit');
    const entry = join(__dirname, '..', 'utility', 'utility.cjs');
    const child = spawn(process.execPath, [...nodeOptions, ...(execArgv ?? []), entry, resolve(modulePath), ...args], {
      cwd: cwd ?? undefined,
      env,
      stdio: ['ignore', stdout, stderr, 'pipe']
    });
    // Null where there were no pipes left to make.
    this.#stdout = child.stdout ?? null;
    this.#stderr = child.stderr ?? null;
    // A child that is killed may leave its pipes with an error, which does not concern their readers.
    for (const pipe of [this.#stdout, this.#stderr]) pipe?.on('error', () => {});

    const [near, far] = Endpoint.createPair();
    this.#port = new MessagePortMain(near);
    const port = asElectron(this.#port);
    port.on('message', (event) => this.emit('message', event.data, event));
    port.on('messageerror', (event) => this.emit('messageerror', event));
    const closed = new Promise<void>((resolve) => port.once('close', () => resolve()));
    port.start();
    this.#pipe = child.stdio?.[3] as Duplex | undefined;
    this.#handOver(modulePath, far, this.#pipe).catch(throwUncaught);

    child.once('spawn', () => {
      this.#child = child;
      children.add(child);
      const release = chromium().adopt(child.pid!);
      child.once('exit', () => {
        children.delete(child);
        release();
      });
      emitToApp(this, 'spawn');
    });
    const ended = new Promise<number>((resolve) => {
      // It could not be started, or it has ended.
      child.on('error', (error) => {
        // One that runs says by this that it could not be killed, and goes on.
        if (child.pid !== undefined) return;
        console.error(`The utility process ${modulePath} could not be started: ${error.message}`);
        resolve(1);
      });
      child.once('exit', (code, signal) => {
        if (signal || code) {
          const exitCode = code ?? constants.signals[signal!];
          const details = {
            type: 'Utility',
            reason: reasonOf(signal),
            exitCode,
            serviceName: service,
            name: serviceName ?? 'Node Utility Process'
          };
          emitToApp(app, 'child-process-gone', {}, details);
        }
        resolve(code ?? this.#codeOf(signal!));
      });
    });
    // After every message that had left the child.
    Promise.all([ended, closed])
      .then(([code]) => this.#exit(code))
      .catch(throwUncaught);
  }

  /** As Electron does, in UtilityProcessWrapper::HandleTermination: a signal is told by its number, but for our own. */
  #codeOf(signal: NodeJS.Signals): number {
    const isOwn = this.#isKilled && (signal === 'SIGTERM' || signal === 'SIGKILL');
    return isOwn ? 0 : constants.signals[signal];
  }

  #exit(code: number) {
    onceClosed(this.#pipe, () => this.#inspected?.gone(code));
    this.#child = undefined;
    emitToApp(this, 'exit', code);
    this.#stdout = this.#stderr = null;
  }

  get pid() {
    return this.#child?.pid;
  }

  get stdout(): Readable | null {
    return this.#stdout;
  }

  get stderr(): Readable | null {
    return this.#stderr;
  }

  postMessage(message: unknown, transfer?: ElectronInternal.TransferArgument) {
    this.#port.postMessage(message, transfer);
  }

  /** Asks the child to end, and soon ends one that does not. Returns whether there was a process to end. */
  kill(): boolean {
    const child = this.#child;
    if (!child?.kill()) return false;
    // Of one that has ended by then Node.js knows it, and leaves its number alone.
    if (!this.#isKilled) setTimeout(() => child.kill('SIGKILL'), patienceForEnd).unref();
    this.#isKilled = true;
    return true;
  }

  /** The child says where the hub can reach it, and gets the token of its end of the channel. */
  async #handOver(modulePath: string, far: Endpoint, pipe: Duplex | undefined) {
    const { connection } = chromium().hub;
    // Taken at once: what is posted meanwhile waits in the hub's pipe.
    const hubPort = far.moveTo(connection);
    pipe?.on('error', () => {});
    const url = pipe && (await firstLine(pipe, (line) => this.#inspected?.line(line)));
    if (!pipe || url === undefined) {
      connection.close(hubPort, 0);
      return;
    }
    const token = createToken();
    connection.handOver(hubPort, connection.addClient(url), token);
    const inspect = (hooks: InspectorHooks) => {
      this.#inspected = hooks.utilityForked(modulePath, this.#child?.pid ?? 0);
      this.#inspected.control((line) => pipe.write(`${line}\n`));
    };
    pipe.write(`${token}\n`);
    if (inspectorHooks) inspect(inspectorHooks);
    runningUtilities.add(inspect);
    pipe.once('close', () => runningUtilities.delete(inspect));
  }
}

/** @throws TypeError in Electron's words */
function checkOptions({ execArgv, serviceName, cwd }: { [Name in keyof ForkOptions]: unknown }) {
  if (!isNone(execArgv) && !Array.isArray(execArgv)) throw new TypeError('execArgv must be an array of strings.');
  if (!isNone(serviceName) && typeof serviceName !== 'string') throw new TypeError('serviceName must be a string.');
  if (!isNone(cwd) && typeof cwd !== 'string') throw new TypeError('cwd path must be a string.');
}

const isNone = (value: unknown): value is null | undefined => value === undefined || value === null;

export const utilityProcess = {
  /** @throws Error before the app is ready, and for options that Electron refuses, in its words */
  fork(modulePath: string, args?: readonly string[] | ForkOptions | null, options?: ForkOptions | null) {
    if (!modulePath) throw new Error('Missing UtilityProcess entry script.');
    if (typeof modulePath !== 'string') throw new TypeError('The modulePath must be a string');
    chromium('utilityProcess cannot be created before app is ready.');
    const list = Array.isArray(args) ? args : [];
    const all = { ...(Array.isArray(args) ? {} : args), ...options };
    checkOptions(all);
    return new UtilityProcess(modulePath, list, all);
  }
};
