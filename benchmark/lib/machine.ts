import { cpus, loadavg, release, totalmem, type } from 'node:os';

/** What a result says of where it was measured. */
export interface Machine {
  /** ISO 8601. */
  date: string;
  cpu: string;
  cores: number;
  memoryGiB: number;
  system: string;
  node: string;
  chromium: string;
  /** The load average of the last minute, before the measuring began. */
  loadBefore: number;
}

/** @param chromium which one took part */
export function describeMachine(chromium: string, loadBefore: number): Machine {
  const processors = cpus();
  return {
    date: new Date().toISOString(),
    cpu: processors[0].model,
    cores: processors.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    // Without what its maker has added.
    system: `${type()} ${release().replace(/-.*/, '')}`,
    node: process.version,
    chromium,
    loadBefore
  };
}

export const loadNow = (): number => loadavg()[0];

/** Two lines of text. */
export function machineLines({ cpu, cores, memoryGiB, system, node, chromium, date, loadBefore }: Machine): string {
  const where = `${date}, ${cpu}, ${cores} cores, ${memoryGiB} GiB, ${system}, Node.js ${node}, ${chromium}`;
  return `${where}\nload before: ${loadBefore.toFixed(1)}`;
}
