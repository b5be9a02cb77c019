import * as fc from 'fast-check';

import { temporaryFolder } from './lib/files';
import { ScriptRunner, transferScript } from './lib/transfer-scripts/script';
import { closeAllWindows } from './lib/windows';

const numRuns = Number(process.env.ELECTRON_PORTS_TRANSFER_SCRIPTS ?? 100);
const seed = Number(process.env.ELECTRON_PORTS_SEED ?? Math.floor(Math.random() * 2 ** 31));

describe('random transfers', function () {
  // A failure takes its time to shrink.
  this.timeout(60_000 + numRuns * 2000);
  afterEach(closeAllWindows);

  it(`keep every message, in order, and tell of every end once, in ${numRuns} scripts over six owners`, async () => {
    const runner = new ScriptRunner(temporaryFolder());
    const property = fc.asyncProperty(transferScript, (steps) => runner.run(steps));
    const { failed, errorInstance, numShrinks } = await fc.check(property, {
      seed,
      numRuns,
      interruptAfterTimeLimit: 30_000 + numRuns * 2000,
      markInterruptAsFailure: true
    });
    await runner.dispose();
    if (failed) throw new Error(`ELECTRON_PORTS_SEED=${seed}, after ${numShrinks} shrinks: ${errorInstance}`);
  });
});
