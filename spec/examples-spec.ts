import { expect } from 'chai';

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { appCommand } from './lib/app';
import { App } from './lib/apps';
import { isStock } from './lib/needs';

const root = join(__dirname, '..', '..');
const examples = join(root, 'examples');

/** What an example prints, by who says it: lines of different processes come in any order. */
async function runExample(name: string): Promise<{ status: unknown; said: Record<string, string[]>; errors: string }> {
  const [command, ...args] = appCommand(join(examples, name, 'main.js'));
  const child = spawn(command, args);
  const said: Record<string, string[]> = {};
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (errors += chunk));
  const [status] = await once(child, 'close');
  for (const line of output.trim().split('\n')) {
    const [, who, text] = /^(\S+)\s+(.*)$/.exec(line)!;
    (said[who] ??= []).push(text.replaceAll(/process \d+/g, 'process N'));
  }
  return { status, said, errors };
}

/** What each example says. */
const expected: Record<string, Record<string, string[]>> = {
  'array-buffer': {
    page: ['sent its pixels, and has 0 left', 'got 1048576 bytes back'],
    main: [
      'received 1048576 bytes, the last is 255',
      'sent them back reversed, and has 0 left',
      'the page found 255 first and 0 last'
    ]
  },
  comlink: {
    main: ['the worker found 4 primes: 2 3 5 7'],
    ui: [
      'main answered: Hello ui',
      'main threw: RangeError: That is too much',
      'the worker found 8 primes, one by one: 2 3 5 7 11 13 17 19'
    ],
    // Asked by two at a time.
    worker: ['counted 4 primes below 10', 'counted 8 primes below 20']
  },
  'isolated-world': {
    main: ['sent a port', 'received "hello, main"', 'the page closed the port'],
    page: ['got a MessagePort, and have undefined for require', 'received "hello, page"']
  },
  'renderer-to-renderer': {
    main: [
      'made a channel',
      'sent port1 to the worker renderer',
      'sent port2 to the ui renderer',
      'process N (ui) sent {"operation":"foo","data":[1,2,3]} to process N (worker)',
      'process N answered {"result":[1,4,9]}',
      'process N (main) saw none of it until the ui told'
    ],
    ui: ['got its port', 'posted {"operation":"foo","data":[1,2,3]}', 'received {"result":[1,4,9]}'],
    worker: ['got its port', 'was asked for foo of [1,2,3]']
  },
  'tested-ports': { page: ['{"words":3}'] }
};

describe('the example', () => {
  for (const [name, lines] of Object.entries(expected)) {
    it(`${name} says what it should and ends`, async () => {
      const { status, said, errors } = await runExample(name);
      if (name === 'comlink') said.worker?.sort();
      expect(status, errors).to.equal(0);
      expect(said).to.deep.equal(lines);
    }).timeout(60_000);
  }

  it('tested-ports runs its own tests', async function () {
    const [major, minor] = process.versions.node.split('.').map(Number);
    // The command is the stock runtime's, and what it needs of Node.js came with 20.14.
    if (!isStock || (major === 20 && minor < 14)) this.skip();
    const { code, lines, errors } = await new App(['--test', join(examples, 'tested-ports', 'counter.test.js')]).ended;
    expect(code, errors).to.equal(0);
    expect(
      lines.filter((line) => /^\D*(pass|fail) \d+$/.test(line)).map((line) => line.replace(/^\D*(?=pass|fail)/, ''))
    ).to.deep.equal(['pass 4', 'fail 0']);
  }).timeout(60_000);

  it('that is not checked does not exist', () => {
    const folders = readdirSync(examples, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.map(({ name }) => name).sort()).to.deep.equal(Object.keys(expected).sort());
  });
});
