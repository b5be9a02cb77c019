import { machineLines } from './machine';

import type { SoakReport } from '../soak/main';

/** The report of a soak as a table of Markdown, as docs/benchmarks has it. */
export function printSoak({ seed, machine, samples, actions, messages, problems }: SoakReport) {
  console.log(`\nSoak, seed ${seed}\n${machineLines(machine)}\n`);
  console.log('| minute | actions | heap (MB) | resident (MB) | descriptors | ports in the hub | processes |');
  console.log('| -----: | ------: | --------: | ------------: | ----------: | ---------------: | --------: |');
  for (const each of samples) {
    const { minute, actions, heap, resident, descriptors, hubPorts, processes } = each;
    const cells = [minute, actions, heap.toFixed(1), resident.toFixed(0), descriptors, hubPorts, processes];
    console.log(`| ${cells.join(' | ')} |`);
  }
  const counts = Object.entries(actions).map(([name, count]) => `${name} ${count}`);
  console.log(`\n${counts.join(', ')}; ${messages} messages came back`);
  console.log(problems.length === 0 ? 'nothing was lost, and nothing came twice' : problems.join('\n'));
}
