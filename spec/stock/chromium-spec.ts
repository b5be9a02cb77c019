import { expect } from 'chai';
import { build } from 'esbuild';

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';

import { temporaryFolder } from '../lib/files';

import type { ChildProcess } from 'node:child_process';

const DEADLINE = 2000;

/** Real processes from a real launch, seen from outside through /proc. */
describe('chromium', function () {
  this.timeout(60_000);

  let folder: string;
  let launch: string;
  let temporary: string;
  let programs: string;

  before(async () => {
    // Beside node_modules, because packages stay outside the bundle.
    folder = await mkdtemp(join(process.cwd(), 'dist', 'chromium-spec-'));
    launch = join(folder, 'launch.cjs');
    await build({
      entryPoints: {
        launch: 'spec/fixtures/chromium/exports.ts',
        'chromium/janitor': 'runtime/main/chromium/janitor.ts'
      },
      outdir: folder,
      outExtension: { '.js': '.cjs' },
      bundle: true,
      format: 'cjs',
      packages: 'external',
      platform: 'node',
      target: 'node20'
    });
  });

  after(() => rm(folder, { recursive: true, force: true }));

  beforeEach(() => {
    temporary = temporaryFolder();
    programs = temporaryFolder();
  });

  describe('finding', () => {
    async function find(env: Record<string, string>): Promise<string> {
      const script = `require(${JSON.stringify(launch)}).findChromium().then(console.log, (e) => console.log(e.message))`;
      return execFileSync(process.execPath, ['-e', script], {
        env: { ...process.env, ...env },
        encoding: 'utf8'
      }).trim();
    }

    const wrong = (value: string) =>
      `ELECTRON_PORTS_CHROMIUM names nothing that can be run: ${JSON.stringify(value)}. ` +
      'Set it to the executable of a Chromium, Chrome or Edge, or unset it to use an installed one';

    it('says that ELECTRON_PORTS_CHROMIUM names no file', async () => {
      const path = join(programs, 'missing');
      expect(await find({ ELECTRON_PORTS_CHROMIUM: path })).to.equal(wrong(path));
    });

    it('says that ELECTRON_PORTS_CHROMIUM names a folder', async () => {
      expect(await find({ ELECTRON_PORTS_CHROMIUM: programs })).to.equal(wrong(programs));
    });

    it('says that ELECTRON_PORTS_CHROMIUM names a file that is no program', async () => {
      const path = join(programs, 'text');
      await writeFile(path, 'text');
      expect(await find({ ELECTRON_PORTS_CHROMIUM: path })).to.equal(wrong(path));
    });

    it('says that ELECTRON_PORTS_CHROMIUM names no command', async () => {
      const name = 'no-such-chromium';
      expect(await find({ ELECTRON_PORTS_CHROMIUM: name })).to.equal(wrong(name));
    });

    it('takes what ELECTRON_PORTS_CHROMIUM names before anything installed', async () => {
      const path = await script('#!/bin/sh\n');
      expect(await find({ ELECTRON_PORTS_CHROMIUM: path })).to.equal(path);
    });

    it('takes a command that ELECTRON_PORTS_CHROMIUM names from PATH', async () => {
      const path = await script('#!/bin/sh\n');
      const PATH = `${programs}${delimiter}${process.env.PATH}`;
      expect(await find({ ELECTRON_PORTS_CHROMIUM: 'chromium-of-mine', PATH })).to.equal(path);
    });

    it('takes an installed Chromium from PATH', async () => {
      const path = await script('#!/bin/sh\n', 'chromium');
      expect(await find({ ELECTRON_PORTS_CHROMIUM: '', PATH: programs })).to.equal(path);
    });
  });

  async function script(text: string, name = 'chromium-of-mine'): Promise<string> {
    const path = join(programs, name);
    await writeFile(path, text);
    await chmod(path, 0o755);
    return path;
  }

  /** Starts the fixture with a temporary directory of its own, in which it must leave nothing. */
  function start(way: string, env: Record<string, string> = {}): ChildProcess {
    return spawn(process.execPath, [join(process.cwd(), 'spec/fixtures/chromium/main.cjs'), launch, way], {
      env: { ...process.env, ...env, TMPDIR: temporary },
      stdio: ['ignore', 'pipe', 'pipe']
    });
  }

  async function started(main: ChildProcess): Promise<{ pid: number; userDataDir: string }> {
    const [line] = await once(createInterface({ input: main.stdout! }), 'line');
    return JSON.parse(line);
  }

  async function expectNothingLeft(pid?: number): Promise<void> {
    const end = Date.now() + DEADLINE;
    let left = leftovers(pid);
    while (left.length > 0 && Date.now() < end) {
      await wait(20);
      left = leftovers(pid);
    }
    expect(left).to.deep.equal([]);
  }

  function leftovers(pid?: number): string[] {
    return [
      ...readdirSync(temporary),
      ...processes()
        .filter(({ group, line }) => group === pid || line.includes(temporary))
        .map(({ pid, line }) => `${pid} ${line}`)
    ];
  }

  describe('ending', () => {
    before(function () {
      if (!existsSync('/proc/self/stat')) {
        console.log('skipped: processes are looked at through /proc, which is only on Linux');
        this.skip();
      }
    });

    it('runs every process of one Chromium in one process group, and its janitor outside', async () => {
      const main = start('wait');
      const { pid, userDataDir } = await started(main);
      const ours = processes().filter(({ line }) => line.includes(temporary));
      const janitors = ours.filter(({ line }) => line.includes('janitor.cjs'));
      expect(janitors).to.have.lengthOf(1);
      expect(janitors[0].group).to.equal(janitors[0].pid);
      expect(processes().filter(({ group }) => group === pid)).to.have.length.above(3);
      expect(userDataDir.startsWith(temporary)).to.equal(true);
      main.kill('SIGKILL');
      await expectNothingLeft(pid);
    });

    for (const way of ['close', 'close twice', 'process.exit', 'uncaughtException']) {
      it(`leaves nothing after ${way}`, async () => {
        const main = start(way);
        const exit = once(main, 'exit');
        const { pid } = await started(main);
        const [code] = await exit;
        expect(code).to.equal({ 'process.exit': 3, uncaughtException: 1 }[way] ?? 0);
        await expectNothingLeft(pid);
      });
    }

    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'] as const) {
      it(`leaves nothing after ${signal} to the main process`, async () => {
        const main = start('wait');
        const { pid } = await started(main);
        main.kill(signal);
        await once(main, 'exit');
        expect(main.signalCode).to.equal(signal);
        await expectNothingLeft(pid);
      });

      it(`leaves nothing after ${signal} to the main process while Chromium starts`, async () => {
        // A program that takes its time stands for a Chromium that has not answered yet.
        const path = await script('#!/bin/sh\nsleep 1000 & wait\n');
        const main = start('wait', { ELECTRON_PORTS_CHROMIUM: path });
        const { parent: pid } = await until(() => {
          const all = processes();
          const children = new Set(all.filter(({ parent }) => parent === main.pid).map(({ pid }) => pid));
          return all.find(({ parent, line }) => children.has(parent) && line.startsWith('sleep'));
        });
        main.kill(signal);
        await once(main, 'exit');
        await expectNothingLeft(pid);
      });
    }

    it('leaves nothing after Ctrl-C in a terminal, which signals the whole process group', async () => {
      const main = spawn(process.execPath, [join(process.cwd(), 'spec/fixtures/chromium/main.cjs'), launch, 'wait'], {
        env: { ...process.env, TMPDIR: temporary },
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true
      });
      const { pid } = await started(main);
      process.kill(-main.pid!, 'SIGINT');
      await once(main, 'exit');
      await expectNothingLeft(pid);
    });

    it('leaves nothing when Chromium itself is killed, and keeps main from hanging', async () => {
      const main = start('wait');
      const { pid } = await started(main);
      process.kill(pid, 'SIGKILL');
      const [code] = await once(main, 'exit');
      expect(code).to.equal(0);
      await expectNothingLeft(pid);
    });

    it('tells the exit code and the last output of a Chromium that does not start', async () => {
      const path = await script('#!/bin/sh\necho first >&2\necho the reason >&2\nexit 7\n');
      const main = start('wait', { ELECTRON_PORTS_CHROMIUM: path });
      let errors = '';
      main.stderr!.on('data', (text) => (errors += text));
      await once(main, 'close');
      expect(errors).to.match(/Error: Chromium did not start: .* ended with exit code 7\. Set .*\nfirst\nthe reason\n/);
      await expectNothingLeft();
    });

    it('says that there is no display for its windows', async () => {
      const main = start('headful', { DISPLAY: ':77', WAYLAND_DISPLAY: '' });
      let errors = '';
      main.stderr!.on('data', (text) => (errors += text));
      await once(main, 'close');
      expect(errors).to.include('Error: Chromium did not start: there is no display at DISPLAY=:77. Unset DISPLAY');
      await expectNothingLeft();
    });

    it('leaves nothing when main was gone before it told the pid', async () => {
      const directory = join(temporary, 'electron-ports-0');
      await mkdir(directory);
      const path = await script('#!/bin/sh\nsleep 1000 & wait\n');
      const { pid } = spawn(path, [`--user-data-dir=${directory}`], { detached: true, stdio: 'ignore' });
      const other = spawn(path, [`--user-data-dir=${directory}-other`], { detached: true, stdio: 'ignore' });
      const janitor = spawn(process.execPath, [join(folder, 'chromium', 'janitor.cjs'), directory], {
        stdio: ['pipe', 'ignore', 'ignore']
      });
      janitor.stdin.end();
      await once(janitor, 'exit');
      expect(existsSync(directory)).to.equal(false);
      expect(processes().filter(({ group }) => group === pid)).to.deep.equal([]);
      expect(processes().filter(({ group }) => group === other.pid)).to.have.lengthOf(2);
      process.kill(-other.pid!, 'SIGKILL');
    });

    it('touches no other Chromium', async () => {
      const other = start('wait');
      const { pid } = await started(other);
      const main = start('wait');
      await started(main);
      main.kill('SIGKILL');
      await until(() => (readdirSync(temporary).length === 1 ? true : undefined));
      expect(processes().filter(({ group, state }) => group === pid && state !== 'Z')).to.have.length.above(3);
      expect(other.exitCode).to.equal(null);
      other.kill('SIGKILL');
      await expectNothingLeft(pid);
    });
  });
});

async function until<T>(look: () => T | undefined): Promise<T> {
  const end = Date.now() + 20_000;
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`Waited too long for ${look}`);
    await wait(20);
  }
}

interface Process {
  pid: number;
  parent: number;
  group: number;
  state: string;
  line: string;
}

/** All that run. A zombie is only a number, and is gone when its parent has asked for its exit code. */
function processes(): Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        const [state, parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        const line = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
        return [{ pid: Number(name), parent: Number(parent), group: Number(group), state, line }];
      } catch {
        return [];
      }
    })
    .filter(({ state }) => state !== 'Z');
}
