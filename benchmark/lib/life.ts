import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

/** What lives while an app runs, after collections. */
export interface Life {
  /** Of this process, in megabytes. */
  heap: number;
  resident: number;
  /** Open files and sockets of this process. */
  descriptors: number;
  /** MessagePorts in the hub's page; 0 in Electron, which has no hub. */
  hubPorts: number;
  processes: number;
}

/** Whether a process was started by this one, or by one that was. */
function isOurs(pid: string): boolean {
  for (let each = pid; each !== '0' && each !== '1'; ) {
    if (Number(each) === process.pid) return true;
    try {
      const stat = readFileSync(`/proc/${each}/stat`, 'utf8');
      [, each] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    } catch {
      return false;
    }
  }
  return false;
}

const hub = (() => {
  try {
    return (process as any)._linkedBinding('electron_ports_hub');
  } catch {
    return undefined;
  }
})();

/** Electron has no hub. */
export const isStock = hub !== undefined;

/** Collects in this process and in the hub's page, and counts what is left. On Linux. */
export async function countLife(): Promise<Life> {
  const { requestGarbageCollectionForTesting } = (process as any)._linkedBinding('electron_common_v8_util');
  for (let turn = 0; turn < 3; turn++) {
    requestGarbageCollectionForTesting();
    await wait(50);
  }
  const { heapUsed, rss } = process.memoryUsage();
  return {
    heap: heapUsed / 2 ** 20,
    resident: rss / 2 ** 20,
    descriptors: readdirSync('/proc/self/fd').length,
    hubPorts: hub ? await hub.countObjectsForTesting('MessagePort') : 0,
    processes: readdirSync('/proc').filter((name) => /^\d+$/.test(name) && isOurs(name)).length
  };
}
