import { utilityProcess } from 'electron/main';

import { expect } from 'chai';

import { once } from 'node:events';
import { join } from 'node:path';

import { temporaryFolder } from '../lib/files';

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
});
