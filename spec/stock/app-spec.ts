import { app } from 'electron/main';

import { expect } from 'chai';

import { tmpdir } from 'node:os';
import { join } from 'node:path';

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
      expect(() => app.setPath('nonsense', folder)).to.throw("app.getPath('nonsense')");
    } finally {
      app.setPath('userData', former);
    }
  });
});
