// The main script of the suite: mocha, inside the main process of whatever runtime runs this.

import { app, BrowserWindow } from 'electron/main';

import Mocha from 'mocha';

import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { missing, skipWhatNeedsWindows } from './lib/without-windows';

// For the specs that need a collection in a page.
app.commandLine.appendSwitch('js-flags', '--expose-gc');

// A spec that closes its last window is not done.
app.on('window-all-closed', () => {});

const specFiles = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('-spec.cjs'))
    .sort()
    .map((file) => join(folder, file));

async function runSuite() {
  await app.whenReady();
  const mocha = new Mocha({ ui: 'bdd', reporter: 'spec', timeout: 20_000, slow: 2_000 });
  const grep = process.argv.indexOf('--grep');
  if (grep !== -1) mocha.grep(process.argv[grep + 1]);
  for (const file of specFiles(__dirname)) mocha.addFile(file);

  const failed: string[] = [];
  const runner = mocha.run(() => {
    const { passes, failures, pending } = runner.stats!;
    for (const line of missing()) console.log(line);
    // Once more at the end, where `npm test` finds them.
    for (const line of failed) console.log(line);
    console.log(`${passes} passed, ${failures} failed, ${pending} skipped`);
    app.exit(failures > 0 ? 1 : 0);
  });
  runner.on('fail', (test, error: Error) => {
    failed.push(`failed: ${test.fullTitle()}: ${String(error.message).split('\n', 1)[0]}`);
  });
  if (!BrowserWindow) skipWhatNeedsWindows(runner);
}

runSuite().catch((error) => {
  console.error(error);
  app.exit(1);
});
