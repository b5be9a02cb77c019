// Cleans up when the main process has ended. A process of its own, because `kill -9` leaves main no time for it: stdin is
// a pipe whose other end only main holds, so its end means that main is gone, however it went.
//
// argv: the temporary directory. stdin: a line with the pid of Chromium's first process, once that is known; one for each other
// child of main's, and one with its pid behind a minus when that has ended; last `closed`, when main ends Chromium itself, and so
// its children.

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';

const directory = process.argv[2];

// Milliseconds. A child ends by itself when it sees that main is gone. One that is busy sees nothing.
const patienceForChildren = 1000;

const main = process.ppid;
let chromium = NaN;
const children = new Set<number>();
const lines = createInterface(process.stdin);
process.stdin.on('error', () => lines.close());
lines
  .on('line', (line) => {
    const pid = Number(line);
    if (line === 'closed') children.clear();
    else if (Number.isNaN(chromium)) chromium = pid;
    else if (pid > 0) children.add(pid);
    else children.delete(-pid);
  })
  .on('error', () => {})
  .on('close', () => {
    // A failure ends this process, which has nothing else to do.
    void cleanUp(chromium);
    void endChildren([...children]);
  });

async function endChildren(pids: readonly number[]) {
  if (pids.length === 0) return;
  await wait(patienceForChildren);
  // Chromium may have ended alone.
  if (process.ppid === main) return;
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended.
    }
  }
}

async function cleanUp(told: number) {
  // Main can end between starting Chromium and telling its pid.
  const leader = told || findLeader();
  // A process that is being killed can still write a file, hence more than one look.
  for (let left = 50; left > 0; left--) {
    const killed = leader !== undefined && killGroup(leader);
    await rm(directory, { recursive: true, force: true }).catch(() => {});
    if (!killed && !existsSync(directory)) return;
    await wait(20);
  }
}

/**
 * Kills Chromium and its children: one process group, as it was started detached. The number can't be another's by now:
 * until main asked for Chromium's exit code, or ended, it was taken, and both brought us here at once.
 * @returns whether any of them was running
 */
function killGroup(leader: number): boolean {
  if (process.platform === 'win32') {
    return (
      spawnSync('taskkill', ['/pid', String(leader), '/T', '/F'], { stdio: 'ignore', windowsHide: true }).status === 0
    );
  }
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    return false;
  }
  // Elsewhere a signal reaches no zombies. Here it does, and in a container they may stay for seconds.
  return process.platform !== 'linux' || processes().some(({ group, state }) => group === leader && state !== 'Z');
}

function findLeader(): number | undefined {
  if (process.platform !== 'linux') return undefined;
  // A script that starts Chromium may have children of the same command line, hence the group.
  return processes().find(({ pid, group }) => pid === group && isOurs(pid))?.pid;
}

/** Linux's processes. */
function processes(): { pid: number; state: string; group: number }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
    .flatMap((name) => {
      try {
        // "pid (name) state parent group ...", where the name may hold anything.
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        return { pid: Number(name), state, group: Number(group) };
      } catch {
        return [];
      }
    });
}

function isOurs(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(`--user-data-dir=${directory}`);
  } catch {
    return false;
  }
}
