import { app } from 'electron/main';

import { expect } from 'chai';

import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { App } from '../lib/apps';
import { temporaryFolder } from '../lib/files';

describe('app of the stock runtime', () => {
  it('has a version, and paths that can be set', () => {
    // The suite has no package.json of its own.
    expect(app.getVersion()).to.equal('43.4.1');
    expect(app.isPackaged).to.equal(false);
    const former = app.getPath('userData');
    const folder = join(tmpdir(), 'of-the-app');
    app.setPath('userData', folder);
    try {
      expect(app.getPath('userData')).to.equal(folder);
      expect(() => app.setPath('userData', 'relative')).to.throw('Path must be absolute');
      expect(() => app.setPath('nonsense', folder)).to.throw("app.setPath('nonsense')");
    } finally {
      app.setPath('userData', former);
    }
  });

  it('has switches of the command line that can be asked for and taken back', () => {
    const { commandLine } = app;
    commandLine.appendSwitch('of-the-app', 'first');
    commandLine.appendSwitch('of-the-app', 'last');
    expect([commandLine.hasSwitch('of-the-app'), commandLine.getSwitchValue('of-the-app')]).to.deep.equal([
      true,
      'last'
    ]);
    commandLine.removeSwitch('of-the-app');
    expect([commandLine.hasSwitch('of-the-app'), commandLine.getSwitchValue('of-the-app')]).to.deep.equal([false, '']);
    expect(() => commandLine.appendSwitch(undefined as never)).to.throw(TypeError, 'conversion failure from undefined');
  });

  it('keeps its name when it is given none', () => {
    const { name } = app;
    expect(() => app.setName(undefined as never)).to.throw(TypeError, 'conversion failure from undefined');
    expect(app.name).to.equal(name);
  });

  // Electron shows the error in a box, and waits for someone to close it.
  it('ends when its main script has an error, having run it once', async () => {
    const broken = temporaryFolder({
      'start.js': `console.log('once'); require('./broken.js');`,
      'broken.js': 'export const is = not valid here;'
    });
    const { code, lines, errors } = await new App([join(broken, 'start.js')]).ended;
    expect(lines, errors).to.deep.equal(['once']);
    expect(code).to.not.equal(0);
  });
});
