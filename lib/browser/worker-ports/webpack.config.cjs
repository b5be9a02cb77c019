// As Electron's own bundles, which this one is built beside (../../../BUILD.gn): the thread for ports of worker threads.

const { resolve } = require('path');

const electron = resolve(__dirname, '../../../../electron');
const base = require(resolve(electron, 'build/webpack/webpack.config.base'))({
  target: 'utility',
  alwaysHasNode: true
});

// GN says where this repository's flags would be. There are none but Electron's.
const flagsOf = (/** @type {string} */ path) => resolve(path, '../../../electron/buildflags/buildflags.h');

module.exports = (/** @type {{ buildflags: string }} */ env, /** @type {unknown} */ argv) => ({
  ...base({ ...env, buildflags: flagsOf(env.buildflags) }, argv),
  entry: resolve(__dirname, 'bridge-init.ts')
});
