import { traceOf } from '../model/trace';
import { nothingSeen } from './snapshot';

import type { Snapshot } from './snapshot';

/** The file of that name, as JSON; undefined if there is none. */
export function exportOf(name: string, snapshot: Snapshot): string | undefined {
  if (name !== 'ports.json' && name !== 'ports-trace.json') return undefined;
  const { update } = snapshot.since(nothingSeen);
  if (name === 'ports.json') return JSON.stringify(update);
  return JSON.stringify(traceOf(update.holders, update.channels, update.log));
}
