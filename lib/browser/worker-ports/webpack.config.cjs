// As Electron's own bundles, which this one is built beside (../../../BUILD.gn): the thread for ports of worker threads.

const { resolve } = require('path');

const electron = resolve(__dirname, '../../../../electron');
const base = require(resolve(electron, 'build/webpack/webpack.config.base'))({
  target: 'utility',
  alwaysHasNode: true
});

module.exports = (/** @type {unknown[]} */ ...args) => ({
  ...base(...args),
  entry: resolve(__dirname, 'bridge-init.ts')
});
