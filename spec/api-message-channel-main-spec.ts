import { ipcMain, MessageChannelMain } from 'electron/main';

import { expect } from 'chai';

import { once } from 'node:events';

describe('MessageChannelMain', () => {
  it('has two ports, entangled with each other', async () => {
    const { port1, port2 } = new MessageChannelMain();
    port1.postMessage('hello');
    port2.start();
    const [{ data }] = await once(port2, 'message');
    expect(data).to.equal('hello');
  });

  it('is what the proposal calls ipcMain.MessageChannel', () => {
    expect(ipcMain.MessageChannel).to.equal(MessageChannelMain);
  });

  it('has ports of the class ipcMain.MessagePort', () => {
    const { port1, port2 } = new MessageChannelMain();
    expect(port1).to.be.an.instanceOf(ipcMain.MessagePort);
    expect(port2).to.be.an.instanceOf(ipcMain.MessagePort);
  });
});
