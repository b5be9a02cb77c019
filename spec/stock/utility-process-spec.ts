import { utilityProcess } from 'electron/main';

import { expect } from 'chai';

import { once } from 'node:events';
import { join } from 'node:path';

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
