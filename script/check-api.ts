// Docs, typings and the running API have to agree on names and parameters.
//
//   check-api             docs/api/ and docs/stock-runtime.md beside electron.d.ts with typings/electron-ports.d.ts
//   check-api --running   the same beside what runs on the stock runtime

import { EventEmitter } from 'node:events';

import { documentedApi } from './check-api/documented';
import { runningApi } from './check-api/running';
import { TypedApi } from './check-api/typed';

import type { Member } from './check-api/documented';
import type { RunningApi } from './check-api/running';

function compareWithRunning({ owner, name, kind, parameters, where }: Member, running: RunningApi): string[] {
  const problem = (text: string): string[] => [`${where}: ${owner}.${name} ${text}`];
  // Nothing tells which events an emitter may emit, and an option is the app's.
  if (kind === 'event' || kind === 'option') return [];
  if (!running[owner]) return [];
  const shape = running[owner][name];
  if (!shape) return problem('is documented, and does not run');
  const { length, hasRest, isClass } = shape;
  if (kind === 'property' && length !== undefined && !isClass) {
    return problem('is documented as a property, and is a function');
  }
  if (!parameters) return [];
  if (length === undefined) return problem('is documented as a method, and is none');
  // A function's `length` leaves out rest parameters and, as its author chose, optional ones.
  const counted = parameters.filter(({ name }) => !name.startsWith('...'));
  const least = counted.filter(({ optional }) => !optional).length;
  if ((length >= least || hasRest) && length <= counted.length) return [];
  return problem(`is documented with ${least} to ${counted.length} parameters, and takes ${length}`);
}

const documented = await documentedApi();
const isDocumented = (owner: string, name: string, isEvent = false): boolean =>
  documented.some((member) => member.owner === owner && member.name === name && (member.kind === 'event') === isEvent);

const problems: string[] = [];
if (process.argv.includes('--running')) {
  const running = runningApi();
  problems.push(...documented.flatMap((member) => compareWithRunning(member, running)));
  for (const [owner, shapes] of Object.entries(running)) {
    for (const name of Object.keys(shapes)) {
      // The documentation says what is an emitter, and need not list what every emitter has.
      // What they inherit is Node's to document.
      if (name in EventEmitter.prototype || name in EventEmitter || isDocumented(owner, name)) continue;
      // Node.js's has it only where it is undici's.
      if (owner.endsWith('Event') && (name in MessageEvent.prototype || name === 'initMessageEvent')) continue;
      problems.push(`${owner}.${name} runs, and is not documented`);
    }
  }
} else {
  const typed = new TypedApi();
  problems.push(...documented.flatMap((member) => typed.compare(member)));
  for (const { owner, name, isEvent } of typed.added()) {
    if (!isDocumented(owner, name, isEvent)) problems.push(`${owner}.${name} has a type, and is not documented`);
  }
}

const different = new Set(problems);
for (const problem of different) console.log(problem);
console.log(`${documented.length} documented names, ${different.size} problems`);
process.exitCode = different.size > 0 ? 1 : 0;
