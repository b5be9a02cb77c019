import { machineLines } from './machine';

import type { CountsReport } from '../counts/main';

/** The report of the counts as a table of Markdown, as docs/benchmarks has it. */
export function printCounts({ machine, samples }: CountsReport) {
  console.log(`\nCounts\n${machineLines(machine)}\n`);
  const columns = ['descriptors', 'handles', 'files', 'targets', 'hubPorts', 'processes'] as const;
  console.log(
    '| done | heap (MB) | resident (MB) | descriptors | handles | files | targets | ports in the hub | processes |'
  );
  console.log('| :--- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |');
  for (const sample of samples) {
    const { count, what, heap, resident } = sample;
    const cells = [`${count.toLocaleString('en')} ${what}`, heap.toFixed(1), resident.toFixed(0)];
    console.log(`| ${[...cells, ...columns.map((each) => sample[each])].join(' | ')} |`);
  }
}
