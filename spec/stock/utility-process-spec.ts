import { utilityProcess } from 'electron/main';

import { expect } from 'chai';

import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { temporaryFolder } from '../lib/files';
import { settle } from '../lib/ports';

describe('a utility process of the stock runtime', () => {
  // Electron's lives until it calls process.exit(), whatever it waits for.
  it('ends when nothing listens for messages any more', async () => {
    const script = `
      const { parentPort } = process;
      parentPort.once('message', ({ data }) => parentPort.postMessage(data));
      const listener = () => {};
      parentPort.on('message', listener);
      parentPort.once('message', () => parentPort.off('message', listener));`;
    const child = utilityProcess.fork(join(temporaryFolder({ 'script.cjs': script }), 'script.cjs'));
    const messages: unknown[] = [];
    child.on('message', (data) => messages.push(data));
    const exited = once(child, 'exit');
    child.postMessage('heard');
    expect(await exited).to.deep.equal([0]);
    expect(messages).to.deep.equal(['heard']);
  });

  it('says in a line that its script, or a module of that, is missing', async () => {
    const folder = temporaryFolder({
      'script.mjs': 'import "./gone.mjs"',
      'listens.cjs': 'process.on("uncaughtException", ({ code }) => console.error(code)); require("./gone.cjs");'
    });
    for (const [name, expected] of [
      ['gone.cjs', `Unable to run ${folder}/gone.cjs: Cannot find module '${folder}/gone.cjs'\n`],
      [
        'script.mjs',
        `Unable to run ${folder}/script.mjs: Cannot find module '${folder}/gone.mjs' imported from ${folder}/script.mjs\n`
      ]
    ]) {
      const child = utilityProcess.fork(join(folder, name), [], { stdio: 'pipe' });
      const [errors, [code]] = await Promise.all([text(child.stderr!), once(child, 'exit')]);
      expect(errors).to.equal(expected);
      expect(code).to.equal(1);
    }
    const child = utilityProcess.fork(join(folder, 'listens.cjs'), [], { stdio: 'pipe' });
    expect(await text(child.stderr!)).to.equal('MODULE_NOT_FOUND\n');
  });

  // Electron starts a child that has no script.
  it('refuses a script whose path is no string', () => {
    expect(() => utilityProcess.fork(5 as never)).to.throw(TypeError, 'The modulePath must be a string');
  });

  // In Electron the child starts, and ends in a check of Chromium's.
  it('exits once, with 1, when it cannot be started', async () => {
    const script = join(temporaryFolder({ 'script.cjs': '' }), 'script.cjs');
    const child = utilityProcess.fork(script, [], { cwd: '/there/is/no/such/folder' });
    let count = 0;
    child.on('exit', () => count++);
    expect(await once(child, 'exit')).to.deep.equal([1]);
    await settle();
    expect(count).to.equal(1);
  });
});
